import { edgeLength, repeated, type ProbeCrystal } from './crystal.ts';

/** Small graphs are worked on by one thread whatever the session says; races need some thousand edges to show. */
const FEWEST_ATOMS = 64;
const MOST_ATOMS = 256;

/** Copies side by side, always along the shortest periodic vector, until there are atoms enough for several threads. */
export function enlarged(crystal: ProbeCrystal): ProbeCrystal {
  let larger = crystal;
  while (larger.species.length < FEWEST_ATOMS && 2 * larger.species.length <= MOST_ATOMS) {
    const axes = [0, 1, 2].filter((axis) => larger.periodic[axis]);
    if (axes.length === 0) return larger;
    const shortest = axes.reduce((a, b) => (edgeLength(larger, b) < edgeLength(larger, a) ? b : a));
    larger = repeated(larger, shortest, 2);
  }
  return larger;
}
