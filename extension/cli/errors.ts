import { computeFeatures } from '../core/features.ts';
import type { ObservationEvent } from '../protocol/events.ts';
import type { PoolIndex } from '../sweep/pool-index.ts';
import type { RunOptions } from './arguments.ts';
import { openSweep } from './judged-sweep.ts';
import { loadProject, undecidable, type LoadedProject } from './load-project.ts';
import { openProjectPool } from './open-pool.ts';
import { progressOf } from './progress.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/**
 * `pcm errors`: the raw error of every structure, in the order of the data, before any statistics. A structure that a
 * feature is not defined for is tested all the same; that feature is left out.
 */
export async function errors(directory: string, options: RunOptions, around: Surroundings): Promise<ExitCode> {
  const { reporter } = around;
  const loaded = await loadProject(directory, options.config, options.model);
  if (loaded.kind === 'rejected') {
    loaded.problems.forEach(reporter.emit);
    return 2;
  }
  const problems = undecidable(loaded.value);
  problems.forEach(reporter.emit);
  if (problems.length > 0) return 2;
  const pool = await openProjectPool(loaded.value, [], around);
  if (pool.kind === 'rejected') {
    pool.problems.forEach(reporter.emit);
    return 2;
  }
  try {
    return await printErrors(loaded.value, pool.value, options, around);
  } finally {
    await pool.value.close();
  }
}

async function printErrors(
  loaded: LoadedProject,
  pool: PoolIndex,
  options: RunOptions,
  around: Surroundings,
): Promise<ExitCode> {
  const { reporter } = around;
  const criterion = loaded.project.failure.kind;
  for (const model of loaded.models) {
    const sweep = await openSweep(
      loaded,
      model,
      pool,
      options.workers,
      progressOf(around, model.id, 'search', 'structures'),
      around,
    );
    if (sweep.kind === 'rejected') {
      sweep.problems.forEach(reporter.emit);
      return 2;
    }
    const { evaluator, judge } = sweep.value;
    const left = [...pool.refused].reverse();
    const printRefusedBefore = (file: number, index: number): void => {
      for (let next = left.at(-1); next !== undefined; next = left.at(-1)) {
        if (next.file > file || (next.file === file && next.index >= index)) return;
        left.pop();
        reporter.emit(refusedEvent(pool.files[next.file]!.path, next.index, criterion, next.reason));
      }
    };
    try {
      const rows = Int32Array.from({ length: pool.size }, (_, row) => row);
      for await (const item of evaluator.stream(rows)) {
        if (item.kind === 'stopped') return 2;
        if (item.kind === 'problem') {
          reporter.emit(item.problem);
          return 2;
        }
        const { file, index } = pool.source(item.row);
        printRefusedBefore(pool.fileOf(item.row), index);
        const judged = judge(item.observation);
        if (judged.kind === 'refused') reporter.emit(refusedEvent(file, index, criterion, judged.reason));
        else {
          const error = Number.isFinite(judged.error) ? judged.error : null;
          const features = await featuresOf(pool, item.row, loaded.project.features);
          reporter.emit({ kind: 'observation', file, index, criterion, error, failed: judged.failed, features });
        }
      }
      printRefusedBefore(Number.POSITIVE_INFINITY, 0);
    } finally {
      await evaluator.close();
    }
  }
  return 0;
}

function refusedEvent(file: string, index: number, criterion: string, refused: string): ObservationEvent {
  return { kind: 'observation', file, index, criterion, error: null, failed: null, features: {}, refused };
}

/** Features of one structure by their ids; one that is not defined for it is left out. */
export async function featuresOf(
  pool: PoolIndex,
  row: number,
  ids: readonly string[],
): Promise<Record<string, number>> {
  const structure = await pool.readStructure(row);
  const values: Record<string, number> = {};
  if (structure === null) return values;
  const all = computeFeatures(structure, ids);
  for (const [f, id] of ids.entries()) {
    const outcome = all.kind === 'ok' ? all.values[f] : valueOf(computeFeatures(structure, [id]));
    if (outcome !== undefined) values[id] = outcome;
  }
  return values;
}

const valueOf = (outcome: ReturnType<typeof computeFeatures>): number | undefined =>
  outcome.kind === 'ok' ? outcome.values[0] : undefined;
