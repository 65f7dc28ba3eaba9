import { describe, expect, it } from 'vitest';
import type { PcmEvent, ProgressEvent } from '../protocol/events.ts';
import { jsonReporter, terminalReporter } from './reporter.ts';

const progress = (done: number): ProgressEvent => ({
  kind: 'progress',
  model: 'm',
  stage: 'search',
  unit: 'structures',
  done,
  total: 100,
  rate: 20,
  secondsLeft: 4.2,
});
const problem: PcmEvent = {
  kind: 'problem',
  severity: 'error',
  file: 'data/a.xyz',
  line: 7,
  message: 'It is wrong.',
  fix: 'Mend it.',
};
const verdict: PcmEvent = {
  kind: 'verdict',
  model: 'm',
  id: 'nested',
  obligation: 'nested',
  theorem: 'nested',
  verdict: 'refuted',
  reason: 'Why.',
};

describe('reporting', () => {
  it('prints JSON objects, one a line, and thins out progress by the clock', () => {
    let clock = 0;
    let printed = '';
    const reporter = jsonReporter(
      (line) => (printed += line),
      () => clock,
    );
    for (let done = 0; done <= 100; done++) {
      reporter.emit(progress(done));
      clock += 10;
    }
    reporter.emit(problem);
    reporter.note('for people only');
    const lines = printed
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; done?: number });
    expect(lines.at(-1)).toEqual(problem);
    expect(lines.filter(({ kind }) => kind === 'progress').map(({ done }) => done)).toEqual([0, 20, 40, 60, 80, 100]);
  });

  it('keeps what is final on its own lines and overwrites the rest', () => {
    let text = '';
    const states: string[] = [];
    const reporter = terminalReporter({
      write: (part) => (text += part),
      writeStatus: (state) => states.push(state),
      colour: false,
      now: () => 0,
    });
    [progress(20), problem, verdict].forEach(reporter.emit);
    expect(text).toBe('data/a.xyz:7: error: It is wrong. Mend it.\n  ✘ refuted nested         Why.\n');
    expect(states).toEqual(['  searching 20/100 structures, 20.0/s, 5 s left', '', '']);
  });

  it('is quiet about progress where the output is no terminal', () => {
    let text = '';
    const reporter = terminalReporter({
      write: (part) => (text += part),
      writeStatus: undefined,
      colour: false,
      now: () => 0,
    });
    reporter.emit(progress(20));
    expect(text).toBe('');
  });
});
