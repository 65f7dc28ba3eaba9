/**
 * The q-quantile of sorted numbers by linear interpolation between order statistics (type 7 of Hyndman & Fan 1996).
 * NaN for no numbers, for q outside [0, 1], and if one of the numbers it falls between is NaN.
 *
 * @param sorted ascending
 * @see numpy.quantile
 */
export function quantileOfSorted(sorted: Float64Array, q: number): number {
  if (!(q >= 0 && q <= 1) || sorted.length === 0) return NaN;
  const { rank, weight } = quantilePosition(sorted.length, q);
  const low = sorted[rank]!;
  // Without this, an infinite neighbour with weight 0 would give NaN.
  return weight === 0 ? low : interpolate(low, sorted[rank + 1]!, weight);
}

/** Zero-based rank and the weight of the rank above it: the quantile is (1 − weight) x_rank + weight x_{rank + 1}. */
export function quantilePosition(size: number, q: number): { rank: number; weight: number } {
  const position = (size - 1) * q;
  const rank = Math.floor(position);
  return { rank, weight: position - rank };
}

/** Between two ordered numbers; exactly `low` or `high` where they are equal. */
export function interpolate(low: number, high: number, weight: number): number {
  return low === high ? low : low + (high - low) * weight;
}
