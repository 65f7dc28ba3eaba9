import { rationalFromDecimal } from '../rational.ts';
import { normalCdf, normalQuantile } from './normal.ts';
import { percentileRanks, type Ranks } from './percentile-ranks.ts';

export interface ConfidenceInterval {
  readonly lower: number;
  readonly upper: number;
}

/** An interval whose ends are the replicates of these ranks. */
export interface RankedInterval extends ConfidenceInterval {
  readonly ranks: Ranks;
}

/** Both ends of each interval are members of the replicates: order statistics, so that they can be checked by counting. */
export interface BootstrapIntervals {
  /** Null without replicates, or if one of them is not a number. */
  readonly percentile: RankedInterval | null;
  /** Null as well where the jackknife is degenerate or the estimate lies beyond all replicates. */
  readonly bca: RankedInterval | null;
}

/**
 * Percentile and BCa (bias-corrected and accelerated) bootstrap intervals (Efron, J. Am. Stat. Assoc. 82, 171, 1987).
 * The interval at levels (a, b) runs from the ⌊(B + 1) a⌋-th to the ⌈(B + 1) b⌉-th smallest of the B replicates,
 * outwards where the ranks are not whole, and never beyond the extremes. Ranks of percentile ends are computed in whole
 * numbers from the confidence as a decimal; those of BCa ends come from a normal distribution in floating point.
 *
 * @param replicates the statistic on B resamples, in any order; left unchanged
 * @param estimate the statistic on the data
 * @param jackknife the statistic with each observation (or each block of a random partition) left out in turn
 * @param confidence two-sided level, 0 < confidence < 1, with at most nine decimals
 * @see scipy.stats.bootstrap, whose ends are interpolated instead
 */
export function bootstrapIntervals(
  replicates: Float64Array,
  estimate: number,
  jackknife: Float64Array,
  confidence: number,
): BootstrapIntervals {
  const level = rationalFromDecimal(confidence);
  if (level === undefined || !(confidence > 0 && confidence < 1)) {
    throw new RangeError(`The confidence must be a decimal between 0 and 1, not ${confidence}.`);
  }
  if (replicates.length === 0 || Number.isNaN(estimate) || replicates.some(Number.isNaN)) {
    return { percentile: null, bca: null };
  }
  const sorted = Float64Array.from(replicates).sort();
  const tail = (1 - confidence) / 2;
  return {
    percentile: between(sorted, percentileRanks(sorted.length, level)),
    bca: bcaInterval(sorted, estimate, acceleration(jackknife), tail),
  };
}

function between(sorted: Float64Array, ranks: Ranks): RankedInterval {
  return { lower: sorted[ranks.lower - 1]!, upper: sorted[ranks.upper - 1]!, ranks };
}

/** Ranks at two levels that are no decimals. */
function ranksAt(count: number, from: number, to: number): Ranks {
  return {
    lower: Math.min(count, Math.max(1, Math.floor(settled((count + 1) * from)))),
    upper: Math.max(1, Math.min(count, Math.ceil(settled((count + 1) * to)))),
  };
}

/** A rank that only rounding keeps from being whole, made whole. */
function settled(rank: number): number {
  const whole = Math.round(rank);
  return Math.abs(rank - whole) < 1e-8 ? whole : rank;
}

function bcaInterval(
  sorted: Float64Array,
  estimate: number,
  accelerated: number | null,
  tail: number,
): RankedInterval | null {
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
  return from <= to ? between(sorted, ranksAt(sorted.length, from, to)) : null;
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
