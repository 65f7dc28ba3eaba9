import { agreement } from '../agreement.ts';
import { edgeLength, repeated, type ProbeCrystal } from '../crystal.ts';
import { larger, magnitudesOf } from '../magnitudes.ts';
import { ordinary, type Probe, type ProbeQuestion } from '../probe.ts';

/** Small graphs are worked on by one thread whatever the session says; races need some thousand edges to show. */
const FEWEST_ATOMS = 64;
const MOST_ATOMS = 256;
/** Times the structure is put to the session with two threads. */
const REPETITIONS = 4;

/** Copies side by side, always along the shortest periodic vector, until there are atoms enough. */
function enlarged(crystal: ProbeCrystal): ProbeCrystal {
  let larger = crystal;
  while (larger.species.length < FEWEST_ATOMS && 2 * larger.species.length <= MOST_ATOMS) {
    const axes = [0, 1, 2].filter((axis) => larger.periodic[axis]);
    if (axes.length === 0) return larger;
    const shortest = axes.reduce((a, b) => (edgeLength(larger, b) < edgeLength(larger, a) ? b : a));
    larger = repeated(larger, shortest, 2);
  }
  return larger;
}

export const determinism: Probe = {
  id: 'determinism',
  description: 'Asked again, and with two threads instead of one, a model gives the same energy and forces.',
  source:
    'Computation is no random variable. ONNX Runtime’s ScatterND with a reduction loses updates when it has several threads ' +
    '(microsoft/onnxruntime issue 18048); differences in the last bits alone are within the tolerance.',
  fix: 'Export scatter_add instead of index_add (ScatterElements instead of ScatterND), or run it with intra_op_num_threads = 1.',
  needs: 'structure',
  *run({ crystal }, { precision }) {
    const question = enlarged(crystal);
    const threaded: ProbeQuestion = { crystal: question, manner: 'two-threads' };
    const [first, again, ...others] = yield [
      ordinary(question),
      ordinary(question),
      ...Array.from({ length: REPETITIONS }, () => threaded),
    ];
    if (first?.kind !== 'predicted') {
      return { kind: 'skipped', reason: `there is no first answer to compare with: ${first?.detail ?? 'none'}` };
    }
    const magnitudes = [again!, ...others].reduce(
      (most, answer) => (answer?.kind === 'predicted' ? larger(most, magnitudesOf(question, answer)) : most),
      magnitudesOf(question, first),
    );
    const expected = { crystal: question, energyPerAtom: first.energy / question.species.length, forces: first.forces };
    const outcome = agreement('determinism', precision, magnitudes, [
      { name: 'asked again', answer: again ?? null, ...expected },
      ...others.map((answer, k) => ({ name: `two threads, time ${k + 1}`, answer, ...expected })),
    ]);
    if (outcome.kind === 'skipped' || others.some((answer) => answer !== null)) return outcome;
    return { ...outcome, remarks: [...outcome.remarks, 'this oracle cannot be asked with two threads'] };
  },
};
