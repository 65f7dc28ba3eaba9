import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSweepState, statePath, writeSweepState, type SweepState } from './sweep-state.ts';
import { emptyTally, joinedTally, tallyObservation, type SweepTally } from './sweep-tally.ts';

let folder = '';
let log = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pcm-state-'));
  log = path.join(folder, 'observations-0123456789abcdef.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function tallyOf(errors: readonly (number | null)[], structures: number): SweepTally {
  const tally = emptyTally(structures);
  for (const error of errors) {
    const judged = error === null ? { kind: 'refused' as const, reason: 'no label' } : judgement(error);
    tallyObservation(tally, judged);
  }
  return tally;
}
const judgement = (error: number) => ({ kind: 'judged', error, failed: !(error <= 0.5) }) as const;

const lines = 'header\nfirst\nsecond\n';
function stateOf(content: string): SweepState {
  const tally = tallyOf([0.1, 0.7, NaN, null], 9);
  const extent = { bytes: content.length, observations: content.split('\n').length - 2 };
  return { shard: null, complete: false, tally, rate: 3, pool: 'a'.repeat(64), criterion: 'b'.repeat(64), log: extent };
}

describe('the state of a sweep', () => {
  it('is read as it was written, also when its log has grown since', async () => {
    writeFileSync(log, lines);
    const state = stateOf(lines);
    expect(await writeSweepState(log, state)).toEqual({ kind: 'written' });
    expect(await readSweepState(log)).toEqual(state);
    appendFileSync(log, 'third\ntor');
    expect(await readSweepState(log)).toEqual(state);
    expect(state.tally).toMatchObject({ structures: 9, stored: 4, failed: 2, refused: 1 });
  });

  it('counts for nothing where its log was cut, replaced or removed', async () => {
    writeFileSync(log, lines);
    await writeSweepState(log, stateOf(lines));
    truncateSync(log, lines.length - 1);
    expect(await readSweepState(log)).toBeNull();
    writeFileSync(log, lines.replace('second', 'other!') + 'and more\n');
    expect(await readSweepState(log)).toBeNull();
    rmSync(log);
    expect(await readSweepState(log)).toBeNull();
  });

  it('counts for nothing where it is torn or not one of ours, and no other is written over a log that lacks what it says', async () => {
    writeFileSync(log, lines);
    await writeSweepState(log, stateOf(lines));
    const text = readFileSync(statePath(log), 'utf8');
    for (const damaged of [text.slice(0, -20), '', text.replace('"stored":4', '"stored":-4'), ' '.repeat(70_000)]) {
      writeFileSync(statePath(log), damaged);
      expect(await readSweepState(log)).toBeNull();
    }
    expect((await writeSweepState(log, stateOf(`${lines}third\n`))).kind).toBe('failed');
    expect(readFileSync(statePath(log), 'utf8')).toBe(' '.repeat(70_000));
  });

  it('of parts adds up to that of the whole', () => {
    const parts = [[0.1, 0.7], [NaN], [null, 3, 0]];
    const tallies = parts.map((part, k) => tallyOf(part, k + 4));
    expect(joinedTally(tallies)).toEqual(tallyOf(parts.flat(), 15));
    expect(joinedTally([])).toEqual(emptyTally(0));
  });
});
