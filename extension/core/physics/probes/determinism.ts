import { enlarged } from '../enlarged.ts';
import { ordinary, type Probe } from '../probe.ts';
import { repetition } from '../repetition.ts';

export const determinism: Probe = {
  id: 'determinism',
  description: 'Asked the same again, a model gives the same energy and forces.',
  source:
    'The energy is a function of the positions alone. Differences in the last bits are within the tolerance of the precision.',
  fix: 'Leave out random operators (dropout is for training), and whatever keeps a state from call to call.',
  about: 'run',
  measures: { 'determinism-energy': 'eV/atom', 'determinism-forces': 'eV/Å' },
  needs: 'structure',
  reproducible: true,
  *run({ crystal }, { precision }) {
    const question = enlarged(crystal);
    const [first, again] = yield [ordinary(question), ordinary(question)];
    return repetition('determinism', precision, question, first ?? null, [
      { name: 'asked again', answer: again ?? null },
    ]);
  },
};
