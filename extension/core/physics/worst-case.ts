import type { ProbeMeasurement, ResidualUnit } from './probe.ts';

/** Keeps the case that comes closest to breaking a law, or breaks it most. */
export interface WorstCase {
  /** @param residual ≥ 0; NaN outweighs everything. */
  readonly note: (residual: number, tolerance: number, detail: string) => void;
  /** null if nothing was noted. */
  readonly measurement: () => ProbeMeasurement | null;
}

/** Residual over tolerance; infinite for whatever is no number, so that it is never passed over. */
export function excessOf({ residual, tolerance }: Pick<ProbeMeasurement, 'residual' | 'tolerance'>): number {
  if (residual === 0 && tolerance >= 0) return 0;
  const excess = residual / tolerance;
  return Number.isNaN(excess) ? Number.POSITIVE_INFINITY : excess;
}

export function worstCase(id: string, unit: ResidualUnit): WorstCase {
  let worst: ProbeMeasurement | null = null;
  return {
    note(residual, tolerance, detail) {
      const found = { id, unit, residual, tolerance, detail };
      if (worst === null || excessOf(found) > excessOf(worst)) worst = found;
    },
    measurement: () => worst,
  };
}
