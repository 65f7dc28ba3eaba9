import type { Box } from '../certificate.ts';
import { randomStream, shuffle } from '../random.ts';
import { type BootstrapIntervals, bootstrapIntervals } from '../statistics/bootstrap-intervals.ts';
import { type Observations, pointsInside, reweighted } from './observed-points.ts';
import { tighten, type TighteningPlan } from './tightening.ts';

/** Replicates as a multiset: distinct scaled integers in ascending order, and how often each occurs. */
export interface Multiset {
  readonly values: readonly number[];
  readonly counts: readonly number[];
}

/** Intervals of one bound and the replicates that they were read off; null where there are no intervals. */
export interface BoundEvidence extends BootstrapIntervals {
  readonly replicates: Multiset | null;
}

/** Intervals of both bounds of one feature, as scaled integers. */
export interface BoundIntervals {
  readonly lower: BoundEvidence;
  readonly upper: BoundEvidence;
}

export interface BoundBootstrapOptions {
  /** Resamples B; 1,000 or more for 95 % intervals. */
  readonly replicates: number;
  readonly confidence: number;
  readonly seed: number;
  /** Distinguishes the random streams of the rounds. */
  readonly round: number;
}

/** Blocks of the delete-block jackknife; with fewer observations every observation is its own block. */
const JACKKNIFE_BLOCKS = 200;

/** Replicates between two reports of progress. */
const BATCH = 20;

/**
 * Bootstrap intervals of every bound of a round's envelope. Resampled with replacement: the observations inside the
 * envelope before the round (their number is held fixed), each with all its features and its verdict. Re-run on each
 * resample: the round's local step (peel, grow, margin, gaps, placement; see `tighten`). Held fixed: the box before the
 * round, the core found by the round's search, the chosen caution, and the numbers of tolerated failures. So the
 * intervals say how far the bounds move with the data, not whether a wider search would have found another box.
 *
 * The acceleration of BCa comes from a delete-one jackknife, or from deleting each of 200 random blocks of equal size
 * (±1) when there are more observations than that.
 *
 * Yields progress in [0, 1]. All intervals are null for a round that moved nothing for want of data. A replicate in which nothing passing is left makes its intervals null: fail closed.
 */
export function* bootstrapBounds(
  observations: Observations,
  envelope: { readonly box: Box; readonly plan: TighteningPlan | null },
  options: BoundBootstrapOptions,
): Generator<number, BoundIntervals[]> {
  const { plan } = envelope;
  if (plan === null) {
    const unknown = { percentile: null, bca: null, replicates: null };
    return envelope.box.map(() => ({ lower: unknown, upper: unknown }));
  }
  const points = pointsInside(observations, plan.before);
  const dimensions = points.dimensions;
  const { replicates } = options;
  const blocks = Math.min(points.size, JACKKNIFE_BLOCKS);
  const lower = envelope.box.map(() => new Float64Array(replicates));
  const upper = envelope.box.map(() => new Float64Array(replicates));
  const lowerWithout = envelope.box.map(() => new Float64Array(blocks));
  const upperWithout = envelope.box.map(() => new Float64Array(blocks));

  const record = (multiplicity: Int32Array, at: number, low: Float64Array[], high: Float64Array[]): void => {
    const box = tighten(reweighted(points, multiplicity), plan);
    for (let f = 0; f < dimensions; f++) {
      low[f]![at] = box === null ? NaN : box.lower[f]!;
      high[f]![at] = box === null ? NaN : box.upper[f]!;
    }
  };

  const random = randomStream(options.seed, 'bootstrap', String(options.round));
  const total = replicates + blocks;
  const multiplicity = new Int32Array(points.size);
  for (let replicate = 0; replicate < replicates; replicate++) {
    multiplicity.fill(0);
    for (let draw = 0; draw < points.size; draw++) multiplicity[random.integer(points.size)]!++;
    record(multiplicity, replicate, lower, upper);
    if (replicate % BATCH === BATCH - 1) yield (replicate + 1) / total;
  }
  const shuffled = new Int32Array(points.size).map((_, at) => at);
  shuffle(shuffled, randomStream(options.seed, 'jackknife', String(options.round)));
  for (let block = 0; block < blocks; block++) {
    multiplicity.fill(1);
    for (let at = block; at < shuffled.length; at += blocks) multiplicity[shuffled[at]!] = 0;
    record(multiplicity, block, lowerWithout, upperWithout);
    if (block % BATCH === BATCH - 1) yield (replicates + block + 1) / total;
  }

  const evidence = (values: Float64Array, estimate: number, without: Float64Array): BoundEvidence => {
    const intervals = bootstrapIntervals(values, estimate, without, options.confidence);
    return { ...intervals, replicates: intervals.percentile === null ? null : multisetOf(values) };
  };
  return envelope.box.map((interval, f) => ({
    lower: evidence(lower[f]!, interval.lower, lowerWithout[f]!),
    upper: evidence(upper[f]!, interval.upper, upperWithout[f]!),
  }));
}

function multisetOf(numbers: Float64Array): Multiset {
  const values: number[] = [];
  const counts: number[] = [];
  for (const value of Float64Array.from(numbers).sort()) {
    if (value === values.at(-1)) counts[counts.length - 1]!++;
    else {
      values.push(value);
      counts.push(1);
    }
  }
  return { values, counts };
}
