import type { Prediction } from '../criterion.ts';
import type { Structure } from '../structure.ts';

/** A structure with its labels, and a finite prediction for it. */
export interface AskedStructure {
  readonly structure: Structure;
  /** eV, total. */
  readonly energy: number;
  /** eV/Å, 3n. */
  readonly forces: Float64Array;
}

/** Keeps what is finite; a missing prediction says nothing about the kind of mistake. */
export function askedStructures(
  structures: readonly Structure[],
  predictions: readonly Prediction[],
): AskedStructure[] {
  return structures.flatMap((structure, at) => {
    const prediction = predictions[at]!;
    if (prediction.kind !== 'predicted') return [];
    const { energy, forces } = prediction;
    const isUsable =
      Number.isFinite(energy) && forces.length === structure.positions.length && forces.every(Number.isFinite);
    return isUsable ? [{ structure, energy, forces }] : [];
  });
}
