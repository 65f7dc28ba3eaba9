import { agreement, baseFacts } from '../agreement.ts';
import { displaced, type ProbeCrystal } from '../crystal.ts';
import { ordinary, type Probe } from '../probe.ts';
import { randomDirection } from '../random-geometry.ts';
import type { RandomStream } from '../../random.ts';

/** Å; a few atoms' width, so that no coordinate is special. */
const DISTANCE = 3;

/** The same vector for every atom. */
function uniform(atoms: number, vector: Float64Array): Float64Array {
  return Float64Array.from({ length: 3 * atoms }, (_, k) => vector[k % 3]!);
}

/** For each atom a lattice vector of its own, −1, 0 or 1 cells along each periodic axis: another image of the same atom. */
function otherImages({ lattice, periodic, species }: ProbeCrystal, random: RandomStream): Float64Array {
  const result = new Float64Array(3 * species.length);
  for (let atom = 0; atom < species.length; atom++) {
    for (let axis = 0; axis < 3; axis++) {
      const cells = random.integer(3) - 1;
      if (!periodic[axis]) continue;
      for (let k = 0; k < 3; k++) result[3 * atom + k]! += cells * lattice[3 * axis + k]!;
    }
  }
  return result;
}

export const translation: Probe = {
  id: 'translation',
  description:
    'Shifted as a whole, or with atoms replaced by their images in other cells, a crystal keeps its energy and forces.',
  source: 'Homogeneity of space, and the periodic boundary conditions that define a crystal.',
  fix: 'Use differences of positions with the shift of each edge, never positions themselves.',
  about: 'law',
  measures: { 'translation-energy': 'eV/atom', 'translation-forces': 'eV/Å' },
  needs: 'answer',
  reproducible: true,
  *run({ crystal, answer }, { precision }, random) {
    const atoms = crystal.species.length;
    const shift = randomDirection(random).map((x) => DISTANCE * x);
    const images = otherImages(crystal, random);
    const cases = [
      { name: `shifted by ${DISTANCE} Å`, crystal: displaced(crystal, uniform(atoms, shift)) },
      { name: 'atoms in other cells', crystal: displaced(crystal, images) },
      {
        name: 'shifted, atoms in other cells',
        crystal: displaced(displaced(crystal, uniform(atoms, shift), -1), images),
      },
    ];
    const answers = yield cases.map((moved) => ordinary(moved.crystal));
    const { energyPerAtom, magnitudes } = baseFacts(crystal, answer);
    return agreement(
      'translation',
      precision,
      magnitudes,
      cases.map((moved, k) => ({ ...moved, answer: answers[k] ?? null, energyPerAtom, forces: answer.forces })),
    );
  },
};
