import { LARGEST_ATOMIC_NUMBER, symbolOf } from '../../element-symbols.ts';
import { sampleWithoutReplacement } from '../../random.ts';
import { ordinary, type Probe, type ProbeQuestion } from '../probe.ts';

/** Undeclared elements that are tried. */
const TRIED = 6;

export const undeclaredElement: Probe = {
  id: 'undeclared-element',
  description: 'A crystal with an element that the model was not made for is refused, not answered.',
  source:
    'A prediction for an element without training data has no meaning. Tables indexed by element have been seen to give ' +
    'polonium the energy of hydrogen.',
  fix: 'State the elements in the model’s metadata, and refuse all others before the model is asked.',
  about: 'domain',
  measures: { 'undeclared-element': '1' },
  needs: 'structure',
  reproducible: true,
  *run({ crystal }, { elements }, random) {
    if (elements === null) return { kind: 'skipped', reason: 'the oracle does not say which elements it knows' };
    const known = new Set(elements);
    const unknown = Array.from({ length: LARGEST_ATOMIC_NUMBER }, (_, k) => k + 1).filter((z) => !known.has(z));
    if (unknown.length === 0) return { kind: 'skipped', reason: 'the model declares every element' };
    const tried = [...sampleWithoutReplacement(Int32Array.from(unknown), TRIED, random)].sort((a, b) => a - b);
    const changed = tried.map((z) => ({ ...crystal, species: crystal.species.with(0, z) }));
    const answers = yield [
      ...changed.map(ordinary),
      ...changed.map((other): ProbeQuestion => ({ crystal: other, manner: 'unguarded' })),
    ];
    const answered = tried.filter((_, k) => answers[k]?.kind === 'predicted');
    const silently = tried.filter((_, k) => answers[tried.length + k]?.kind === 'predicted');
    const remarks: string[] = [];
    if (silently.length > 0) {
      remarks.push(
        'run without the check of elements, the model answers for ones that it was not made for, without a word',
      );
    }
    const detail = answered.length === 0 ? '' : `answered for ${answered.map(symbolOf).join(', ')}`;
    return {
      kind: 'measured',
      measurements: [{ id: 'undeclared-element', unit: '1', residual: answered.length, tolerance: 0, detail }],
      remarks,
    };
  },
};
