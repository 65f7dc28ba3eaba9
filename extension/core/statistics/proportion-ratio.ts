import type { ConfidenceInterval } from './bootstrap-intervals.ts';
import { normalQuantile } from './normal.ts';

/** Successes out of independent trials, whole numbers with 0 ≤ successes ≤ trials and trials ≥ 1. */
export interface Proportion {
  readonly successes: number;
  readonly trials: number;
}

/** Where bisection ends: ratios this close are one. */
const RELATIVE_WIDTH = 1e-12;

/**
 * Score interval for the ratio of two binomial proportions (P. A. R. Koopman, Biometrics 40, 513, 1984): the ratios θ that a
 * χ² test of `proportion` = θ `base` does not reject. Unlike the interval of the log ratio it is defined without successes:
 * the lower end is 0 without any in `proportion`, the upper one Infinity without any in `base`.
 *
 * Its level is nominal: with rare successes the true coverage may be a little above or below it.
 *
 * @param confidence two-sided level in (0, 1)
 */
export function proportionRatioInterval(
  proportion: Proportion,
  base: Proportion,
  confidence: number,
): ConfidenceInterval {
  const quantile = normalQuantile((1 + confidence) / 2);
  const isKept = (ratio: number): boolean => scoreStatistic(proportion, base, ratio) <= quantile * quantile;
  // Some ratio that is kept: the estimate, or where there is none the one with half a success more.
  const rate = (successes: number, trials: number): number => Math.max(successes, 0.5) / trials;
  const inside = rate(proportion.successes, proportion.trials) / rate(base.successes, base.trials);
  return {
    lower: proportion.successes === 0 ? 0 : edge(inside, 0.5, isKept),
    upper: base.successes === 0 ? Infinity : edge(inside, 2, isKept),
  };
}

/** From a kept ratio by `factor` outwards to the first that is not, then back by geometric bisection. */
function edge(inside: number, factor: number, isKept: (ratio: number) => boolean): number {
  let kept = inside;
  let lost = inside * factor;
  while (isKept(lost)) {
    kept = lost;
    lost *= factor;
  }
  while (Math.abs(kept / lost - 1) > RELATIVE_WIDTH) {
    const middle = Math.sqrt(kept * lost);
    if (isKept(middle)) kept = middle;
    else lost = middle;
  }
  return lost;
}

/** χ² of p₁ = θ p₀, with the variance at the most likely p₀ under that constraint: the smaller root of a p² + b p + c. */
function scoreStatistic(one: Proportion, base: Proportion, ratio: number): number {
  const a = (one.trials + base.trials) * ratio;
  const b = -(one.trials * ratio + one.successes + base.trials + base.successes * ratio);
  const c = one.successes + base.successes;
  // Written without the difference of nearly equal numbers.
  const p0 = (2 * c) / (-b + Math.sqrt(Math.max(0, b * b - 4 * a * c)));
  const p1 = Math.min(1, ratio * p0);
  const difference = one.successes / one.trials - (ratio * base.successes) / base.trials;
  const variance = (p1 * (1 - p1)) / one.trials + (ratio * ratio * p0 * (1 - p0)) / base.trials;
  return difference === 0 ? 0 : (difference * difference) / variance;
}
