import * as z from 'zod';

/** Largest relative error of a quantile that lies between `SMALLEST` and `LARGEST`. */
export const SKETCH_ERROR = 0.01;
const SMALLEST = 1e-6;
const LARGEST = 1e12;
/** Ratio of the edges of a bin: its middle is off by at most `SKETCH_ERROR` from all that it holds. */
const GAMMA = (1 + SKETCH_ERROR) / (1 - SKETCH_ERROR);
const BINS = Math.ceil(Math.log(LARGEST / SMALLEST) / Math.log(GAMMA)) + 1;

/**
 * Numbers ≥ 0 counted in bins whose edges grow by a constant ratio (the DDSketch of Masson, Rim & Lee, PVLDB 12, 2195,
 * 2019): any number of values in bounded memory, with quantiles of a stated relative error. Its bins are the same
 * everywhere, so that sketches of parts add up to exactly the sketch of the whole, in any order.
 */
export interface QuantileSketch {
  /** Bin 0 holds values up to 10⁻⁶, bin k those up to 10⁻⁶ γᵏ. */
  readonly bins: Float64Array;
  /** Values that are no finite number, or exceed 10¹²; they are larger than all others. */
  notFinite: number;
  /** Largest finite value, exact; null where there is none. */
  max: number | null;
}

export const emptySketch = (): QuantileSketch => ({ bins: new Float64Array(BINS), notFinite: 0, max: null });

/** Counts one value; NaN counts as not finite. */
export function addToSketch(sketch: QuantileSketch, value: number): void {
  if (!(value <= LARGEST)) {
    sketch.notFinite++;
    return;
  }
  const bin = value <= SMALLEST ? 0 : Math.ceil(Math.log(value / SMALLEST) / Math.log(GAMMA));
  sketch.bins[Math.min(BINS - 1, bin)]!++;
  sketch.max = Math.max(sketch.max ?? 0, value);
}

/** Adds the values of one sketch to another. */
export function joinSketch(into: QuantileSketch, other: QuantileSketch): void {
  other.bins.forEach((count, bin) => (into.bins[bin]! += count));
  into.notFinite += other.notFinite;
  if (other.max !== null) into.max = Math.max(into.max ?? 0, other.max);
}

/** Values that were counted, those that are not finite included. */
export const sketchSize = ({ bins, notFinite }: QuantileSketch): number =>
  bins.reduce((sum, count) => sum + count, notFinite);

/**
 * The ⌈q n⌉-th smallest of the n values, 0 < q ≤ 1, within `SKETCH_ERROR` of it (10⁻⁶ where it is smaller than that).
 * Null where that value is not finite, or there is none.
 * @see numpy.quantile(values, q, method='inverted_cdf')
 */
export function sketchQuantile(sketch: QuantileSketch, q: number): number | null {
  const rank = Math.ceil(q * sketchSize(sketch));
  let below = 0;
  for (let bin = 0; bin < BINS; bin++) {
    below += sketch.bins[bin]!;
    if (below > 0 && below >= rank)
      return bin === 0 ? 0 : Math.min(sketch.max!, (2 * SMALLEST * GAMMA ** bin) / (GAMMA + 1));
  }
  return null;
}

const count = z.number().int().nonnegative();

/** A sketch as JSON: the bins that are not empty, ascending. */
export const sketchSchema = z.strictObject({
  bins: z.array(z.tuple([count.max(BINS - 1), count])).max(BINS),
  notFinite: count,
  max: z.number().nonnegative().nullable(),
});
export type StoredSketch = z.infer<typeof sketchSchema>;

export function storedSketch({ bins, notFinite, max }: QuantileSketch): StoredSketch {
  const filled: [number, number][] = [];
  bins.forEach((count, bin) => {
    if (count > 0) filled.push([bin, count]);
  });
  return { bins: filled, notFinite, max };
}

export function restoredSketch({ bins, notFinite, max }: StoredSketch): QuantileSketch {
  const sketch = { ...emptySketch(), notFinite, max };
  for (const [bin, count] of bins) sketch.bins[bin]! += count;
  return sketch;
}
