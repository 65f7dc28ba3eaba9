import { describe, expect, it } from 'vitest';
import type { ChildResult } from './child-run.ts';
import type { LeanMessage } from './messages.ts';
import { auditNatively, axiomsSource, parseAxioms, type NativeAuditTools } from './native-audit.ts';
import type { CheckOutcome } from './session.ts';

const MODULE = 'Certificates.Tensornet';

/** What Lean answers, line by line. */
const answers = (...texts: string[]): CheckOutcome => ({
  kind: 'finished',
  exitCode: 0,
  milliseconds: 1,
  messages: texts.map((text, i): LeanMessage => ({
    severity: 'information',
    line: i + 3,
    column: 0,
    endLine: i + 3,
    endColumn: 6,
    text,
    tag: '',
  })),
});

const ended = (code: number, errors = ''): ChildResult => ({
  end: { kind: 'exited', code },
  output: '',
  errors,
  milliseconds: 1,
});

const audit = (outcome: CheckOutcome, replay: ChildResult | null = null) => {
  const tools: NativeAuditTools = {
    lean: () => Promise.resolve(outcome),
    leanchecker: replay === null ? null : () => Promise.resolve(replay),
  };
  return auditNatively({ module: MODULE, theorems: ['nested', 'safe'], tools });
};

const clean = answers(
  `'${MODULE}.nested' does not depend on any axioms`,
  `'${MODULE}.safe' depends on axioms: [propext,\n Classical.choice,\n Quot.sound]`,
);

describe('the question', () => {
  it('is put outside the module system, once per theorem', () => {
    expect(axiomsSource(MODULE, ['nested', 'safe'])).toBe(
      `import ${MODULE}\n\n#print axioms ${MODULE}.nested\n#print axioms ${MODULE}.safe\n`,
    );
  });

  it.each([
    ['Certificates.X\n#eval 1', ['safe']],
    ['Certificates.X', ['safe\n#eval 1']],
    ['', []],
  ])('is not put about names that are none of ours (%j, %j)', (module, theorems) => {
    expect(() => axiomsSource(module, theorems)).toThrow(RangeError);
  });
});

describe('the answer', () => {
  it('is read whole or not at all', () => {
    expect(parseAxioms("'A.b' does not depend on any axioms")).toEqual({ name: 'A.b', axioms: [] });
    expect(parseAxioms("'A.b' depends on axioms: [propext, sorryAx]")).toEqual({
      name: 'A.b',
      axioms: ['propext', 'sorryAx'],
    });
    for (const text of ["'A.b' depends on axioms: []", "'A.b' depends on axioms: [propext", 'A.b : True', ''])
      expect(parseAxioms(text)).toBeNull();
  });

  it('passes with the axioms that Lean itself rests on', async () => {
    expect(await audit(clean)).toEqual({
      kind: 'passed',
      audits: ['#print axioms: propext, Classical.choice, Quot.sound'],
    });
  });

  it.each(['sorryAx', 'Lean.ofReduceBool', 'Lean.trustCompiler', 'Certificates.Tensornet.cheat', 'Propext'])(
    'fails with the axiom %s, in any theorem',
    async (axiom) => {
      const outcome = answers(
        `'${MODULE}.nested' depends on axioms: [propext, ${axiom}]`,
        `'${MODULE}.safe' does not depend on any axioms`,
      );
      expect(await audit(outcome)).toEqual({ kind: 'failed', reason: `${MODULE}.nested rests on the axiom ${axiom}` });
    },
  );

  it.each<readonly [string, CheckOutcome]>([
    ['a theorem without an answer', answers(`'${MODULE}.safe' does not depend on any axioms`)],
    [
      'an answer about another theorem',
      answers(`'${MODULE}.nested' does not depend on any axioms`, `'Other.safe' does not depend on any axioms`),
    ],
    [
      'two answers for one',
      answers(...['nested', 'safe', 'safe'].map((theorem) => `'${MODULE}.${theorem}' does not depend on any axioms`)),
    ],
    ['a crash', { kind: 'crashed', reason: 'Lean panicked', messages: [], milliseconds: 1 }],
    [
      'an error beside the answers',
      {
        ...clean,
        messages: [...clean.messages, { ...clean.messages[0]!, severity: 'error', text: 'unknown constant' }],
      },
    ],
  ])('counts for nothing with %s', async (_, outcome) => {
    expect((await audit(outcome)).kind).toBe('undone');
  });
});

describe('leanchecker', () => {
  it('is recorded where it was run and had nothing to say', async () => {
    expect(await audit(clean, ended(0))).toMatchObject({
      kind: 'passed',
      audits: [expect.stringContaining('#print axioms'), 'leanchecker: every declaration replayed'],
    });
  });

  it('fails the certificate where it objects, and is no audit where it breaks', async () => {
    const objection = ended(
      1,
      `leanchecker found a problem in ${MODULE}\nuncaught exception: (kernel) declaration type mismatch`,
    );
    expect(await audit(clean, objection)).toMatchObject({ kind: 'failed' });
    expect(await audit(clean, ended(1, 'Could not find any oleans'))).toMatchObject({ kind: 'undone' });
    expect(await audit(clean, { ...ended(0), end: { kind: 'timed-out' } })).toMatchObject({ kind: 'undone' });
  });

  it('is not asked about theorems that already failed', async () => {
    const asked: string[] = [];
    const tools: NativeAuditTools = {
      lean: () => Promise.resolve(answers(`'${MODULE}.safe' depends on axioms: [sorryAx]`)),
      leanchecker: (module) => {
        asked.push(module);
        return Promise.resolve(ended(0));
      },
    };
    expect((await auditNatively({ module: MODULE, theorems: ['safe'], tools })).kind).toBe('failed');
    expect(asked).toEqual([]);
  });
});
