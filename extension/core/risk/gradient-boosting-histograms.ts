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

/** Up to four columns whose bins are read at once: byte k of a row's word is its bin in column k. */
interface ColumnGroup {
  readonly words: Uint32Array;
  readonly offsets: readonly [number, number, number, number];
}

/** How histograms are laid out, and the bins in the order in which they are read. */
export interface HistogramLayout {
  /** Columns with at least two bins; a constant column has nothing to split. */
  readonly columns: readonly HistogramColumn[];
  readonly groups: readonly ColumnGroup[];
  readonly length: number;
}

const GROUP = 4;

export function histogramLayout(binned: readonly BinnedColumn[]): HistogramLayout {
  const columns: HistogramColumn[] = [];
  let length = 0;
  for (const [feature, column] of binned.entries()) {
    const bins = column.missing + (column.hasMissing ? 1 : 0);
    if (bins < 2) continue;
    columns.push({ ...column, feature, offset: length });
    length += 2 * bins;
  }
  const groups: ColumnGroup[] = [];
  for (let first = 0; first < columns.length; first += GROUP) {
    const members = columns.slice(first, first + GROUP);
    const words = new Uint32Array(members[0]!.bins.length);
    for (const [byte, { bins }] of members.entries()) {
      for (let row = 0; row < words.length; row++) words[row] = words[row]! | (bins[row]! << (8 * byte));
    }
    // Where there are fewer than four, the bytes left over are 0 and count into a bin of their own, which is never read.
    const offset = (byte: number): number => members[byte]?.offset ?? length;
    groups.push({ words, offsets: [offset(0), offset(1), offset(2), offset(3)] });
  }
  return { columns, groups, length: length + 2 };
}

/** Derivatives of the rows of one node, in the order of these rows. */
export interface GatheredRows {
  readonly rows: Int32Array;
  readonly gradient: Float64Array;
  readonly packed: Float64Array;
}

/** Overwrites `histogram` with the sums over the given rows. */
export function fillHistogram(histogram: Float64Array, groups: readonly ColumnGroup[], gathered: GatheredRows): void {
  histogram.fill(0);
  for (const group of groups) addGroup(histogram, group, gathered);
}

function addGroup(histogram: Float64Array, { words, offsets }: ColumnGroup, gathered: GatheredRows): void {
  const { rows, gradient, packed } = gathered;
  const [first, second, third, fourth] = offsets;
  const size = rows.length;
  for (let at = 0; at < size; at++) {
    const word = words[rows[at]!]!;
    const g = gradient[at]!;
    const p = packed[at]!;
    // Twice each byte: a bin is two numbers.
    let place = first + ((word & 0xff) << 1);
    histogram[place] = histogram[place]! + g;
    histogram[place + 1] = histogram[place + 1]! + p;
    place = second + ((word >>> 7) & 0x1fe);
    histogram[place] = histogram[place]! + g;
    histogram[place + 1] = histogram[place + 1]! + p;
    place = third + ((word >>> 15) & 0x1fe);
    histogram[place] = histogram[place]! + g;
    histogram[place + 1] = histogram[place + 1]! + p;
    place = fourth + ((word >>> 23) & 0x1fe);
    histogram[place] = histogram[place]! + g;
    histogram[place + 1] = histogram[place + 1]! + p;
  }
}

/** histogram −= part. */
export function subtractHistogram(histogram: Float64Array, part: Float64Array): void {
  for (let at = 0; at < histogram.length; at++) histogram[at] = histogram[at]! - part[at]!;
}
