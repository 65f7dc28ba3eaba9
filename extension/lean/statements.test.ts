import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { benchmarkContent } from '../../test/bench/benchmark-content.ts';
import { leanSource } from './certificate-source.ts';
import { findSourceDrift } from './verdicts.ts';
import { readStatements, statementHash } from './statements.ts';

const content = benchmarkContent({ rows: 40, features: 3, validation: 30, seed: 2 });
const { text } = leanSource(content, 'Model');
const hash = statementHash(text);

const edited = (from: string | RegExp, to: string): string => {
  const result = text.replace(from, to);
  expect(result).not.toBe(text);
  return result;
};

/** The hash of an edited file, or the word for one that is not of the generated form. */
const hashOf = (source: string): string => {
  const statements = readStatements(source);
  return 'unreadable' in statements ? 'unreadable' : statementHash(source);
};

describe('statements', () => {
  it('are those of the obligations, in their order', () => {
    const statements = readStatements(text);
    if ('unreadable' in statements) throw new Error(statements.unreadable);
    expect(statements.theorems.map(({ name }) => name)).toEqual([
      ...content.obligations.map(({ theorem }) => theorem),
      'certificate_end',
    ]);
    expect(statements.theorems[0]).toEqual({
      name: 'nested',
      statement: 'Nested certificate.features (initial :: certificate.rounds)',
    });
    expect(statements.context).toContain(`def threshold : Nat := ${content.criterion.scaledThreshold}`);
  });

  it.each([
    ['comments', edited('/-- The certified envelope. -/', '/- /- nested -/ -/')],
    ['line comments', edited('open PCM', 'open PCM -- the library')],
    ['white space', edited('def envelope : Box :=', 'def  envelope\n  : Box\n  :=')],
    ['proofs', edited('Nested.of_check (by decide +kernel)', 'Nested.of_check rfl')],
    ['the layout of a proof', edited(/:= Coverage\.of_check.*/, ':=\n  Coverage.of_check rfl')],
  ])('have the same hash with other %s', (_, source) => {
    expect(statementHash(source)).toBe(hash);
    expect(findSourceDrift(source, text)).not.toBeNull();
  });

  it.each([
    ['a weakened statement', edited(/theorem nested : .* :=/, 'theorem nested : True :=')],
    ['a statement about something else', edited('Nested certificate.features', 'Nested 0')],
    ['a renamed theorem', edited('theorem coverage :', 'theorem coverage_000 :')],
    ['a theorem less', edited(/theorem coverage : .*\n/, '')],
    ['a theorem more', edited('end Certificates.Model', 'theorem extra : True := trivial\n\nend Certificates.Model')],
    ['two theorems in one line', edited(/^theorem coverage/m, 'theorem extra : True := trivial theorem coverage')],
    ['a command behind a proof', edited('(by decide +kernel)', '(by decide +kernel) open Nat')],
    [
      'an option behind a proof',
      edited('(by decide +kernel)', '(by decide +kernel) set_option debug.skipKernelTC true'),
    ],
    ['a definition of its own', edited('open PCM\n', 'open PCM\ndef Nested (n : Nat) (b : List Box) : Prop := True\n')],
    ['another definition', edited('def envelope : Box := round_1', 'def envelope : Box := initial')],
    ['another claim', edited('violations := 0', 'violations := 1')],
    ['another option', edited('set_option maxRecDepth 10000', 'set_option maxRecDepth 10001')],
    ['another import', edited('public import PCM', 'public import PCM.Nested')],
    ['another namespace', text.replaceAll('Certificates.Model', 'Certificates.Other')],
    ['an open namespace', edited('open PCM', 'open PCM Nat')],
    ['an attribute', edited('theorem coverage', '@[simp]\ntheorem coverage')],
    ['a statement that binds', edited(/theorem nested : /, 'theorem nested : let Nested := fun _ _ => True; ')],
    ['a statement with a named argument', edited('Nested certificate.features', 'Nested (features := 0)')],
    ['a comment that never ends', `${text}/-`],
    ['a string', `${text}"`],
  ])('have another hash, or none, with %s', (_, source) => {
    expect(hashOf(source)).not.toBe(hash);
    expect(findSourceDrift(source, text)).not.toBeNull();
  });

  it('depend on every number', () => {
    const code = text.replace(/\/-[\s\S]*?-\//g, (comment) => comment.replace(/\S/g, ' '));
    const numbers = [...code.matchAll(/(?<![A-Za-z0-9_.])(0x[0-9a-f]+|[0-9]+)/g)].filter(({ 0: word }) => word !== '');
    expect(numbers.length).toBeGreaterThan(20);
    fc.assert(
      fc.property(fc.nat(numbers.length - 1), fc.nat(), (which, at) => {
        const { 0: word, index } = numbers[which]!;
        const from = word.startsWith('0x') ? 2 : 0;
        const digit = from + (at % (word.length - from));
        const other = word[digit] === '1' ? '2' : '1';
        const changed = text.slice(0, index + digit) + other + text.slice(index + digit + 1);
        expect(hashOf(changed)).not.toBe(hash);
      }),
    );
  });
});
