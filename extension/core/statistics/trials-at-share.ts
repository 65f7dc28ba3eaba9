import type { Rational } from '../certificate.ts';
import { upperFailureRate } from './clopper-pearson.ts';
import { tailAtMost, trialsNeeded } from './exact-binomial.ts';

/**
 * How many trials it takes to claim a failure rate of at most `rate` at significance δ if the observed share of failures
 * stays what it is: the smallest n ≥ `trials` whose tail with ⌈failures × n / trials⌉ failures is at most δ, decided in
 * whole numbers. Null if the share is not below the rate, if nothing failed, or if more than `limit` trials are needed.
 */
export function trialsNeededAtShare(
  failures: number,
  trials: number,
  rate: Rational,
  significance: Rational,
  limit = 20_000,
): { trials: number; failures: number } | null {
  if (failures < 1 || trials < failures) return null;
  if (BigInt(failures) * BigInt(rate.denominator) >= BigInt(rate.numerator) * BigInt(trials)) return null;
  const epsilon = rate.numerator / rate.denominator;
  const delta = significance.numerator / significance.denominator;
  // With j failures in all, n may run up to ⌊j × trials / failures⌋, and the tail falls with n.
  const mostTrials = (j: number): number => Math.floor((j * trials) / failures);
  const leastTrials = (j: number): number => Math.floor(((j - 1) * trials) / failures) + 1;
  const looksEnough = (j: number): boolean => upperFailureRate(j, mostTrials(j), delta) <= epsilon;
  const last = Math.ceil((limit * failures) / trials);
  let low = failures;
  let high = failures;
  while (high < last && !looksEnough(high)) {
    low = high;
    high = Math.min(last, high * 2);
  }
  if (!looksEnough(high)) return null;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (looksEnough(middle)) high = middle;
    else low = middle;
  }
  // Bisection was in floating point, and over a staircase; from two steps before, exact numbers decide.
  for (let j = Math.max(failures, low - 2); j <= last; j++) {
    if (!tailAtMost(j, mostTrials(j), rate, significance)) continue;
    const needed = trialsNeeded(j, rate, significance, mostTrials(j));
    if (needed === null) continue;
    return { trials: Math.max(needed, leastTrials(j), trials), failures: j };
  }
  return null;
}
