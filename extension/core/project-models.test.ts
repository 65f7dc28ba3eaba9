import { describe, expect, it } from 'vitest';
import { readProject } from './project-file.ts';
import { modelSchema } from './project-models.ts';
import { missingColumn } from './table-columns.ts';

const problemsOf = (model: object): string[] => {
  const project = { models: [model], data: ['a.xyz'], failure: { kind: 'force-error', threshold: 1 } };
  const read = readProject(JSON.stringify(project, null, 1), 'pcm.json');
  return read.kind === 'ok' ? [] : read.problems.map(({ message }) => message);
};

describe('models of a project', () => {
  it('have defaults', () => {
    expect(modelSchema.parse({ id: 'm', kind: 'ase', factory: 'mace.calculators:mace_mp' })).toEqual({
      id: 'm',
      kind: 'ase',
      factory: 'mace.calculators:mace_mp',
      arguments: {},
      python: 'python3',
      environment: {},
      precision: 'float32',
      timeLimitSeconds: 120,
    });
    expect(modelSchema.parse({ id: 'l', kind: 'ipi', description: 'LAMMPS', command: ['lmp'] })).toMatchObject({
      transport: 'unix',
      precision: 'float64',
      timeLimitSeconds: 600,
      connectSeconds: 120,
    });
  });

  it.each([
    [{ id: 'm', kind: 'ase', factory: 'mace' }, /must read "module:factory"/],
    [{ id: 'm', kind: 'ase', factory: 'a:b', elements: ['Xx'] }, /must be the symbol of an element/],
    [{ id: 'm', kind: 'ase', factory: 'a:b', environment: { 'A B': '1' } }, /environment/],
    [{ id: 'm', kind: 'ase', factory: 'a:b', pyhton: 'p' }, /has no key "pyhton"/],
    [{ id: 'm', kind: 'ipi', description: 'x' }, /either "command" .* or "listen"/],
    [
      { id: 'm', kind: 'ipi', description: 'x', listen: { transport: 'tcp', port: 4000 } },
      /goes with "listen", and "listen" with it/,
    ],
    [
      { id: 'm', kind: 'ipi', description: 'x', command: ['a'], listen: { transport: 'unix', name: '../x' } },
      /must be letters/,
    ],
    [{ id: 'm', kind: 'table', path: '../t.csv', key: 'id', energyPerAtom: 'e' }, /relative path inside the project/],
    [{ id: 'm', kind: 'table', path: 't.csv', key: 'id' }, /must name a column of predictions/],
    [{ id: 'm', kind: 'table', path: 't.csv', key: 'id', forceError: 'f', reference: 'r' }, /which is missing/],
  ])('%j is refused', (model, message) => {
    expect(problemsOf(model).join('\n')).toMatch(message);
  });
});

describe('what a table can decide', () => {
  it('follows from its columns', () => {
    expect(missingColumn({ energyPerAtom: 'e' }, 'energy-error', 'data')).toBeNull();
    expect(missingColumn({ energyPerAtom: 'e' }, 'force-error', 'data')).toBe('forceError');
    expect(missingColumn({ forceError: 'f' }, 'force-error', 'relaxed')).toBe('maxForce');
    expect(missingColumn({ maxForce: 'f' }, 'force-error', 'relaxed')).toBeNull();
    expect(missingColumn({ maxForce: 'f' }, 'force-magnitude', 'data')).toBeNull();
  });
});
