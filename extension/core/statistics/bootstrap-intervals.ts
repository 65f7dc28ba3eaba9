import { normalCdf, normalQuantile } from './normal.ts';

export interface ConfidenceInterval {
  readonly lower: number;
  readonly upper: number;
}

/** Both ends of each interval are members of the replicates: order statistics, so that they can be checked by counting. */
export interface BootstrapIntervals {
  /** Null without replicates, or if one of them is not a number. */
  readonly percentile: ConfidenceInterval | null;
  /** Null as well where the jackknife is degenerate or the estimate lies beyond all replicates. */
  readonly bca: ConfidenceInterval | null;
}

/**
 * Percentile and BCa (bias-corrected and accelerated) bootstrap intervals (Efron, J. Am. Stat. Assoc. 82, 171, 1987).
 * The interval at levels (a, b) runs from the ⌊(B + 1) a⌋-th to the ⌈(B + 1) b⌉-th smallest of the B replicates,
 * outwards where the ranks are not whole, and never beyond the extremes.
 *
 * @param replicates the statistic on B resamples, in any order; left unchanged
 * @param estimate the statistic on the data
 * @param jackknife the statistic with each observation (or each block of a random partition) left out in turn
 * @param confidence two-sided level, 0 < confidence < 1
 * @see scipy.stats.bootstrap, whose ends are interpolated instead
 */
export function bootstrapIntervals(
  replicates: Float64Array,
  estimate: number,
  jackknife: Float64Array,
  confidence: number,
): BootstrapIntervals {
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`The confidence must lie between 0 and 1, not be ${confidence}.`);
  }
  if (replicates.length === 0 || Number.isNaN(estimate) || replicates.some(Number.isNaN)) {
    return { percentile: null, bca: null };
  }
  const sorted = Float64Array.from(replicates).sort();
  const tail = (1 - confidence) / 2;
  return {
    percentile: between(sorted, tail, 1 - tail),
    bca: bcaInterval(sorted, estimate, acceleration(jackknife), tail),
  };
}

function between(sorted: Float64Array, from: number, to: number): ConfidenceInterval {
  const count = sorted.length;
  const first = Math.max(1, Math.floor(settled((count + 1) * from)));
  const last = Math.min(count, Math.ceil(settled((count + 1) * to)));
  return { lower: sorted[first - 1]!, upper: sorted[last - 1]! };
}

/** A rank that only rounding keeps from being whole, made whole: (1 − 0.9) / 2 × 1000 is 50. */
function settled(rank: number): number {
  const whole = Math.round(rank);
  return Math.abs(rank - whole) < 1e-8 ? whole : rank;
}

function bcaInterval(
  sorted: Float64Array,
  estimate: number,
  accelerated: number | null,
  tail: number,
): ConfidenceInterval | null {
  if (accelerated === null) return null;
  let below = 0;
  let equal = 0;
  for (const value of sorted) {
    if (value < estimate) below++;
    else if (value === estimate) equal++;
  }
  // Half of the ties count as below: discrete statistics would look biased otherwise.
  const bias = normalQuantile((below + equal / 2) / sorted.length);
  if (!Number.isFinite(bias)) return null;
  const level = (z: number): number => normalCdf(bias + (bias + z) / (1 - accelerated * (bias + z)));
  const z = normalQuantile(tail);
  const from = level(z);
  const to = level(-z);
  // With a strong acceleration the correction can turn over; then there is no interval to report.
  return from <= to ? between(sorted, from, to) : null;
}

/**
 * Acceleration from jackknife values θ₍ᵢ₎: Σ(θ̄ − θ₍ᵢ₎)³ / (6 (Σ(θ̄ − θ₍ᵢ₎)²)^{3/2}); null if they are fewer than two, all
 * equal, or not all finite.
 */
export function acceleration(jackknife: Float64Array): number | null {
  if (jackknife.length < 2 || !jackknife.every(Number.isFinite)) return null;
  let mean = 0;
  for (const value of jackknife) mean += value;
  mean /= jackknife.length;
  let squares = 0;
  let cubes = 0;
  for (const value of jackknife) {
    const difference = mean - value;
    squares += difference * difference;
    cubes += difference * difference * difference;
  }
  if (squares === 0 || jackknife.every((value) => value === jackknife[0])) return null;
  return cubes / (6 * squares * Math.sqrt(squares));
}
