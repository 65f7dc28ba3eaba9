import { describe, expect, it } from 'vitest';
import { defaultFeatures } from './features.ts';
import { readProject } from './project-file.ts';

const minimal = `{
  // the three keys without a default
  "models": [{ "id": "m", "kind": "onnx", "path": "models/m.onnx" }],
  "data": ["data/*.xyz"],
  "failure": { "kind": "force-error", "threshold": 0.5 },
}`;

const problemsOf = (text: string): readonly { line: number | null; message: string; fix: string }[] => {
  const outcome = readProject(text, 'pcm.json');
  return outcome.kind === 'ok' ? [] : outcome.problems;
};

describe('reading pcm.json', () => {
  it('fills in every default', () => {
    const outcome = readProject(minimal, 'pcm.json');
    expect(outcome).toMatchObject({
      kind: 'ok',
      value: {
        name: 'project',
        reference: { kind: 'data' },
        search: { budget: 2000, seed: 0 },
        refinement: { rounds: 4, replicates: 1000, confidence: 0.95, validationShare: 0.3 },
        claim: { violations: 0, failureRate: 0.1, significance: 0.05, minimumInside: 50 },
        lean: { backend: 'auto' },
        features: [...defaultFeatures],
      },
    });
  });

  it('names the line of a misspelt key and the word that was meant', () => {
    const text = minimal.replace('"data":', '"dta":');
    expect(problemsOf(text)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ line: 4, message: 'the project has no key "dta".', fix: 'Write "data".' }),
      ]),
    );
  });

  it('suggests inside nested objects, strategies and features', () => {
    const text = minimal.replace(
      '"data":',
      '"claim": { "violation": 0 },\n  "search": { "strategies": ["randm"] },\n  "features": ["volume_per_atm"],\n  "data":',
    );
    const fixes = problemsOf(text).map((problem) => problem.fix);
    expect(fixes).toContain('Write "violations".');
    expect(fixes).toContain('Write "random".');
    const feature = problemsOf(minimal.replace('"data":', '"features": ["volume_per_atm"],\n"data":'));
    expect(feature[0]?.fix).toBe('Write "volume_per_atom".');
  });

  it.each([
    ['a negative threshold', '0.5', '-0.5', 5],
    ['a path that leaves the project', 'data/*.xyz', '../other/*.xyz', 4],
    ['an absolute path', 'models/m.onnx', '/etc/passwd', 3],
    ['a drive letter', 'models/m.onnx', 'C:/models/m.onnx', 3],
    ['an id that is not a name', '"id": "m"', '"id": "../m"', 3],
    ['an unknown failure kind', 'force-error', 'force-eror', 5],
  ])('refuses %s and names its line', (_, from, to, line) => {
    const problems = problemsOf(minimal.replace(from, to));
    expect(problems.map((problem) => problem.line)).toEqual([line]);
    expect(problems[0]?.fix).not.toBe('');
  });

  it.each(['', '[]', 'null', '{', '{"models": []}', '"text"', '{"a": 1, "a": 2}'])(
    'refuses %j without throwing',
    (text) => {
      expect(problemsOf(text).length).toBeGreaterThan(0);
    },
  );

  it('takes physical laws as criterion, the conservation laws and symmetries unless others are named', () => {
    const laws = (failure: string) => minimal.replace('{ "kind": "force-error", "threshold": 0.5 }', failure);
    expect(readProject(laws('{ "kind": "physics" }'), 'pcm.json')).toMatchObject({
      kind: 'ok',
      value: {
        failure: {
          kind: 'physics',
          threshold: 1,
          laws: [
            'finite',
            'rotation',
            'translation',
            'permutation',
            'supercell',
            'cell-choice',
            'net-force',
            'gradient',
          ],
        },
      },
    });
    const named = '{ "kind": "physics", "laws": ["gradient", "determinism"], "tolerances": { "gradient": 0.01 } }';
    expect(problemsOf(laws(named))).toEqual([]);
    expect(problemsOf(laws('{ "kind": "physics", "laws": ["gradiant"] }'))[0]?.fix).toBe('Write "gradient".');
    expect(problemsOf(laws(named.replace('{ "gradient"', '{ "gradiant"')))[0]?.fix).toBe('Write "gradient".');
    // No structure is to blame for what a model does with elements that it does not know.
    expect(problemsOf(laws('{ "kind": "physics", "laws": ["undeclared-element"] }'))).toHaveLength(1);
    const computed = laws('{ "kind": "physics" }').replace(
      '"data":',
      '"reference": { "kind": "quantum-espresso" },\n"data":',
    );
    expect(problemsOf(computed)[0]).toMatchObject({ line: 4, fix: 'Leave "reference" out.' });
  });

  it('refuses two models whose certificates would overwrite each other', () => {
    const text = minimal.replace('}],', '}, { "id": "M", "kind": "onnx", "path": "models/n.onnx" }],');
    expect(problemsOf(text)[0]?.message).toContain('Two models');
  });

  it('refuses a rate that is no exact decimal', () => {
    const text = minimal.replace('"data":', '"claim": { "failureRate": 0.12345678901 }, "data":');
    expect(problemsOf(text)[0]?.message).toContain('exact decimal');
  });
});
