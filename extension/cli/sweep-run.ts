import type { ProjectModel } from '../core/project-models.ts';
import type { PoolIndex } from '../sweep/pool-index.ts';
import type { Shard } from '../sweep/shards/shard.ts';
import { sweepShard } from '../sweep/shards/sweep-shard.ts';
import { criterionDigest, openSweep } from './judged-sweep.ts';
import type { LoadedProject } from './load-project.ts';
import { openProjectPool } from './open-pool.ts';
import type { SweepOptions } from './sweep-arguments.ts';
import { sweepProgress, sweepStatistics } from './sweep-statistics.ts';
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
    const outcome = await sweepShard({
      evaluator,
      pool,
      shard,
      judge,
      criterion: criterionDigest(loaded),
      now: around.now,
      onProgress: (progress) => reporter.emit(sweepProgress(model.id, { ...progress, whole: true })),
    });
    if (outcome.kind === 'problem') reporter.emit(outcome.problem);
    if (outcome.kind !== 'done') return false;
    const { tally, rate } = outcome.progress;
    const { structures, stored, failed } = tally;
    reporter.emit({
      kind: 'sweep',
      model: model.id,
      complete: true,
      observations: shard === null ? stored : null,
      added: 0,
      duplicates: 0,
      disagreements: 0,
      shards: shard === null ? [] : [{ ...shard, state: 'complete', stored, structures, failed }],
      statistics: sweepStatistics(loaded, {
        tally,
        shards: shard === null ? null : 1,
        whole: shard === null,
        running: 0,
        rate,
      }),
      job: null,
    });
    return true;
  } finally {
    await evaluator.close();
  }
}
