import type { ConfidenceInterval } from '../statistics/bootstrap-intervals.ts';
import { normalCdf, normalQuantile } from '../statistics/normal.ts';
import { countGroups, rankScores } from './midranks.ts';

export interface AreaEstimate {
  /** Area under the ROC curve; see `areaUnderRoc`. */
  readonly area: number;
  /** Null with fewer than two failures or two passes, or where the area is NaN. */
  readonly standardError: number | null;
  /** area ± z × standard error, cut off at 0 and 1; null where the standard error is. */
  readonly interval: ConfidenceInterval | null;
}

export interface AreaComparison {
  readonly first: AreaEstimate;
  readonly second: AreaEstimate;
  /** First minus second, with its interval. */
  readonly difference: number;
  readonly interval: ConfidenceInterval | null;
  /** Two-sided; 1 for equal areas without variance. Null where it cannot be said. */
  readonly pValue: number | null;
}

/** Per row: the share of the other class that it beats, ties counting half. Its means over a class are the area. */
interface Placements {
  readonly area: number;
  /** For failures, the share of passes scoring lower; for passes, the share of failures scoring higher. */
  readonly values: Float64Array;
}

/**
 * Confidence interval of the area under the ROC curve by the variance of DeLong, DeLong & Clarke-Pearson (Biometrics 44,
 * 837, 1988), computed from ranks (Sun & Xu, IEEE Signal Process. Lett. 21, 1389, 2014). An area of exactly 0 or 1 has
 * variance 0 by this formula: the interval is then a point, and far too confident.
 *
 * @param scores the greater, the likelier a failure
 * @param failed anything but 0 is a failure
 * @param confidence two-sided level in (0, 1)
 */
export function delongInterval(scores: ArrayLike<number>, failed: ArrayLike<number>, confidence: number): AreaEstimate {
  const placed = placements(scores, failed);
  return placed === null ? { area: NaN, standardError: null, interval: null } : estimateOf(placed, failed, confidence);
}

/**
 * DeLong's test of two scores on the same rows: the z test of the difference of areas, with the covariance that the
 * common rows give it.
 */
export function delongTest(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  failed: ArrayLike<number>,
  confidence: number,
): AreaComparison {
  const a = placements(first, failed);
  const b = placements(second, failed);
  const estimates = {
    first: delongInterval(first, failed, confidence),
    second: delongInterval(second, failed, confidence),
  };
  if (a === null || b === null) return { ...estimates, difference: NaN, interval: null, pValue: null };
  const difference = a.area - b.area;
  const variance = varianceOfMeans(
    a.values.map((value, row) => value - b.values[row]!),
    failed,
  );
  if (variance === null) return { ...estimates, difference, interval: null, pValue: null };
  const error = Math.sqrt(variance);
  const z = normalQuantile((1 + confidence) / 2);
  const interval = { lower: difference - z * error, upper: difference + z * error };
  // Without variance the test knows nothing but equality.
  const certain = difference === 0 ? 1 : null;
  return {
    ...estimates,
    difference,
    interval,
    pValue: error > 0 ? 2 * normalCdf(-Math.abs(difference) / error) : certain,
  };
}

function estimateOf({ area, values }: Placements, failed: ArrayLike<number>, confidence: number): AreaEstimate {
  const variance = varianceOfMeans(values, failed);
  if (variance === null) return { area, standardError: null, interval: null };
  const standardError = Math.sqrt(variance);
  const reach = normalQuantile((1 + confidence) / 2) * standardError;
  return {
    area,
    standardError,
    interval: { lower: Math.max(0, area - reach), upper: Math.min(1, area + reach) },
  };
}

/** Null where a score is NaN or a class is empty. */
function placements(scores: ArrayLike<number>, failed: ArrayLike<number>): Placements | null {
  const ranked = rankScores(scores);
  if (ranked === null) return null;
  const { marked, rest } = countGroups(ranked, failed);
  const passesBelow = new Float64Array(ranked.groups);
  const failuresBelow = new Float64Array(ranked.groups);
  let passes = 0;
  let failures = 0;
  for (let group = 0; group < ranked.groups; group++) {
    passesBelow[group] = passes + rest[group]! / 2;
    failuresBelow[group] = failures + marked[group]! / 2;
    passes += rest[group]!;
    failures += marked[group]!;
  }
  if (failures === 0 || passes === 0) return null;
  const values = Float64Array.from(ranked.group, (group, row) =>
    failed[row] === 0 ? 1 - failuresBelow[group]! / failures : passesBelow[group]! / passes,
  );
  let wins = 0;
  for (let group = 0; group < ranked.groups; group++) wins += marked[group]! * passesBelow[group]!;
  return { area: wins / (failures * passes), values };
}

/** Sample variance over failures divided by their number, plus the same over passes; null if a class has fewer than two. */
function varianceOfMeans(values: Float64Array, failed: ArrayLike<number>): number | null {
  let variance = 0;
  for (const isFailure of [true, false]) {
    const part = values.filter((_, row) => (failed[row] !== 0) === isFailure);
    if (part.length < 2) return null;
    let sum = 0;
    for (const value of part) sum += value;
    const mean = sum / part.length;
    let squares = 0;
    for (const value of part) squares += (value - mean) * (value - mean);
    variance += squares / (part.length - 1) / part.length;
  }
  return variance;
}
