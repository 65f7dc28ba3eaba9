import { agreement, baseFacts } from '../agreement.ts';
import { ordinary, type Probe } from '../probe.ts';

export const cellChoice: Probe = {
  id: 'cell-choice',
  description: 'Another choice of lattice vectors for the same crystal (b + a for b, c − b for c) changes nothing.',
  source: 'A lattice has infinitely many bases; unimodular changes of basis describe the same crystal.',
  fix: 'Take distances from edges and their shifts; never use lengths or angles of the cell as features.',
  about: 'law',
  measures: { 'cell-choice-energy': 'eV/atom', 'cell-choice-forces': 'eV/Å' },
  needs: 'answer',
  reproducible: true,
  *run({ crystal, answer }, { precision }) {
    if (!crystal.periodic.every(Boolean)) {
      return { kind: 'skipped', reason: 'the structure is not periodic along all three axes' };
    }
    const lattice = crystal.lattice.map((x, k) => {
      const axis = Math.floor(k / 3);
      if (axis === 0) return x;
      return axis === 1 ? x + crystal.lattice[k - 3]! : x - crystal.lattice[k - 3]!;
    });
    const chosen = { ...crystal, lattice };
    const [given] = yield [ordinary(chosen)];
    const { energyPerAtom, magnitudes } = baseFacts(crystal, answer);
    const name = 'a, b + a, c − b';
    return agreement('cell-choice', precision, magnitudes, [
      { name, crystal: chosen, answer: given ?? null, energyPerAtom, forces: answer.forces },
    ]);
  },
};
