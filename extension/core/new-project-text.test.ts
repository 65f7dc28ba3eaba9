import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newProjectText, type NewProject } from './new-project-text.ts';
import { readProject } from './project-file.ts';

const simple: NewProject = {
  name: 'oxides',
  models: [{ id: 'moments', kind: 'onnx', path: 'models/moments.onnx' }],
  data: ['data/*.xyz'],
  failure: { kind: 'force-error', threshold: 0.5 },
  claim: { failureRate: 0.1, significance: 0.05 },
};

const path = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((text) => !/^\/|\\|^[A-Za-z]:|\0/.test(text) && !text.split('/').includes('..'));

const anyProject: fc.Arbitrary<NewProject> = fc.record({
  name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  models: fc.tuple(
    fc.oneof(
      path.map((file) => ({ id: 'a', kind: 'onnx' as const, path: file })),
      fc
        .dictionary(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), { noNullPrototype: true })
        .map((given) => ({
          id: 'a',
          kind: 'ase' as const,
          factory: 'ase.calculators.emt:EMT',
          arguments: given,
        })),
    ),
  ),
  data: fc.array(path, { minLength: 1, maxLength: 3 }),
  failure: fc.record({
    kind: fc.constantFrom('force-error' as const, 'energy-error' as const, 'force-magnitude' as const),
    threshold: fc.integer({ min: 1, max: 10_000 }).map((value) => value / 1000),
  }),
  claim: fc.record({
    failureRate: fc.integer({ min: 1, max: 999 }).map((value) => value / 1000),
    significance: fc.integer({ min: 1, max: 999 }).map((value) => value / 1000),
  }),
});

describe('the text of a new project', () => {
  it('is read back as what was answered, whatever the names look like', () => {
    fc.assert(
      fc.property(anyProject, (answers) => {
        const read = readProject(newProjectText(answers), 'pcm.json');
        if (read.kind === 'rejected') throw new Error(JSON.stringify(read.problems));
        expect(read.value.name).toBe(answers.name);
        expect(read.value.data).toEqual(answers.data);
        expect(read.value.failure).toEqual(answers.failure);
        expect(read.value.models).toMatchObject(answers.models);
        expect(read.value.claim).toMatchObject(answers.claim);
      }),
    );
  });

  it('explains itself, line by line', () => {
    const text = newProjectText(simple);
    expect(text.split('\n').filter((line) => line.includes('//')).length).toBeGreaterThanOrEqual(10);
    expect(text).toContain('    { "id": "moments", "kind": "onnx", "path": "models/moments.onnx" },\n');
  });

  it('takes no labels where the structures are known to be relaxed', () => {
    const text = newProjectText({ ...simple, failure: { kind: 'force-magnitude', threshold: 0.5 } });
    const read = readProject(text, 'pcm.json');
    expect(read.kind === 'ok' && read.value.reference.kind).toBe('relaxed');
  });
});
