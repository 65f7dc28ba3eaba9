import type { ConfidenceInterval } from './bootstrap-intervals.ts';
import { exp, log } from './elementary.ts';
import { normalQuantile } from './normal.ts';
import { studentTwoSided } from './student-t.ts';

export interface Correlation {
  /** In [−1, 1]; NaN without variance in one of both, with fewer than two rows, or where a number is not finite. */
  readonly value: number;
  readonly rows: number;
  /** Null with fewer than four rows, or where the correlation is NaN. */
  readonly interval: ConfidenceInterval | null;
  /** Two-sided, of no correlation, from Student's t with n − 2 degrees of freedom; NaN with fewer than three rows. */
  readonly pValue: number;
}

/**
 * Pearson's correlation with the interval of Fisher's z, of standard error 1/√(n − 3). Interval and p-value assume rows
 * that are independent and near normal: heavy tails widen the truth.
 *
 * @param confidence two-sided level in (0, 1)
 * @see scipy.stats.pearsonr
 */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>, confidence: number): Correlation {
  return withInterval(correlate(x, y), x.length, 1, confidence);
}

/**
 * Spearman's rank correlation: Pearson's of the ranks, ties sharing their mean rank. The interval is that of Fisher's z
 * with variance (1 + ρ²/2)/(n − 3) (Bonett & Wright, Psychometrika 65, 23, 2000).
 *
 * @see scipy.stats.spearmanr
 */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>, confidence: number): Correlation {
  const value = correlate(midranks(x), midranks(y));
  return withInterval(value, x.length, 1 + (value * value) / 2, confidence);
}

/** Ranks from 1, equal numbers sharing the mean of theirs; NaN everywhere if one of the numbers is NaN. */
export function midranks(values: ArrayLike<number>): Float64Array {
  const ranks = new Float64Array(values.length);
  const numbers = Float64Array.from(values);
  if (numbers.some(Number.isNaN)) return ranks.fill(NaN);
  const order = Int32Array.from(numbers, (_, row) => row).sort((a, b) => numbers[a]! - numbers[b]!);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && numbers[order[to]!] === numbers[order[from]!]) to++;
    for (let at = from; at < to; at++) ranks[order[at]!] = (from + to + 1) / 2;
    from = to;
  }
  return ranks;
}

function correlate(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const rows = x.length;
  if (rows < 2 || y.length !== rows) return NaN;
  let meanX = 0;
  let meanY = 0;
  for (let row = 0; row < rows; row++) {
    meanX += x[row]! / rows;
    meanY += y[row]! / rows;
  }
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let row = 0; row < rows; row++) {
    const dx = x[row]! - meanX;
    const dy = y[row]! - meanY;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  // A column that is constant but for rounding of its mean has no correlation.
  const isConstant = (squares: number, mean: number): boolean => squares <= rows * (mean * 1e-15) ** 2;
  if (isConstant(xx, meanX) || isConstant(yy, meanY)) return NaN;
  return Math.max(-1, Math.min(1, xy / (Math.sqrt(xx) * Math.sqrt(yy))));
}

function withInterval(value: number, rows: number, variance: number, confidence: number): Correlation {
  if (Number.isNaN(value)) return { value, rows, interval: null, pValue: NaN };
  const freedom = rows - 2;
  const pValue =
    freedom < 1 ? NaN : studentTwoSided(value * Math.sqrt(freedom / Math.max(0, (1 - value) * (1 + value))), freedom);
  if (rows < 4) return { value, rows, interval: null, pValue };
  const half = normalQuantile((1 + confidence) / 2) * Math.sqrt(variance / (rows - 3));
  const z = Math.abs(value) === 1 ? value * Infinity : log((1 + value) / (1 - value)) / 2;
  const back = (at: number): number => (Math.abs(at) === Infinity ? Math.sign(at) : 1 - 2 / (exp(2 * at) + 1));
  return { value, rows, interval: { lower: back(z - half), upper: back(z + half) }, pValue };
}
