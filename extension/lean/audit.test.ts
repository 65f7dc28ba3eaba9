import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { auditSource, listImports } from './audit.ts';

const words = fc.constantFrom(
  'sorry',
  'axiom',
  'native_decide',
  'implemented_by',
  'macro',
  'unsafe',
  '#eval',
  'Lean.ofReduceBool',
  '«sorryAx»',
);
const filler = fc.stringMatching(/^[a-z0-9 \n.,:=()]{0,20}$/);

const hide: readonly ((text: string) => string)[] = [
  (text) => `-- ${text.replaceAll('\n', ' ')}\n`,
  (text) => `/- ${text} -/`,
  (text) => `/-- ${text} /- nested ${text} -/ " -/`,
  (text) => `/-! ${text} -/`,
  (text) => `"${text}"`,
  (text) => `"\\" ${text} \\\\"`,
  (text) => `r"${text}"`,
  (text) => `r#"${text} " \\"#`,
];

describe('audit', () => {
  test('words in comments and strings are not flagged', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(words, filler, fc.constantFrom(...hide)), { minLength: 1, maxLength: 6 }),
        (parts) => {
          const source = parts.map(([word, text, put]) => `def a := 1 ${put(`${text} ${word} ${text}`)}\n`).join('');
          expect(auditSource('x.lean', source, 'certificate')).toEqual([]);
        },
      ),
    );
  });

  test('the same words outside are, on their line, whatever stands around them', () => {
    fc.assert(
      fc.property(words, filler, fc.constantFrom(...hide), fc.constantFrom(...hide), (word, text, before, after) => {
        const head = `${before(text)}\n`;
        const findings = auditSource('x.lean', `${head}${word} ${after(text)}\n`, 'certificate');
        expect(findings.map(({ line, token }) => ({ line, token }))).toEqual([
          { line: head.split('\n').length, token: word },
        ]);
      }),
    );
  });

  test.each([
    ["'\"' sorry '\"'", 'a quote as a character does not open a string'],
    ['x\'" sorry', 'a prime belongs to the name before it'],
    ['3sorry', 'a number ends where its digits do'],
    ['λsorry', 'λ is not part of a name'],
    ['f.«sorry»', 'quotes do not disguise a name'],
    ['s!"{sorry}"', 'strings interpolate'],
    ['/--/ def " -/ sorry /- "', 'a comment that opens and closes in one breath'],
    ['/- never closed', 'an open comment'],
    ['"never closed', 'an open string'],
    ['set_option debug.skipKernelTC true', 'an option that switches the kernel off'],
    ['set_option warn.sorry false in', 'an option that hides holes'],
    ['by decide +native', 'the compiler as judge'],
    ['@[extern "x"] def f := 1', 'foreign code'],
    ['#exit', 'the end before the end'],
  ])('%s is flagged: %s', (source) => {
    expect(auditSource('x.lean', source, 'library').length).toBeGreaterThan(0);
  });

  test.each([
    'set_option maxRecDepth 10000 in\ntheorem a : True := trivial',
    "theorem sorry_not (x' : Nat) : x' = x' := rfl",
    '#check @certificate_end',
    'module\npublic import PCM.Count\nimport all PCM.Lanes\nimport Init.Data.List',
  ])('%s is fine', (source) => {
    expect(auditSource('x.lean', source, 'certificate')).toEqual([]);
  });

  test('a certificate imports only the library and Init; the library may use Std', () => {
    expect(
      auditSource('x.lean', 'import Lean\nimport Std.Data\nimport PCMX', 'certificate').map(({ line }) => line),
    ).toEqual([1, 2, 3]);
    expect(auditSource('x.lean', 'import Lean\nimport Std.Data', 'library').map(({ line }) => line)).toEqual([1]);
    expect(listImports('module\n-- import A\npublic import PCM.B\nimport all PCM.C /- import D -/')).toEqual([
      'PCM.B',
      'PCM.C',
    ]);
  });
});
