import { agreement, baseFacts } from '../agreement.ts';
import { edgeLength, repeated } from '../crystal.ts';
import { ordinary, type Probe } from '../probe.ts';

/** Larger supercells are not built. */
const MOST_ATOMS = 256;

export const supercell: Probe = {
  id: 'supercell',
  description: 'Two or three cells side by side have the energy per atom and the forces of one.',
  source: 'Extensivity: the same infinite crystal, described by a larger cell.',
  fix: 'Sum atomic energies (no mean, no pooling over the cell), and give every periodic image its own edge.',
  about: 'law',
  measures: { 'supercell-energy': 'eV/atom', 'supercell-forces': 'eV/Å' },
  needs: 'answer',
  reproducible: true,
  *run({ crystal, answer }, { precision }) {
    const axes = [0, 1, 2].filter((axis) => crystal.periodic[axis]);
    if (axes.length === 0) return { kind: 'skipped', reason: 'the structure is not periodic' };
    const byLength = axes.sort((a, b) => edgeLength(crystal, a) - edgeLength(crystal, b));
    const shortest = byLength[0]!;
    const next = byLength[1] ?? shortest;
    const cases = [
      { name: 'two cells along the shortest axis', crystal: repeated(crystal, shortest, 2) },
      { name: 'three cells along the next axis', crystal: repeated(crystal, next, 3) },
    ].filter(({ crystal: { species } }) => species.length <= MOST_ATOMS);
    if (cases.length === 0) return { kind: 'skipped', reason: `a supercell has more than ${MOST_ATOMS} atoms` };
    const answers = yield cases.map((larger) => ordinary(larger.crystal));
    const { energyPerAtom, magnitudes } = baseFacts(crystal, answer);
    return agreement(
      'supercell',
      precision,
      magnitudes,
      cases.map((larger, k) => ({
        ...larger,
        answer: answers[k] ?? null,
        energyPerAtom,
        forces: Float64Array.from(
          { length: 3 * larger.crystal.species.length },
          (_, at) => answer.forces[at % answer.forces.length]!,
        ),
      })),
    );
  },
};
