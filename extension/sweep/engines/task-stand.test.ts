import { describe, expect, it } from 'vitest';
import type { TaskState, TaskStates } from './engine.ts';
import type { Submission } from './submission.ts';
import { taskStands } from './task-stand.ts';

const job = (id: string, shards: number[], stored = shards.map(() => 0)) => ({ id, shards, stored });
const submission = (...jobs: Submission['jobs']): Submission => ({
  engine: 'slurm',
  model: 'm',
  config: 'pcm.json',
  count: 3,
  pool: '0'.repeat(64),
  jobs,
  cancelled: false,
});
const known = (entries: Record<string, Record<number, TaskState['phase']>>): Map<string, TaskStates> =>
  new Map(
    Object.entries(entries).map(([id, tasks]) => [
      id,
      new Map(Object.entries(tasks).map(([shard, phase]) => [Number(shard), { phase, words: phase }])),
    ]),
  );
const phases = (...words: Parameters<typeof taskStands>): string[] => taskStands(...words).map(({ phase }) => phase);
const half = { complete: false, stored: 5, structures: 10 };
const all = { complete: true, stored: 10, structures: 10 };

describe('the tasks of a submission', () => {
  it('are complete when their shard says so, whatever their engine says', () => {
    const one = submission(job('1', [1, 2, 3]));
    expect(
      phases(
        one,
        new Map([
          [1, all],
          [2, all],
          [3, all],
        ]),
        known({ '1': { 1: 'ended', 2: 'running' } }),
      ),
    ).toEqual(['complete', 'complete', 'complete']);
  });

  it('are lost when they ended or were forgotten before that, and only then', () => {
    const one = submission(job('1', [1, 2, 3]));
    expect(phases(one, new Map([[1, half]]), known({ '1': { 1: 'ended', 2: 'waiting' } }))).toEqual([
      'lost',
      'waiting',
      'lost',
    ]);
    expect(phases(one, new Map([[1, half]]), new Map())).toEqual(['unknown', 'unknown', 'unknown']);
  });

  it('belong to the last job that has them', () => {
    const two = submission(job('1', [1, 2, 3]), job('2', [2], [5]));
    const stands = taskStands(
      two,
      new Map([[2, half]]),
      known({ '1': { 1: 'running', 2: 'ended', 3: 'running' }, '2': { 2: 'running' } }),
    );
    expect(stands.map(({ phase, attempts }) => `${phase} ${attempts}`)).toEqual([
      'running 1',
      'running 2',
      'running 1',
    ]);
  });

  it('are given up after three attempts that added nothing, and never while attempts add something', () => {
    const ended = known({ '3': { 1: 'ended' } });
    const attempts = (...stored: number[]): Submission =>
      submission(...stored.map((count, k) => job(String(k + 1), [1], [count])));
    const at = (stored: number) => new Map([[1, { ...half, stored }]]);
    expect(phases(attempts(0, 0, 0), new Map(), ended)[0]).toBe('given-up');
    expect(phases(attempts(0, 5, 5), at(5), ended)[0]).toBe('lost');
    expect(phases(attempts(5, 5, 5), at(5), ended)[0]).toBe('given-up');
    expect(phases(attempts(0, 2, 4), at(6), ended)[0]).toBe('lost');
  });
});
