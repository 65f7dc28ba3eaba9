import type { Rational } from '../certificate.ts';
import { upperFailureRate } from './clopper-pearson.ts';

/** Whether the numbers are what a claim is made of: 0 < δ < 1, 0 ≤ p, whole counts with at least one trial. */
function isClaim(failures: number, trials: number, significance: Rational): boolean {
  return (
    Number.isSafeInteger(failures) &&
    Number.isSafeInteger(trials) &&
    failures >= 0 &&
    trials >= 1 &&
    failures <= trials &&
    significance.numerator > 0 &&
    significance.numerator < significance.denominator
  );
}

/**
 * Decides Σ_{i ≤ failures} C(trials, i) p^i (1 − p)^(trials − i) ≤ δ in whole numbers: with p = a/b and δ = c/d both
 * sides are multiplied by b^trials d. This is the inequality that the certificate claims, with no rounding anywhere.
 * False for anything that is no sample, for p > 1 and for δ outside (0, 1).
 */
export function tailAtMost(failures: number, trials: number, rate: Rational, significance: Rational): boolean {
  if (!isClaim(failures, trials, significance) || rate.numerator > rate.denominator) return false;
  const a = BigInt(rate.numerator);
  const b = BigInt(rate.denominator);
  const rest = b - a;
  // Horner's scheme from i = failures down: Σ_{i ≤ k} C(n, i) a^i rest^(n − i), the powers of rest common to all terms
  // split off, and C(n, i + 1) = C(n, i) (n − i) / (i + 1).
  let sum = 0n;
  let coefficient = 1n;
  let powerOfA = 1n;
  const terms: bigint[] = [];
  for (let i = 0; i <= failures; i++) {
    terms.push(coefficient * powerOfA);
    coefficient = (coefficient * BigInt(trials - i)) / BigInt(i + 1);
    powerOfA *= a;
  }
  for (const term of terms) sum = sum * rest + term;
  const left = sum * rest ** BigInt(trials - failures) * BigInt(significance.denominator);
  return left <= BigInt(significance.numerator) * b ** BigInt(trials);
}

/**
 * The smallest p = a / denominator for which the tail is at most δ, decided in whole numbers: the best failure-rate
 * bound that can be proved with this denominator. p = 1 (always proved, except when everything failed, where nothing
 * below 1 can be and 1 itself is vacuous) for anything that is no sample.
 */
export function exactUpperFailureRate(
  failures: number,
  trials: number,
  significance: Rational,
  denominator: number,
): Rational {
  if (!(Number.isSafeInteger(denominator) && denominator >= 1)) {
    throw new RangeError(`A denominator must be a positive whole number, not ${denominator}.`);
  }
  if (!isClaim(failures, trials, significance) || failures === trials) return { numerator: denominator, denominator };
  const holds = (numerator: number): boolean => tailAtMost(failures, trials, { numerator, denominator }, significance);
  // The tail falls as p rises. The double is right to about twelve digits, so a bracket around it is narrow at once;
  // it is widened until it holds the answer, and bisected exactly.
  const guess = upperFailureRate(failures, trials, significance.numerator / significance.denominator) * denominator;
  const within = (numerator: number): number => Math.min(denominator, Math.max(0, numerator));
  let above = within(Math.ceil(guess));
  for (let step = 1; above < denominator && !holds(above); step *= 2) above = within(above + step);
  let below = within(above - 1);
  for (let step = 1; below > 0 && holds(below); step *= 2) {
    above = below;
    below = within(below - step);
  }
  while (above - below > 1) {
    const middle = Math.floor((above + below) / 2);
    if (holds(middle)) above = middle;
    else below = middle;
  }
  return { numerator: above, denominator };
}

/**
 * How many validation structures it takes, with this many failures among them, to claim a failure rate of at most `rate`
 * at significance δ: the smallest n whose exact tail is at most δ. Null if none up to `limit` does.
 */
export function trialsNeeded(
  failures: number,
  rate: Rational,
  significance: Rational,
  limit = 1_000_000,
): number | null {
  const suffices = (trials: number): boolean => tailAtMost(failures, trials, rate, significance);
  const epsilon = rate.numerator / rate.denominator;
  const delta = significance.numerator / significance.denominator;
  const looksEnough = (trials: number): boolean => upperFailureRate(failures, trials, delta) <= epsilon;
  // The tail falls with n. Bisect in floating point, which is cheap, then settle the last step exactly.
  let low = failures;
  let high = Math.max(1, failures + 1);
  while (high < limit && !looksEnough(high)) {
    low = high;
    high = Math.min(limit, high * 2);
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (looksEnough(middle)) high = middle;
    else low = middle;
  }
  let trials = Math.max(high, failures, 1);
  while (trials <= limit && !suffices(trials)) {
    if (!looksEnough(trials) && trials >= limit) return null;
    trials++;
  }
  if (trials > limit) return null;
  while (trials > Math.max(1, failures) && suffices(trials - 1)) trials--;
  return trials;
}
