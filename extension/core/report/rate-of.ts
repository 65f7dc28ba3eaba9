import { failureRateInterval } from '../statistics/clopper-pearson.ts';
import { wilsonInterval } from '../statistics/wilson.ts';
import type { Rate } from './report-numbers.ts';

/** A share of failures with its intervals at a two-sided level in (0, 1). */
export function rateOf(failures: number, structures: number, confidence: number): Rate {
  const { lower, upper } = failureRateInterval(failures, structures, confidence);
  return {
    structures,
    failures,
    rate: structures === 0 ? null : failures / structures,
    clopperPearson: { lower, upper },
    wilson: wilsonInterval(failures, structures, confidence),
  };
}
