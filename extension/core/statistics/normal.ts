import { exp, log } from './elementary.ts';

const SQRT_2PI = 2.5066282746310002;

/** Density of the standard normal distribution. */
export function normalDensity(x: number): number {
  return exp((-x * x) / 2) / SQRT_2PI;
}

/** Upper tail of the standard normal distribution for x ≥ 3, by Laplace's continued fraction. */
function farTail(x: number): number {
  if (x > 38.6) return 0;
  let fraction = 0;
  for (let term = 120; term >= 1; term--) fraction = term / (x + fraction);
  return normalDensity(x) / (x + fraction);
}

/**
 * Probability that a standard normal variable is at most x; relative error below 1e-13 in both tails. NaN for NaN.
 *
 * @see scipy.stats.norm.cdf
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x <= -3) return farTail(-x);
  if (x >= 3) return 1 - farTail(x);
  // Φ(x) = 1/2 + φ(x) (x + x³/3 + x⁵/15 + …), all terms of one sign (Marsaglia, J. Stat. Softw. 11(4), 2004). The
  // cancellation for negative x costs at most three digits down to x = −3.
  let term = x;
  let sum = x;
  for (let odd = 3; odd < 200 && Math.abs(term) > 1e-18 * Math.abs(sum); odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return 0.5 + normalDensity(x) * sum;
}

/**
 * x with normalCdf(x) = p: a rational start (Abramowitz & Stegun 26.2.23) polished by Halley's method. ±Infinity at 0 and
 * 1, NaN outside of [0, 1].
 *
 * @see scipy.stats.norm.ppf
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  if (p === 0) return -Infinity;
  if (p === 1) return Infinity;
  if (p === 0.5) return 0;
  // 1 − p is exact for p ≥ 1/2, so only the lower half has to be solved.
  if (p > 0.5) return -normalQuantile(1 - p);
  const t = Math.sqrt(-2 * log(p));
  let x = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let step = 0; step < 4; step++) {
    const ratio = (normalCdf(x) - p) / normalDensity(x);
    x -= ratio / (1 + (x * ratio) / 2);
  }
  return x;
}
