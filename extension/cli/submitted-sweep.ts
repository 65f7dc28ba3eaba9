import path from 'node:path';
import type { ProgressEvent, SweepEvent } from '../protocol/events.ts';
import type { TaskStates } from '../sweep/engines/engine.ts';
import { lastJobs, type Submission } from '../sweep/engines/submission.ts';
import { engines } from '../sweep/engines/table.ts';
import { taskStands, type ShardProgress, type TaskStand } from '../sweep/engines/task-stand.ts';
import { logName, type LogSubject } from '../sweep/observation-line.ts';
import { readShardState, type ShardState } from '../sweep/shards/shard-state.ts';
import type { Surroundings } from './surroundings.ts';

/** A submission as it stands at one moment. */
export interface SubmittedSweep {
  readonly submission: Submission;
  readonly states: ReadonlyMap<number, ShardState>;
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
): Promise<Map<number, ShardState>> {
  const states = new Map<number, ShardState>();
  for (let index = 1; index <= count; index++) {
    const state = await readShardState(path.join(logFolder, logName(subject, { index, count })));
    if (state !== null && state.pool === pool) states.set(index, state);
  }
  return states;
}

export const progressOfShards = (states: ReadonlyMap<number, ShardState>): Map<number, ShardProgress> =>
  new Map([...states].map(([shard, { complete, stored, structures }]) => [shard, { complete, stored, structures }]));

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

/** How far all shards together are; the total is known once every shard has begun. */
export function submissionProgress({ submission, states, stands }: SubmittedSweep): ProgressEvent {
  const all = [...states.values()];
  const done = all.reduce((sum, { stored }) => sum + stored, 0);
  const total = all.length < submission.count ? null : all.reduce((sum, { structures }) => sum + structures, 0);
  const running = stands.filter(({ phase }) => phase === 'running');
  const rates = running.flatMap(({ shard }) => states.get(shard)?.rate ?? []);
  const rate = rates.length === 0 ? null : rates.reduce((sum, each) => sum + each, 0);
  return {
    kind: 'progress',
    model: submission.model,
    stage: 'search',
    unit: 'structures',
    done,
    total,
    failed: all.reduce((sum, { failed }) => sum + failed, 0),
    rate,
    secondsLeft: rate === null || rate === 0 || total === null ? null : (total - done) / rate,
  };
}
