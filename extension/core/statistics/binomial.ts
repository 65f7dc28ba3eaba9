import { exp, log, log1p } from './elementary.ts';

const LOG_2PI = 1.8378770664093453;

/** ln n! − ln of Stirling's approximation √(2πn) (n/e)^n, for integer n ≥ 1. */
function stirlingError(n: number): number {
  if (n < 16) {
    // n! is exact in double precision here.
    let factorial = 1;
    for (let factor = 2; factor <= n; factor++) factorial *= factor;
    return log(factorial) - (n + 0.5) * log(n) + n - LOG_2PI / 2;
  }
  const square = n * n;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n;
}

/** x ln(x/m) + m − x without cancellation near x = m (the deviance part of Loader's algorithm). */
function deviance(x: number, m: number): number {
  if (Math.abs(x - m) < 0.1 * (x + m)) {
    const v = (x - m) / (x + m);
    let sum = (x - m) * v;
    let term = 2 * x * v;
    for (let odd = 3; odd < 200; odd += 2) {
      term *= v * v;
      const next = sum + term / odd;
      if (next === sum) break;
      sum = next;
    }
    return sum;
  }
  return x * log(x / m) + m - x;
}

/**
 * Probability of exactly k successes in n trials, 0 ≤ k ≤ n integers, success probability 0 ≤ p ≤ 1; relative error
 * around 1e-13 (C. Loader, Fast and Accurate Computation of Binomial Probabilities, 2000).
 *
 * @see scipy.stats.binom.pmf
 */
export function binomialProbability(k: number, n: number, p: number): number {
  const q = 1 - p;
  if (p === 0) return k === 0 ? 1 : 0;
  if (q === 0) return k === n ? 1 : 0;
  if (k === 0) return exp(n * log1p(-p));
  if (k === n) return exp(n * log(p));
  const exponent =
    stirlingError(n) - stirlingError(k) - stirlingError(n - k) - deviance(k, n * p) - deviance(n - k, n * q);
  return exp(exponent - 0.5 * (LOG_2PI + log(k) + log1p(-k / n)));
}

/** Σ probabilities of from, from + step, … while they matter; starts at the largest of them. */
function sumAway(from: number, step: 1 | -1, n: number, p: number): number {
  let term = binomialProbability(from, n, p);
  let sum = term;
  for (let k = from; step > 0 ? k < n : k > 0; k += step) {
    term *= step > 0 ? ((n - k) / (k + 1)) * (p / (1 - p)) : (k / (n - k + 1)) * ((1 - p) / p);
    const next = sum + term;
    if (next === sum) break;
    sum = next;
  }
  return sum;
}

/**
 * Probability of at most k successes in n trials. k below 0 gives 0, k ≥ n gives 1; NaN for anything undefined.
 *
 * @see scipy.stats.binom.cdf
 */
export function binomialCdf(k: number, n: number, p: number): number {
  if (!(n >= 0 && p >= 0 && p <= 1) || Number.isNaN(k)) return NaN;
  const successes = Math.floor(k);
  if (successes < 0) return 0;
  if (successes >= n) return 1;
  if (p === 0) return 1;
  if (p === 1) return 0;
  // The side of the mean that holds the smaller part is summed, away from the mean, so the terms fall.
  return successes < n * p ? sumAway(successes, -1, n, p) : 1 - sumAway(successes + 1, 1, n, p);
}
