import path from 'node:path';
import type { ProjectModel } from '../core/project-models.ts';
import type { ProgressEvent, SweepEvent } from '../protocol/events.ts';
import { logName } from '../sweep/observation-line.ts';
import type { PoolIndex } from '../sweep/pool-index.ts';
import type { Shard } from '../sweep/shards/shard.ts';
import { sweepShard, type SweepCounts } from '../sweep/shards/sweep-shard.ts';
import { openSweep } from './judged-sweep.ts';
import type { LoadedProject } from './load-project.ts';
import { openProjectPool } from './open-pool.ts';
import type { SweepOptions } from './sweep-arguments.ts';
import { logFolder, subjectOf } from './sweep-subject.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/** `pcm sweep run`: every structure, or those of one shard, once to each model. */
export async function runSweep(loaded: LoadedProject, options: SweepOptions, around: Surroundings): Promise<ExitCode> {
  const pool = await openProjectPool(loaded, [], around);
  if (pool.kind === 'rejected') {
    pool.problems.forEach(around.reporter.emit);
    return 2;
  }
  try {
    for (const model of loaded.models) {
      for (const shard of options.parts ?? [null])
        if (!(await sweepModel(loaded, model, pool.value, shard, options, around))) return 2;
    }
    return 0;
  } finally {
    await pool.value.close();
  }
}

async function sweepModel(
  loaded: LoadedProject,
  model: ProjectModel,
  pool: PoolIndex,
  shard: Shard | null,
  { workers }: SweepOptions,
  around: Surroundings,
): Promise<boolean> {
  const { reporter } = around;
  const sweep = await openSweep(loaded, model, pool, workers, () => undefined, around, shard ?? undefined);
  if (sweep.kind === 'rejected') {
    sweep.problems.forEach(reporter.emit);
    return false;
  }
  const { evaluator, judge, source } = sweep.value;
  try {
    if (shard !== null && !source.logged) {
      const message = `The predictions of "${model.id}" are stored already, in a table: there are no shards of it.`;
      const fix = 'Leave it out with --model, or drop --shard.';
      reporter.emit({ kind: 'problem', severity: 'error', file: source.file, line: null, message, fix });
      return false;
    }
    const log = path.join(logFolder(loaded), logName(subjectOf(source), shard ?? undefined));
    const outcome = await sweepShard({
      evaluator,
      pool,
      part: shard === null ? null : { shard, log },
      judge: (observation) => {
        const judged = judge(observation);
        return judged.kind === 'refused' ? 'refused' : judged.failed ? 'failed' : 'passed';
      },
      now: around.now,
      onProgress: (counts) => reporter.emit(progressEvent(model.id, counts)),
    });
    if (outcome.kind === 'problem') reporter.emit(outcome.problem);
    if (outcome.kind !== 'done') return false;
    const { structures, stored, failed } = outcome.counts;
    const shards: SweepEvent['shards'] =
      shard === null ? [] : [{ ...shard, state: 'complete', stored, structures, failed }];
    const observations = shard === null ? stored : null;
    const nothing = { added: 0, duplicates: 0, disagreements: 0, job: null };
    reporter.emit({ kind: 'sweep', model: model.id, complete: true, observations, shards, ...nothing });
    return true;
  } finally {
    await evaluator.close();
  }
}

/** Live statistics of a sweep as an event. */
export function progressEvent(model: string, counts: SweepCounts): ProgressEvent {
  const { stored, structures, failed, rate } = counts;
  const secondsLeft = rate === null || rate === 0 ? null : (structures - stored) / rate;
  const shared = { kind: 'progress', model, stage: 'search', unit: 'structures' } as const;
  return { ...shared, done: stored, total: structures, failed, rate, secondsLeft };
}
