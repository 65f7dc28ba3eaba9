import { failureRateInterval } from '../statistics/clopper-pearson.ts';
import type { ConfidenceInterval } from '../statistics/bootstrap-intervals.ts';

/** A non-decreasing map from scores to probabilities: linear between the knots, constant beyond them. */
export interface IsotonicMap {
  /** Ascending scores. */
  readonly scores: Float64Array;
  /** Non-decreasing, in [0, 1]. */
  readonly probabilities: Float64Array;
}

/**
 * The non-decreasing probabilities closest to the outcomes in least squares, by pooling adjacent violators (Ayer et al.,
 * Ann. Math. Stat. 26, 641, 1955; for calibration: Zadrozny & Elkan, KDD 2002). Equal scores are pooled first. Pools are
 * exact fractions until the last division. Null without rows or with a NaN score.
 *
 * To be honest, `scores` must come from a model that has not seen these rows.
 *
 * @param failed anything but 0 is a failure
 * @see sklearn.isotonic.IsotonicRegression, out_of_bounds="clip"
 */
export function fitIsotonic(scores: ArrayLike<number>, failed: ArrayLike<number>): IsotonicMap | null {
  const values = Float64Array.from(scores);
  if (values.length === 0 || values.some(Number.isNaN)) return null;
  const order = new Int32Array(values.length).map((_, row) => row);
  order.sort((a, b) => Number(values[a]! > values[b]!) - Number(values[a]! < values[b]!));
  /** Blocks of rows with one probability, failures / rows. */
  const blocks: { lowest: number; highest: number; failures: number; rows: number }[] = [];
  let at = 0;
  while (at < order.length) {
    const score = values[order[at]!]!;
    const block = { lowest: score, highest: score, failures: 0, rows: 0 };
    for (; at < order.length && values[order[at]!]! === score; at++) {
      block.rows++;
      if (failed[order[at]!] !== 0) block.failures++;
    }
    for (;;) {
      const before = blocks.at(-1);
      if (before === undefined || before.failures * block.rows < block.failures * before.rows) break;
      block.lowest = before.lowest;
      block.failures += before.failures;
      block.rows += before.rows;
      blocks.pop();
    }
    blocks.push(block);
  }
  const knots = blocks.flatMap(({ lowest, highest, failures, rows }) => {
    const probability = failures / rows;
    return lowest === highest
      ? [{ score: lowest, probability }]
      : [
          { score: lowest, probability },
          { score: highest, probability },
        ];
  });
  return {
    scores: Float64Array.from(knots, ({ score }) => score),
    probabilities: Float64Array.from(knots, ({ probability }) => probability),
  };
}

/** Calibrated probability of failure. A score that is NaN is unknown risk, and counts as certain failure: 1. */
export function calibrated({ scores, probabilities }: IsotonicMap, score: number): number {
  if (Number.isNaN(score)) return 1;
  let low = 0;
  let high = scores.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (scores[middle]! < score) low = middle + 1;
    else high = middle;
  }
  // `low` knots lie below the score.
  if (low === scores.length) return probabilities[low - 1]!;
  const above = probabilities[low]!;
  if (low === 0 || scores[low] === score || probabilities[low - 1] === above) return above;
  const from = scores[low - 1]!;
  const share = (score - from) / (scores[low]! - from);
  // Between infinite knots there is no way to interpolate: the greater risk is the safe one.
  return Number.isNaN(share) ? above : probabilities[low - 1]! + (above - probabilities[low - 1]!) * share;
}

/**
 * Brier score: mean of (probability − outcome)² (Brier, Mon. Weather Rev. 78, 1, 1950). In [0, 1], low is good. A NaN
 * probability counts as the greatest error, 1. NaN without rows.
 */
export function brierScore(probabilities: ArrayLike<number>, failed: ArrayLike<number>): number {
  let sum = 0;
  for (let row = 0; row < probabilities.length; row++) {
    const difference = probabilities[row]! - (failed[row] === 0 ? 0 : 1);
    sum += Number.isNaN(difference) ? 1 : difference * difference;
  }
  return sum / probabilities.length;
}

export interface ReliabilityBin {
  readonly rows: number;
  readonly failures: number;
  /** Mean predicted probability of its rows. */
  readonly predicted: number;
  /** failures / rows. */
  readonly observed: number;
  /** Clopper–Pearson interval of the observed rate. */
  readonly interval: ConfidenceInterval;
}

/**
 * Reliability curve: rows in bins of equal width in predicted probability, ((k − 1)/bins, k/bins], the first with 0; empty
 * bins are left out. A NaN probability falls into the last bin, as 1.
 *
 * @param confidence two-sided level of each bin's interval
 * @see sklearn.calibration.calibration_curve
 */
export function reliabilityCurve(
  probabilities: ArrayLike<number>,
  failed: ArrayLike<number>,
  bins: number,
  confidence: number,
): ReliabilityBin[] {
  if (!(Number.isInteger(bins) && bins >= 1 && bins <= 1000)) throw new RangeError('There are 1 to 1000 bins.');
  const rows = new Float64Array(bins);
  const failures = new Float64Array(bins);
  const sums = new Float64Array(bins);
  for (let row = 0; row < probabilities.length; row++) {
    const given = probabilities[row]!;
    const probability = Number.isNaN(given) ? 1 : Math.min(1, Math.max(0, given));
    let bin = Math.max(0, Math.min(bins - 1, Math.ceil(probability * bins) - 1));
    // The product may round across a border; the borders are the quotients.
    while (bin > 0 && probability <= bin / bins) bin--;
    while (bin < bins - 1 && probability > (bin + 1) / bins) bin++;
    rows[bin] = rows[bin]! + 1;
    sums[bin] = sums[bin]! + probability;
    if (failed[row] !== 0) failures[bin] = failures[bin]! + 1;
  }
  return Array.from(rows, (count, bin) => ({
    rows: count,
    failures: failures[bin]!,
    predicted: sums[bin]! / count,
    observed: failures[bin]! / count,
    interval: failureRateInterval(failures[bin]!, count, confidence),
  })).filter(({ rows: count }) => count > 0);
}
