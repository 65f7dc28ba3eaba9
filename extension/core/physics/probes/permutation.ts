import { shuffle } from '../../random.ts';
import { agreement, baseFacts, type ExpectedAnswer } from '../agreement.ts';
import { ordinary, type Probe, type ProbeQuestion } from '../probe.ts';

/** Columns of width `width` in a new order: entry k of the result is entry order[k]. */
function reordered<T extends Uint8Array | Float64Array>(values: T, order: Int32Array, width: number): T {
  const result = values.slice() as T;
  order.forEach((from, to) => {
    for (let k = 0; k < width; k++) result[width * to + k] = values[width * from + k]!;
  });
  return result;
}

export const permutation: Probe = {
  id: 'permutation',
  description: 'The order in which atoms are listed changes neither energy nor forces.',
  source: 'Nuclei of one element are identical particles; a list has an order, a crystal has none.',
  fix: 'Make nothing depend on the index of an atom or on the order of edges.',
  about: 'law',
  measures: { 'permutation-energy': 'eV/atom', 'permutation-forces': 'eV/Å' },
  needs: 'answer',
  reproducible: true,
  *run({ crystal, answer }, { precision }, random) {
    const atoms = crystal.species.length;
    if (atoms < 2) return { kind: 'skipped', reason: 'one atom has one order' };
    const backwards = Int32Array.from({ length: atoms }, (_, k) => atoms - 1 - k);
    const shuffled = Int32Array.from(backwards);
    shuffle(shuffled, random);
    const cases = [
      { name: 'backwards', order: backwards },
      { name: 'shuffled', order: shuffled },
    ].map(({ name, order }) => ({
      name,
      order,
      crystal: {
        ...crystal,
        species: reordered(crystal.species, order, 1),
        positions: reordered(crystal.positions, order, 3),
      },
    }));
    const answers = yield cases.map((listed): ProbeQuestion => ordinary(listed.crystal));
    const { energyPerAtom, magnitudes } = baseFacts(crystal, answer);
    return agreement(
      'permutation',
      precision,
      magnitudes,
      cases.map(({ name, order, crystal: listed }, k): ExpectedAnswer => ({
        name,
        crystal: listed,
        answer: answers[k] ?? null,
        energyPerAtom,
        forces: reordered(answer.forces, order, 3),
      })),
    );
  },
};
