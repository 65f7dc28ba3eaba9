import { largestForce } from '../force-norm.ts';
import { extent, type ProbeCrystal } from './crystal.ts';
import type { Magnitudes } from './precision.ts';
import type { PredictedAnswer } from './probe.ts';

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
