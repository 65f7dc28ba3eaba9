import { describe, expect, it } from 'vitest';
import { compareIdentities, uncoveredBy, type ModelIdentity } from './model-identity.ts';

const certified: ModelIdentity = {
  kind: 'ase',
  sha256: 'a'.repeat(64),
  description: { name: 'm:make', calculator: 'Make', numpy: '1.26.4', 'm.py': '0123456789abcdef' },
};
const other = (description: Record<string, string>, more: Partial<ModelIdentity> = {}): ModelIdentity => ({
  ...certified,
  sha256: 'b'.repeat(64),
  description: { ...certified.description, ...description },
  ...more,
});

describe('a model held against the certified one', () => {
  it('is the same by its hash alone, with what the hash does not cover', () => {
    expect(
      compareIdentities(certified, { ...certified, description: { ...certified.description, runtime: '2' } }),
    ).toEqual({ kind: 'same', notes: ['runtime 2 here, none certified'] });
  });

  it('is a calculator in other versions where nothing else differs', () => {
    expect(compareIdentities(certified, other({ numpy: '1.24.2' }))).toEqual({
      kind: 'other-versions',
      differences: ['numpy 1.24.2 here, 1.26.4 certified'],
    });
  });

  it('is another one where a file, the calculator or nothing that is shown differs, and where it is no calculator', () => {
    const changed = compareIdentities(certified, other({ numpy: '1.24.2', 'm.py': 'fedcba9876543210' }));
    expect(changed).toEqual({
      kind: 'other-model',
      differences: ['numpy 1.24.2 here, 1.26.4 certified', 'm.py is another file'],
    });
    expect(compareIdentities(certified, other({ calculator: 'Other' })).kind).toBe('other-model');
    expect(compareIdentities(certified, other({})).kind).toBe('other-model');
    expect(compareIdentities(certified, other({ runtime: '2' }, { kind: 'onnx' })).kind).toBe('other-model');
    const { numpy, ...less } = certified.description;
    expect(numpy).toBe('1.26.4');
    expect(compareIdentities(certified, { ...other({}), description: less })).toEqual({
      kind: 'other-versions',
      differences: ['numpy is missing here, 1.26.4 certified'],
    });
  });

  it('is covered whole where it is a file', () => {
    expect([uncoveredBy('onnx'), uncoveredBy('table')]).toEqual([null, null]);
    expect(uncoveredBy('ase')).toContain('version alone');
  });
});
