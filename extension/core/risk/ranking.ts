import type { RandomStream } from '../random.ts';
import { bootstrap, type ResamplingOptions } from '../statistics/bootstrap.ts';
import type { BootstrapEstimate } from '../statistics/quantile-bootstrap.ts';
import { countGroups, type GroupCounts, type RankedScores, rankScores, resampledCounts } from './midranks.ts';

/**
 * Area under the ROC curve: the probability that a random failure scores higher than a random pass, ties counting half
 * (Mann–Whitney; Hanley & McNeil, Radiology 143, 29, 1982). In [0, 1]; 0.5 says nothing. NaN if a score is NaN, or
 * without failures or passes.
 *
 * @param scores the greater, the likelier a failure; infinities are allowed
 * @param failed per row; anything but 0 is a failure
 * @see sklearn.metrics.roc_auc_score
 */
export function areaUnderRoc(scores: ArrayLike<number>, failed: ArrayLike<number>): number {
  const ranked = rankScores(scores);
  return ranked === null ? NaN : areaOfCounts(countGroups(ranked, failed));
}

/** The area from failures and passes per group of equal scores, lowest first. Exact up to the last division. */
export function areaOfCounts({ marked, rest }: GroupCounts): number {
  let wins = 0;
  let failures = 0;
  let passes = 0;
  for (let group = 0; group < marked.length; group++) {
    wins += marked[group]! * (passes + rest[group]! / 2);
    failures += marked[group]!;
    passes += rest[group]!;
  }
  return wins / (failures * passes);
}

/**
 * Percentile and BCa bootstrap intervals of the area, resampling rows. Null where a resample may lack one of the
 * classes: with very few failures or passes there is no interval to report.
 */
export function areaBootstrap(
  scores: ArrayLike<number>,
  failed: ArrayLike<number>,
  options: ResamplingOptions,
  random: RandomStream,
): BootstrapEstimate {
  const ranked = rankScores(scores);
  if (ranked === null) return { estimate: NaN, percentile: null, bca: null };
  return bootstrap(failed.length, resampledArea(ranked, failed), options, random);
}

/** The area of the rows with the given indices, without ranking them anew. */
export function resampledArea(ranked: RankedScores, failed: ArrayLike<number>): (indices: Int32Array) => number {
  const counts = resampledCounts(ranked, failed);
  return (indices) => areaOfCounts(counts(indices));
}

export interface TopPrecision {
  /** How many rows the share is. */
  readonly rows: number;
  /** Failures among them; where the border cuts through equal scores, the expected number over their orders. */
  readonly failures: number;
  /** failures / rows. */
  readonly precision: number;
}

/**
 * Share of failures among the ⌈share × n⌉ rows of greatest score, in expectation over the orders of equal scores. NaN
 * if a score is NaN or there are no rows.
 *
 * @param share in (0, 1]
 */
export function precisionAtTop(scores: ArrayLike<number>, failed: ArrayLike<number>, share: number): TopPrecision {
  if (!(share > 0 && share <= 1)) throw new RangeError(`A share lies in (0, 1], not at ${share}.`);
  const ranked = rankScores(scores);
  const rows = Math.ceil(share * scores.length);
  if (ranked === null || rows === 0) return { rows, failures: NaN, precision: NaN };
  const { marked, rest } = countGroups(ranked, failed);
  let failures = 0;
  let left = rows;
  for (let group = ranked.groups - 1; left > 0; group--) {
    const size = marked[group]! + rest[group]!;
    const taken = Math.min(size, left);
    failures += (marked[group]! * taken) / size;
    left -= taken;
  }
  return { rows, failures, precision: failures / rows };
}
