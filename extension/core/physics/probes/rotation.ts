import { agreement, baseFacts } from '../agreement.ts';
import { mapped, mappedVectors } from '../crystal.ts';
import { ordinary, type Probe } from '../probe.ts';
import { randomRotation } from '../random-geometry.ts';

/** A quarter turn about z: coordinates only change places and signs, nothing is rounded. */
const QUARTER_TURN = Float64Array.of(0, -1, 0, 1, 0, 0, 0, 0, 1);

export const rotation: Probe = {
  id: 'rotation',
  description: 'Turned or mirrored as a whole, a crystal keeps its energy, and its forces turn with it.',
  source: 'Isotropy of space; without fields the Hamiltonian of nuclei and electrons also has mirror symmetry.',
  fix: 'Build the model from distances, angles or equivariant features, never from coordinates along fixed axes.',
  about: 'law',
  measures: { 'rotation-energy': 'eV/atom', 'rotation-forces': 'eV/Å' },
  needs: 'answer',
  reproducible: true,
  *run({ crystal, answer }, { precision }, random) {
    const maps = [
      { name: 'quarter turn about z', map: QUARTER_TURN },
      { name: 'random rotation', map: randomRotation(random) },
      { name: 'random rotation and inversion', map: randomRotation(random).map((x) => -x) },
    ].map(({ name, map }) => ({ name, map, crystal: mapped(crystal, map) }));
    const answers = yield maps.map((turned) => ordinary(turned.crystal));
    const { energyPerAtom, magnitudes } = baseFacts(crystal, answer);
    return agreement(
      'rotation',
      precision,
      magnitudes,
      maps.map(({ name, map, crystal: turned }, k) => ({
        name,
        crystal: turned,
        answer: answers[k] ?? null,
        energyPerAtom,
        forces: mappedVectors(answer.forces, map),
      })),
    );
  },
};
