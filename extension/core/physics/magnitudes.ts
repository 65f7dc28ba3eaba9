import { extent, type ProbeCrystal } from './crystal.ts';
import type { Magnitudes } from './precision.ts';
import type { PredictedAnswer } from './probe.ts';

/** Norm of the force on one atom, eV/Å. */
export function forceNorm(forces: Float64Array, atom: number): number {
  const x = forces[3 * atom]!;
  const y = forces[3 * atom + 1]!;
  const z = forces[3 * atom + 2]!;
  return Math.sqrt(x * x + y * y + z * z);
}

/** Largest norm of a force, eV/Å; NaN as soon as one is not a number. */
export function largestForce(forces: Float64Array): number {
  let largest = 0;
  for (let atom = 0; 3 * atom < forces.length; atom++) largest = Math.max(largest, forceNorm(forces, atom));
  return largest;
}

/** How large the numbers of a question and its answer are. */
export function magnitudesOf(crystal: ProbeCrystal, { energy, forces }: PredictedAnswer): Magnitudes {
  return {
    energyPerAtom: Math.abs(energy) / crystal.species.length,
    force: largestForce(forces),
    extent: extent(crystal),
  };
}

/** The larger of each. */
export function larger(a: Magnitudes, b: Magnitudes): Magnitudes {
  return {
    energyPerAtom: Math.max(a.energyPerAtom, b.energyPerAtom),
    force: Math.max(a.force, b.force),
    extent: Math.max(a.extent, b.extent),
  };
}
