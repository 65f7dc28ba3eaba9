import { countGroups, type GroupCounts, rankScores } from './midranks.ts';

export interface RiskCoverage {
  /** Share of the rows that are accepted, k/n for k = 1 … n. */
  readonly coverage: Float64Array;
  /** Failure rate among the k rows of lowest score. */
  readonly risk: Float64Array;
  /** Mean of `risk`: the area under the risk–coverage curve. Low is good; the overall failure rate says nothing. */
  readonly area: number;
}

/**
 * Failure rate of what is left when the riskiest rows are turned away (El-Yaniv & Wiener, J. Mach. Learn. Res. 11, 1605,
 * 2010; its area: Geifman, Uziel & El-Yaniv, ICLR 2019). Where the border cuts through equal scores, the expectation over
 * their orders. Null if a score is NaN or there are no rows.
 *
 * @param scores the greater, the likelier a failure
 * @param failed anything but 0 is a failure
 */
export function riskCoverage(scores: ArrayLike<number>, failed: ArrayLike<number>): RiskCoverage | null {
  const ranked = rankScores(scores);
  const rows = scores.length;
  if (ranked === null || rows === 0) return null;
  const { marked, rest } = countGroups(ranked, failed);
  const coverage = new Float64Array(rows);
  const risk = new Float64Array(rows);
  let accepted = 0;
  let failures = 0;
  let sum = 0;
  for (let group = 0; group < ranked.groups; group++) {
    const size = marked[group]! + rest[group]!;
    for (let taken = 1; taken <= size; taken++) {
      const at = accepted + taken - 1;
      coverage[at] = (at + 1) / rows;
      risk[at] = (failures + (marked[group]! * taken) / size) / (at + 1);
      sum += risk[at];
    }
    accepted += size;
    failures += marked[group]!;
  }
  return { coverage, risk, area: sum / rows };
}

/** The area alone, from failures and passes per group of equal scores, lowest first. NaN without rows. */
export function riskCoverageArea({ marked, rest }: GroupCounts): number {
  let accepted = 0;
  let failures = 0;
  let sum = 0;
  for (let group = 0; group < marked.length; group++) {
    const size = marked[group]! + rest[group]!;
    for (let taken = 1; taken <= size; taken++) {
      sum += (failures + (marked[group]! * taken) / size) / (accepted + taken);
    }
    accepted += size;
    failures += marked[group]!;
  }
  return sum / accepted;
}

/**
 * Failure rate among the share `coverage` of all rows with the lowest scores, in expectation over the orders of equal
 * scores. NaN where nothing would be accepted.
 */
export function failureRateAtCoverage({ marked, rest }: GroupCounts, coverage: number): number {
  let rows = 0;
  for (let group = 0; group < marked.length; group++) rows += marked[group]! + rest[group]!;
  return rateWhere({ marked, rest }, coverage * rows, (group) => marked[group]! + rest[group]!);
}

/** The same among as many rows of lowest score as keep the share `kept` of the passing ones: matched yield. NaN where nothing passes. */
export function failureRateAtYield({ marked, rest }: GroupCounts, kept: number): number {
  let passes = 0;
  for (const count of rest) passes += count;
  return rateWhere({ marked, rest }, kept * passes, (group) => rest[group]!);
}

/** Accepts groups from the lowest score on until `wanted` of what `weight` counts is reached, the last one in part. */
function rateWhere({ marked, rest }: GroupCounts, wanted: number, weight: (group: number) => number): number {
  let reached = 0;
  let accepted = 0;
  let failures = 0;
  for (let group = 0; group < marked.length && reached < wanted; group++) {
    const size = weight(group);
    // A group that brings nothing wanted is accepted whole: its scores are lower than what is still needed.
    const part = size > 0 ? Math.min(1, (wanted - reached) / size) : 1;
    reached += size * part;
    accepted += (marked[group]! + rest[group]!) * part;
    failures += marked[group]! * part;
  }
  return failures / accepted;
}
