import { binomialCdf, binomialProbability } from './binomial.ts';

/** Exact tests of two-by-two tables. Counts are whole numbers ≥ 0; anything else gives NaN. */

/** How much more likely than the observed table a table may look and still count as at most as likely: rounding. */
const TIE = 1 + 1e-7;

const areCounts = (...counts: readonly number[]): boolean =>
  counts.every((count) => Number.isInteger(count) && count >= 0);

/**
 * Exact test that two dichotomies of the same rows are equally frequent (Q. McNemar, Psychometrika 12, 153, 1947, with
 * the binomial distribution): two-sided p-value of `onlyFirst` against `onlySecond` rows at even odds. 1 without such rows.
 *
 * @see statsmodels.stats.contingency_tables.mcnemar(exact=True)
 */
export function mcnemarExact(onlyFirst: number, onlySecond: number): number {
  if (!areCounts(onlyFirst, onlySecond)) return NaN;
  const fewer = Math.min(onlyFirst, onlySecond);
  return Math.min(1, 2 * binomialCdf(fewer, onlyFirst + onlySecond, 0.5));
}

/**
 * Fisher's exact test that `failures` of `trials` and `otherFailures` of `otherTrials` have one rate: two-sided p-value,
 * the sum over all tables with the same margins that are at most as likely as the observed one.
 *
 * @see scipy.stats.fisher_exact
 */
export function fisherExact(failures: number, trials: number, otherFailures: number, otherTrials: number): number {
  if (!areCounts(failures, trials - failures, otherFailures, otherTrials - otherFailures)) return NaN;
  const total = failures + otherFailures;
  const all = trials + otherTrials;
  if (trials === 0 || otherTrials === 0 || total === 0 || total === all) return 1;
  // Hypergeometric probabilities as products of binomial ones, whose common rate cancels; at total / all none underflows
  // before it is negligible.
  const rate = total / all;
  const likelihood = (k: number): number =>
    binomialProbability(k, trials, rate) * binomialProbability(total - k, otherTrials, rate);
  const least = Math.max(0, total - otherTrials);
  const most = Math.min(trials, total);
  const observed = likelihood(failures) * TIE;
  let tail = 0;
  let sum = 0;
  for (let k = least; k <= most; k++) {
    const one = likelihood(k);
    sum += one;
    if (one <= observed) tail += one;
  }
  return sum > 0 ? Math.min(1, tail / sum) : NaN;
}
