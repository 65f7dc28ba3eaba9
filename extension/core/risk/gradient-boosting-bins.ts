/** A column cut into at most 256 bins. */
export interface BinnedColumn {
  /** Bin of every row: the number of cuts below its value, or `missing`. */
  readonly bins: Uint8Array;
  /** Ascending; bin k holds the values in (cuts[k − 1], cuts[k]]. */
  readonly cuts: Float64Array;
  /** The bin of NaN: one more than the last bin of numbers. */
  readonly missing: number;
  readonly hasMissing: boolean;
}

/**
 * Cuts every column into bins of nearly equal numbers of training rows, as LightGBM does (Ke et al., NIPS 2017, section
 * 2): where a column has no more distinct values than bins, each gets its own; otherwise the cut that ends bin k is the
 * first between distinct values at or after the rank that shares the remaining rows equally among the remaining bins. A cut is
 * the midpoint of its two neighbours. Depends on the multiset of values alone, not on the order of rows.
 *
 * Yields progress in [0, 1] after each column.
 *
 * @param rows the rows that may shape the cuts; every row is assigned a bin
 */
export function* binColumns(
  columns: readonly Float64Array[],
  rows: Int32Array,
  maximumBins: number,
): Generator<number, BinnedColumn[]> {
  const binned: BinnedColumn[] = [];
  for (const column of columns) {
    binned.push(binColumn(column, rows, maximumBins));
    yield binned.length / columns.length;
  }
  return binned;
}

function binColumn(column: Float64Array, rows: Int32Array, maximumBins: number): BinnedColumn {
  let present = 0;
  const sorted = new Float64Array(rows.length);
  for (const row of rows) {
    const value = column[row]!;
    if (!Number.isNaN(value)) sorted[present++] = value;
  }
  const cuts = cutsOf(sorted.subarray(0, present).sort(), maximumBins);
  const bins = new Uint8Array(column.length);
  const missing = cuts.length + 1;
  const ladder = new Float64Array(LADDER).fill(Infinity);
  ladder.set(cuts);
  let hasMissing = false;
  for (let row = 0; row < bins.length; row++) {
    const value = column[row]!;
    if (Number.isNaN(value)) {
      bins[row] = missing;
      hasMissing = true;
    } else bins[row] = rungsBelow(ladder, value);
  }
  return { bins, cuts, missing, hasMissing };
}

const LADDER = 256;

/** How many of the 256 ascending numbers, of which at most 255 are below it, are below the value. */
function rungsBelow(ladder: Float64Array, value: number): number {
  let below = 0;
  for (let step = LADDER / 2; step > 0; step >>= 1) below += ladder[below + step - 1]! < value ? step : 0;
  return below;
}

function cutsOf(sorted: Float64Array, maximumBins: number): Float64Array {
  const size = sorted.length;
  // Where a new distinct value begins.
  const starts: number[] = [];
  for (let at = 1; at < size; at++) if (sorted[at]! > sorted[at - 1]!) starts.push(at);
  if (starts.length < maximumBins) return Float64Array.from(starts, (at) => between(sorted[at - 1]!, sorted[at]!));
  const cuts: number[] = [];
  let taken = 0;
  for (const at of starts) {
    const binsLeft = maximumBins - cuts.length;
    if (binsLeft > 1 && (at - taken) * binsLeft >= size - taken) {
      cuts.push(between(sorted[at - 1]!, sorted[at]!));
      taken = at;
    }
  }
  return Float64Array.from(cuts);
}

/** The midpoint of low < high, or low where rounding or an infinity keeps it from lying in [low, high). */
function between(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  return middle >= low && middle < high ? middle : low;
}
