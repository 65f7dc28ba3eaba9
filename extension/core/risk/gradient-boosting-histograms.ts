import type { BinnedColumn } from './gradient-boosting-bins.ts';

/**
 * Sums of derivatives per bin. All terms are whole numbers (derivatives in fixed point) whose sums stay below 2^53, so
 * every sum is exact: it does not depend on the order of rows, and a child's histogram is exactly its parent's minus
 * its sibling's. A bin is two numbers: the sum of first derivatives, and the number of rows × countUnit plus the sum of
 * second derivatives.
 */
export interface GradientScale {
  /** Steps per unit of the first derivative: a power of two. */
  readonly gradientSteps: number;
  /** Steps per unit of the second derivative (in [0, 1]): a power of two. */
  readonly curvatureSteps: number;
  /** What one row adds to the packed sum: a power of two above any sum of second derivatives. */
  readonly countUnit: number;
}

/** The finest fixed point in which sums over that many rows are exact; fewer than 2^20 rows. */
export function gradientScale(rows: number, largestGradient: number): GradientScale {
  let rowBits = 1;
  while (2 ** rowBits <= rows) rowBits++;
  let gradientSteps = 2 ** (52 - rowBits);
  // Multiplying by a power of two is exact, so the loop ends at the largest one that fits.
  let largest = 1;
  while (largest < largestGradient) {
    largest *= 2;
    gradientSteps /= 2;
  }
  while (largest / 2 >= largestGradient && largest > 2 ** -900) {
    largest /= 2;
    gradientSteps *= 2;
  }
  const curvatureBits = Math.min(26, 53 - 2 * rowBits);
  return { gradientSteps, curvatureSteps: 2 ** curvatureBits, countUnit: 2 ** (curvatureBits + rowBits) };
}

/** A column that can be split, and where its bins lie in a histogram. */
export interface HistogramColumn extends BinnedColumn {
  /** Index in the table. */
  readonly feature: number;
  /** Position of bin 0. */
  readonly offset: number;
}

/** Columns with at least two bins; a constant column has nothing to split. */
export function histogramColumns(binned: readonly BinnedColumn[]): { columns: HistogramColumn[]; length: number } {
  const columns: HistogramColumn[] = [];
  let length = 0;
  for (const [feature, column] of binned.entries()) {
    const bins = column.missing + (column.hasMissing ? 1 : 0);
    if (bins < 2) continue;
    columns.push({ ...column, feature, offset: length });
    length += 2 * bins;
  }
  return { columns, length };
}

/** Derivatives of the rows of one node, in the order of these rows. */
export interface GatheredRows {
  readonly rows: Int32Array;
  readonly gradient: Float64Array;
  readonly packed: Float64Array;
}

/** Overwrites `histogram` with the sums over the given rows. */
export function fillHistogram(
  histogram: Float64Array,
  columns: readonly HistogramColumn[],
  { rows, gradient, packed }: GatheredRows,
): void {
  histogram.fill(0);
  for (const { bins, offset } of columns) addColumn(histogram, offset, bins, rows, gradient, packed);
}

function addColumn(
  histogram: Float64Array,
  offset: number,
  bins: Uint8Array,
  rows: Int32Array,
  gradient: Float64Array,
  packed: Float64Array,
): void {
  const size = rows.length;
  for (let at = 0; at < size; at++) {
    const place = offset + 2 * bins[rows[at]!]!;
    histogram[place] = histogram[place]! + gradient[at]!;
    histogram[place + 1] = histogram[place + 1]! + packed[at]!;
  }
}

/** histogram −= part. */
export function subtractHistogram(histogram: Float64Array, part: Float64Array): void {
  for (let at = 0; at < histogram.length; at++) histogram[at] = histogram[at]! - part[at]!;
}
