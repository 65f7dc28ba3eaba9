import path from 'node:path';
import type { SweepEvent } from '../protocol/events.ts';
import type { TaskStates } from '../sweep/engines/engine.ts';
import { lastJobs, type Submission } from '../sweep/engines/submission.ts';
import { engines } from '../sweep/engines/table.ts';
import { taskStands, type ShardProgress, type TaskStand } from '../sweep/engines/task-stand.ts';
import { logName, type LogSubject } from '../sweep/observation-line.ts';
import { readSweepState, type SweepState } from '../sweep/shards/sweep-state.ts';
import { joinedTally } from '../sweep/shards/sweep-tally.ts';
import type { CountedSweep } from './sweep-statistics.ts';
import type { Surroundings } from './surroundings.ts';

/** A submission as it stands at one moment. */
export interface SubmittedSweep {
  readonly submission: Submission;
  readonly states: ReadonlyMap<number, SweepState>;
  readonly stands: readonly TaskStand[];
  /** Why the engine could not be asked; null where it answered. */
  readonly silence: string | null;
}

/** What the shards of a model say of themselves, without reading their logs. States about other data do not count. */
export async function shardStates(
  logFolder: string,
  subject: LogSubject,
  count: number,
  pool: string,
): Promise<Map<number, SweepState>> {
  const states = new Map<number, SweepState>();
  for (let index = 1; index <= count; index++) {
    const state = await readSweepState(path.join(logFolder, logName(subject, { index, count })));
    if (state !== null && state.pool === pool) states.set(index, state);
  }
  return states;
}

export const progressOfShards = (states: ReadonlyMap<number, SweepState>): Map<number, ShardProgress> =>
  new Map(
    [...states].map(
      ([
        shard,
        {
          complete,
          tally: { stored, structures },
        },
      ]) => [shard, { complete, stored, structures }],
    ),
  );

/** Asks the files of the shards, and the engine about those that are not complete. */
export async function lookAt(
  submission: Submission,
  logFolder: string,
  subject: LogSubject,
  around: Surroundings,
): Promise<SubmittedSweep> {
  const engine = engines[submission.engine];
  const before = await shardStates(logFolder, subject, submission.count, submission.pool);
  const open = new Map<string, number[]>();
  for (const [shard, job] of lastJobs(submission)) {
    if (before.get(shard)?.complete === true) continue;
    const waiting = open.get(job.id);
    if (waiting === undefined) open.set(job.id, [shard]);
    else waiting.push(shard);
  }
  const known = new Map<string, TaskStates>();
  let silence: string | null = null;
  for (const [job, shards] of open) {
    const answer = await engine.states(job, shards, around.signal);
    if (answer.kind === 'known') known.set(job, answer.tasks);
    else silence ??= `${answer.message} ${answer.fix}`;
  }
  // Read again after the engine: a task that had ended when it was asked has written its last word by now.
  const states = await shardStates(logFolder, subject, submission.count, submission.pool);
  return { submission, states, stands: taskStands(submission, progressOfShards(states), known), silence };
}

/** What of a submission goes into the events of its model. */
export function jobEvent({ submission, stands }: SubmittedSweep): NonNullable<SweepEvent['job']> {
  return {
    name: `${submission.engine} ${submission.model}`,
    ids: submission.jobs.map(({ id }) => id),
    tasks: stands.map(({ shard, phase, words, attempts }) => ({
      shard,
      state: phase === 'complete' || words === '' ? phase : words,
      attempts,
    })),
  };
}

/** All shards together; the number of structures is known once every shard has begun. */
export function countedSubmission({ submission, states, stands }: SubmittedSweep): CountedSweep {
  const all = [...states.values()];
  const running = stands.filter(({ phase }) => phase === 'running');
  const rates = running.flatMap(({ shard }) => states.get(shard)?.rate ?? []);
  return {
    tally: joinedTally(all.map(({ tally }) => tally)),
    shards: all.length,
    whole: all.length === submission.count,
    running: running.length,
    rate: rates.length === 0 ? null : rates.reduce((sum, each) => sum + each, 0),
  };
}
