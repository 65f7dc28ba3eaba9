/**
 * The bins in which errors are counted while a sweep runs: four per decade from 10⁻⁴ to 10⁴ in the criterion's unit. The
 * first bin also holds everything smaller, the last everything larger.
 */
export const ERROR_BINS = 32;

const BINS_PER_DECADE = 4;
const SMALLEST_DECADE = -4;

/** The bin of a finite error ≥ 0; null for a prediction that was not finite. */
export function errorBin(error: number): number | null {
  if (!Number.isFinite(error)) return null;
  const position = Math.floor((Math.log10(error) - SMALLEST_DECADE) * BINS_PER_DECADE);
  return Math.min(ERROR_BINS - 1, Math.max(0, error > 0 ? position : 0));
}

/** Lower edge of a bin; that of `ERROR_BINS` is the upper edge of the last one. */
export function binEdge(bin: number): number {
  return 10 ** (SMALLEST_DECADE + bin / BINS_PER_DECADE);
}
