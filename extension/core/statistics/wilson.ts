import type { ConfidenceInterval } from './bootstrap-intervals.ts';
import { normalQuantile } from './normal.ts';

/**
 * Two-sided score interval of a proportion (E. B. Wilson, J. Am. Stat. Assoc. 22, 209, 1927). Its level is met on average
 * over rates, not for every rate as that of Clopper and Pearson is. [0, 1] for anything that is no sample.
 *
 * @see statsmodels.stats.proportion.proportion_confint(method='wilson')
 */
export function wilsonInterval(failures: number, trials: number, confidence: number): ConfidenceInterval {
  const isSample = Number.isInteger(failures) && Number.isInteger(trials) && failures >= 0 && failures <= trials;
  if (!isSample || trials < 1 || !(confidence > 0 && confidence < 1)) return { lower: 0, upper: 1 };
  const z = normalQuantile((1 + confidence) / 2);
  const rate = failures / trials;
  const square = (z * z) / trials;
  const middle = (rate + square / 2) / (1 + square);
  const half = (z / (1 + square)) * Math.sqrt((rate * (1 - rate)) / trials + square / (4 * trials));
  return {
    lower: failures === 0 ? 0 : Math.max(0, middle - half),
    upper: failures === trials ? 1 : Math.min(1, middle + half),
  };
}
