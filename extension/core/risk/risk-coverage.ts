import { countGroups, rankScores } from './midranks.ts';

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
