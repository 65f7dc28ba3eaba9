import { enlarged } from '../enlarged.ts';
import { ordinary, type Probe, type ProbeQuestion } from '../probe.ts';
import { repetition } from '../repetition.ts';

/** Times the structure is put to the session with two threads: a race is lost now and then, not always. */
const REPETITIONS = 8;

export const threads: Probe = {
  id: 'threads',
  description: 'With two threads instead of one, time after time, a model gives the same energy and forces.',
  source:
    'The energy is a function of the positions alone. ONNX Runtime’s ScatterND with a reduction loses updates when it has ' +
    'several threads (microsoft/onnxruntime issue 18048); a sweep uses one, but others who run the model may not.',
  fix: 'Export scatter_add instead of index_add (ScatterElements instead of ScatterND), or run it with intra_op_num_threads = 1.',
  about: 'run',
  measures: { 'threads-energy': 'eV/atom', 'threads-forces': 'eV/Å' },
  needs: 'structure',
  reproducible: false,
  *run({ crystal }, { precision }) {
    const question = enlarged(crystal);
    const threaded: ProbeQuestion = { crystal: question, manner: 'two-threads' };
    const [first, ...others] = yield [ordinary(question), ...Array.from({ length: REPETITIONS }, () => threaded)];
    if (others.every((answer) => answer === null)) {
      return { kind: 'skipped', reason: 'this oracle cannot be asked with two threads' };
    }
    return repetition(
      'threads',
      precision,
      question,
      first ?? null,
      others.map((answer, k) => ({ name: `two threads, time ${k + 1}`, answer })),
    );
  },
};
