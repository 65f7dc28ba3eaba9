import { symbolOf } from '../../element-symbols.ts';
import { boxed } from '../crystal.ts';
import { forceNorm } from '../../force-norm.ts';
import { magnitudesOf } from '../magnitudes.ts';
import { forceTolerance } from '../precision.ts';
import { ordinary, type Probe } from '../probe.ts';
import { worstCase } from '../worst-case.ts';
import { bondLength, elementsOf, outOfSight } from './lone-structures.ts';

const MOST_ELEMENTS = 4;

export const isolatedAtom: Probe = {
  id: 'isolated-atom',
  description: 'An atom far from all others feels no force, and those that are left are answered for.',
  source: 'Forces vanish at infinite distance; for a model with a cutoff, beyond the cutoff.',
  fix: 'Sum messages from zero, so that an atom without edges has the empty sum, and do not divide by the number of edges.',
  about: 'domain',
  measures: { 'isolated-atom': 'eV/Å' },
  needs: 'structure',
  reproducible: true,
  *run({ crystal }, { precision, cutoff }) {
    const far = outOfSight(cutoff);
    const cases = elementsOf(crystal.species, MOST_ELEMENTS).map((z) => {
      const bond = bondLength(z, z);
      return { z, crystal: boxed([z, z, z], [0, 0, 0, bond, 0, 0, bond / 2, far, 0], 2 * far + bond) };
    });
    const answers = yield cases.map((alone) => ordinary(alone.crystal));
    const worst = worstCase('isolated-atom', 'eV/Å');
    const remarks: string[] = [];
    cases.forEach(({ z, crystal: asked }, k) => {
      const answer = answers[k] ?? null;
      const name = `${symbolOf(z)} ${far} Å from a pair`;
      if (answer === null || answer.kind === 'refused')
        remarks.push(`${name}: refused, ${answer?.detail ?? 'no answer'}`);
      else if (answer.kind === 'failed') worst.note(Number.NaN, 0, `${name}: ${answer.detail}`);
      else worst.note(forceNorm(answer.forces, 2), forceTolerance(precision, magnitudesOf(asked, answer)), name);
    });
    const measurement = worst.measurement();
    if (measurement === null) return { kind: 'skipped', reason: remarks[0]! };
    return { kind: 'measured', measurements: [measurement], remarks };
  },
};
