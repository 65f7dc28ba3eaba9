import { binomialCdf } from './binomial.ts';
import type { ConfidenceInterval } from './bootstrap-intervals.ts';

/** The p at which a falling function of p crosses `level`, to the last bit; `isAbove` tells whether p is still below it. */
function crossing(isAbove: (p: number) => boolean): ConfidenceInterval {
  let lower = 0;
  let upper = 1;
  for (;;) {
    const middle = (lower + upper) / 2;
    if (!(middle > lower && middle < upper)) return { lower, upper };
    if (isAbove(middle)) lower = middle;
    else upper = middle;
  }
}

/** Whether the counts are whole numbers with 0 ≤ failures ≤ trials and at least one trial. */
function isSample(failures: number, trials: number): boolean {
  return Number.isInteger(failures) && Number.isInteger(trials) && failures >= 0 && trials >= 1 && failures <= trials;
}

/**
 * Exact one-sided upper confidence bound on a failure rate (Clopper & Pearson, Biometrika 26, 404, 1934): the smallest p
 * at which seeing so few failures has probability at most `significance`. Never too small: it errs, if at all, upwards
 * by rounding. 1 for anything that is no sample (no trials, NaN) and for failures = trials.
 *
 * @see scipy.stats.beta.ppf(1 − significance, failures + 1, trials − failures)
 */
export function upperFailureRate(failures: number, trials: number, significance: number): number {
  if (!isSample(failures, trials) || !(significance > 0 && significance < 1) || failures === trials) return 1;
  return crossing((p) => binomialCdf(failures, trials, p) > significance).upper;
}

/** Exact one-sided lower confidence bound on a failure rate; 0 for anything that is no sample and without failures. */
export function lowerFailureRate(failures: number, trials: number, significance: number): number {
  if (!isSample(failures, trials) || !(significance > 0 && significance < 1) || failures === 0) return 0;
  return 1 - upperFailureRate(trials - failures, trials, significance);
}

/** Exact two-sided (equal-tailed) interval for a failure rate; [0, 1] for anything that is no sample. */
export function failureRateInterval(failures: number, trials: number, confidence: number): ConfidenceInterval {
  const tail = (1 - confidence) / 2;
  return { lower: lowerFailureRate(failures, trials, tail), upper: upperFailureRate(failures, trials, tail) };
}
