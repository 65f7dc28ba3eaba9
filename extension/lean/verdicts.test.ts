import { describe, expect, test } from 'vitest';
import type { Obligation } from '../core/certificate.ts';
import type { LeanMessage } from './messages.ts';
import type { CheckOutcome } from './session.ts';
import { SENTINEL_SOURCE, decideVerdicts, findSourceDrift, type VerdictRequest } from './verdicts.ts';

const obligations: Obligation[] = [
  { id: 'nested', kind: 'nested', theorem: 'nested', rows: null },
  { id: 'observed_001', kind: 'observed', theorem: 'observed_001', rows: { from: 0, to: 2 } },
  { id: 'safe', kind: 'safe', theorem: 'safe', rows: null },
];
const source = `module\nimport PCM\ntheorem nested : A := by decide\n\ntheorem observed_001 :\n  B := by decide\n\ntheorem safe : C := foo\n\n${SENTINEL_SOURCE}`;
const ranges = [
  { theorem: 'nested', startLine: 3, endLine: 3 },
  { theorem: 'observed_001', startLine: 5, endLine: 6 },
  { theorem: 'safe', startLine: 8, endLine: 8 },
];
const evaluations = [
  { id: 'nested', holds: true, explanation: '' },
  { id: 'observed_001', holds: true, explanation: '' },
];
const say = (severity: LeanMessage['severity'], line: number, text: string, tag = ''): LeanMessage => ({
  severity,
  line,
  column: 0,
  endLine: line,
  endColumn: 1,
  text,
  tag,
});
const end = say('information', 11, 'certificate_end : True');
const isFalse = 'Tactic `decide` proved that the proposition\n  B\nis false';

function decide(messages: LeanMessage[], change: Partial<VerdictRequest> = {}): string[] {
  const exitCode = messages.some(({ severity }) => severity === 'error') ? 1 : 0;
  const outcome: CheckOutcome = { kind: 'finished', messages, exitCode, milliseconds: 1 };
  return decideVerdicts({ obligations, source, ranges, outcome, audit: [], evaluations, ...change }).map(
    ({ verdict }) => verdict,
  );
}

const broken = (holds: boolean): Partial<VerdictRequest> => ({
  evaluations: [evaluations[0]!, { id: 'observed_001', holds, explanation: 'row 1 is above 0.5' }],
});

describe('verdicts', () => {
  test('all proved', () => {
    expect(decide([end])).toEqual(['proved', 'proved', 'proved']);
  });

  test('a refuted part refutes the whole and is explained', () => {
    expect(decide([say('error', 6, isFalse), end], broken(false))).toEqual(['proved', 'refuted', 'refuted']);
    const outcome: CheckOutcome = {
      kind: 'finished',
      messages: [say('error', 6, isFalse), end],
      exitCode: 1,
      milliseconds: 1,
    };
    const [, observed] = decideVerdicts({
      obligations,
      source,
      ranges,
      outcome,
      audit: [],
      evaluations,
      ...broken(false),
    });
    expect(observed?.reason).toContain('row 1 is above 0.5');
  });

  test('only the words of decide refute', () => {
    for (const text of [
      'maximum recursion depth has been reached',
      "unknown constant 'x'",
      `${isFalse} maybe`,
      'Expected type must not contain free variables\n  B',
      'Tactic `decide` failed for proposition\n  B\nsince its instance did not reduce',
    ]) {
      expect(decide([say('error', 6, text), end])).toEqual(['proved', 'stuck', 'stuck']);
    }
    expect(decide([say('error', 6, isFalse), say('error', 5, 'parse error'), end], broken(false))).toEqual([
      'proved',
      'stuck',
      'stuck',
    ]);
  });

  test('a disagreement is nobody’s verdict', () => {
    expect(decide([end], broken(false))).toEqual(['proved', 'stuck', 'stuck']);
    expect(decide([say('error', 6, isFalse), end], broken(true))).toEqual(['proved', 'stuck', 'stuck']);
    expect(decide([end], { evaluations: [evaluations[0]!] })).toEqual(['proved', 'stuck', 'stuck']);
  });

  test('a hole is no proof, in a theorem or elsewhere', () => {
    expect(decide([say('warning', 5, 'declaration uses `sorry`', 'hasSorry'), end])).toEqual([
      'proved',
      'stuck',
      'stuck',
    ]);
    expect(decide([say('warning', 2, 'declaration uses `sorry`', 'hasSorry'), end])).toEqual([
      'stuck',
      'stuck',
      'stuck',
    ]);
    expect(decide([say('error', 8, 'type mismatch'), end])).toEqual(['proved', 'proved', 'stuck']);
  });

  test.each<[string, LeanMessage[], Partial<VerdictRequest>]>([
    ['an error outside the theorems', [say('error', 2, 'unknown module'), end], {}],
    ['an error between the theorems', [say('error', 4, 'parse error'), end], {}],
    ['no answer to the sentinel', [], {}],
    ['an answer elsewhere', [say('information', 7, 'certificate_end : True')], {}],
    ['a truncated source', [end], { source: source.slice(0, -5) }],
    ['a missing theorem', [end], { source: source.replace('theorem nested', 'example') }],
    ['a longer name', [end], { source: source.replace('theorem nested', "theorem nested'") }],
    ['a commented-out theorem', [end], { source: source.replace('theorem nested', '-- theorem nested') }],
    ['a missing range', [end], { ranges: ranges.slice(1) }],
    ['an audit finding', [end], { audit: [{ file: 'x', line: 1, token: 'axiom', message: 'no' }] }],
    ['a timeout', [], { outcome: { kind: 'timed-out', reason: 'too slow', messages: [end], milliseconds: 1 } }],
    ['a crash', [], { outcome: { kind: 'crashed', reason: 'unreachable', messages: [end], milliseconds: 1 } }],
  ])('%s leaves everything stuck', (_, messages, change) => {
    expect(decide(messages, change)).toEqual(['stuck', 'stuck', 'stuck']);
  });
});

describe('drift of the source', () => {
  test('is found byte for byte', () => {
    expect(findSourceDrift(source, source)).toBeNull();
    expect(findSourceDrift(source.replace('B :=', 'True :='), source)?.line).toBe(6);
    expect(findSourceDrift(`${source}\naxiom x : False`, source)).not.toBeNull();
    expect(findSourceDrift(source.replaceAll('\n', '\r\n'), source)?.line).toBe(1);
  });
});
