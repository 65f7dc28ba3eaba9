import { applyEdits, parse } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { untranslated } from '../../test/untranslated.ts';
import { keyEdits, offeredFix } from './remedy-edits.ts';

const text = `{
  // what is claimed
  "claim": { "failureRate": 0.01, "violations": 0 } // and no more
}
`;

describe('a remedy as an edit of the project file', () => {
  it('changes a key where it stands, and leaves comments alone', () => {
    const after = applyEdits(text, keyEdits(text, [{ path: ['claim', 'failureRate'], value: 0.2882 }]));
    expect(after).toBe(text.replace('0.01', '0.2882'));
  });

  it('adds keys that are not there, several at once', () => {
    const edits = [
      { path: ['claim', 'minimumInside'], value: 4 },
      { path: ['claim', 'minimumPerSlab'], value: 0 },
      { path: ['envelope', 'volume_per_atom', 'max'], value: 20.5 },
    ];
    const after = applyEdits(text, keyEdits(text, edits));
    expect(after).toContain('// what is claimed');
    expect(after).toContain('// and no more');
    expect(parse(after)).toEqual({
      claim: { failureRate: 0.01, violations: 0, minimumInside: 4, minimumPerSlab: 0 },
      envelope: { volume_per_atom: { max: 20.5 } },
    });
  });

  it('adds validation structures by a larger share, and says where the data do not suffice', () => {
    const remedy = { kind: 'add-validation', text: 'add 30 validation structures', edits: [], structures: 30 };
    expect(offeredFix(remedy, { validation: { inside: 60, failures: 0, share: 0.3 } }, untranslated)).toEqual({
      kind: 'edit',
      title: 'Add 30 validation structures, by "validationShare": 0.45',
      edits: [{ path: ['refinement', 'validationShare'], value: 0.45 }],
    });
    expect(offeredFix(remedy, { validation: { inside: 10, failures: 0, share: 0.3 } }, untranslated).kind).toBe(
      'impossible',
    );
    expect(offeredFix(remedy, { validation: { inside: 0, failures: 0, share: 0.3 } }, untranslated).kind).toBe(
      'impossible',
    );
    expect(
      offeredFix(
        { ...remedy, kind: 'certify-again' },
        { validation: { inside: 9, failures: 0, share: 0.3 } },
        untranslated,
      ).kind,
    ).toBe('impossible');
  });
});
