import { symbolOf } from '../../element-symbols.ts';
import { boxed } from '../crystal.ts';
import { largestForce } from '../../force-norm.ts';
import { magnitudesOf } from '../magnitudes.ts';
import { forceTolerance } from '../precision.ts';
import { ordinary, type Probe, type ProbeAnswer, type ProbeQuestion } from '../probe.ts';
import { worstCase } from '../worst-case.ts';
import { elementsOf, outOfSight } from './lone-structures.ts';

const MOST_ELEMENTS = 4;
/** What an oracle may say to a structure without any edge, if it says it aloud. */
const aloud = (answer: ProbeAnswer): boolean =>
  answer === null || answer.kind === 'refused' || (answer.kind === 'failed' && answer.reason === 'error');

export const noNeighbours: Probe = {
  id: 'no-neighbours',
  description: 'Atoms that all stand alone get finite energies and no forces, or an error that says so; never NaN.',
  source:
    'The energy of a free atom is finite. A list without edges is where means and maxima over neighbours divide by zero.',
  fix: 'Make sums over no edges zero, and leave out means, minima and maxima over edges.',
  about: 'domain',
  measures: { 'no-neighbours': 'eV/Å' },
  needs: 'structure',
  reproducible: true,
  *run({ crystal }, { precision, cutoff }) {
    const far = outOfSight(cutoff);
    const cases = elementsOf(crystal.species, MOST_ELEMENTS).map((z) => ({
      z,
      crystal: boxed([z, z], [0, 0, 0, far, far, far], 2 * far),
    }));
    const answers = yield [
      ...cases.map((alone) => ordinary(alone.crystal)),
      ...cases.map((alone): ProbeQuestion => ({ crystal: alone.crystal, manner: 'unguarded' })),
    ];
    const worst = worstCase('no-neighbours', 'eV/Å');
    const remarks = new Set<string>();
    answers.forEach((answer, k) => {
      const { z, crystal: asked } = cases[k % cases.length]!;
      const name = `two ${symbolOf(z)} atoms ${(far * Math.sqrt(3)).toFixed(1)} Å apart`;
      const ordinarily = k < cases.length;
      if (aloud(answer)) {
        worst.note(0, 0, `${name}: refused`);
        if (!ordinarily && answer?.kind === 'failed')
          remarks.add(`without neighbours the model ends with an error: ${answer.detail}`);
      } else if (answer?.kind === 'predicted') {
        worst.note(largestForce(answer.forces), forceTolerance(precision, magnitudesOf(asked, answer)), name);
      } else {
        worst.note(Number.NaN, 0, `${name}: ${answer?.detail ?? 'no answer'}`);
        if (!ordinarily)
          remarks.add('seen only where structures without neighbours are not refused, as they are in a sweep');
      }
    });
    return { kind: 'measured', measurements: [worst.measurement()!], remarks: [...remarks] };
  },
};
