import { describe, expect, test } from 'vitest';
import type { ChildResult } from './child-run.ts';
import { parseMessages } from './messages.ts';
import { judgeRun } from './outcome.ts';

const error = JSON.stringify({
  caption: '',
  data: 'Tactic `decide` proved that the proposition\n  2 + 2 = 5\nis false',
  endPos: { column: 36, line: 2 },
  fileName: 'a.lean',
  isSilent: false,
  keepFullRange: false,
  kind: '[anonymous]',
  pos: { column: 30, line: 2 },
  severity: 'error',
});

const exited = (code: number, output: string, errors = ''): ChildResult => ({
  end: { kind: 'exited', code },
  output,
  errors,
  milliseconds: 5,
});

describe('messages of Lean', () => {
  test('are read line by line', () => {
    expect(parseMessages(`${error}\n`)).toEqual({
      messages: [
        {
          severity: 'error',
          line: 2,
          column: 30,
          endLine: 2,
          endColumn: 36,
          text: 'Tactic `decide` proved that the proposition\n  2 + 2 = 5\nis false',
          tag: '',
        },
      ],
      stray: null,
    });
    expect(parseMessages(error.replace('{"column":36,"line":2}', 'null')).messages[0]?.endLine).toBe(2);
  });

  test('anything else on standard output is reported, not dropped', () => {
    expect(parseMessages(`${error}\nhello\n`).stray).toBe('hello');
    expect(parseMessages('{"severity":"error"}').stray).not.toBeNull();
    expect(parseMessages(error.slice(0, 40)).stray).not.toBeNull();
  });
});

describe('a run', () => {
  test('counts when exit code and messages agree', () => {
    expect(judgeRun(exited(0, ''), 1000)).toMatchObject({ kind: 'finished', exitCode: 0 });
    expect(judgeRun(exited(1, error), 1000)).toMatchObject({ kind: 'finished', exitCode: 1 });
  });

  test.each<[string, ChildResult]>([
    ['errors without the exit code', exited(0, error)],
    ['the exit code without errors', exited(1, '', 'file not found')],
    ['another exit code', exited(70, '', 'lean-host: crashed: RuntimeError: unreachable')],
    ['a panic', exited(0, '', 'INTERNAL PANIC: unreachable code has been reached')],
    ['stray output', exited(0, 'Build completed')],
    ['a signal', { ...exited(0, ''), end: { kind: 'killed', by: 'SIGSEGV' } }],
  ])('with %s is a crash', (_, result) => {
    expect(judgeRun(result, 1000).kind).toBe('crashed');
  });

  test.each<[string, ChildResult]>([
    ['goes on after it', exited(0, '', 'INTERNAL PANIC: out of memory')],
    [
      'is ended by it',
      { ...exited(0, '', '\nlean-host: crashed: out of memory\n'), end: { kind: 'killed', by: 'SIGKILL' } },
    ],
    ['leaves with a code of its own', exited(137, '', 'out of memory')],
  ])('without memory is that, and not any crash: Lean %s', (_, result) => {
    expect(judgeRun(result, 1000).kind).toBe('out-of-memory');
  });

  test('says why it did not end', () => {
    expect(judgeRun({ ...exited(0, ''), end: { kind: 'timed-out' } }, 2000)).toMatchObject({
      kind: 'timed-out',
      reason: 'Lean did not finish within 2 s',
    });
    const chatter = '[DEBUG:K] x\n  - /lean/lib/lean/Init.olean\n\nlean-host: crashed: RuntimeError: unreachable';
    expect(judgeRun(exited(70, '', chatter), 1)).toMatchObject({
      reason: 'Lean ended with exit code 70: RuntimeError: unreachable',
    });
  });
});
