import { compareModels } from '../core/comparison/compare-models.ts';
import type { Comparison } from '../protocol/report.ts';
import type { PoolIndex } from '../sweep/pool-index.ts';
import type { RunOptions } from './arguments.ts';
import { addRow, comparisonInput, judgedRows, type JudgedRows } from './comparison-input.ts';
import { openSweep } from './judged-sweep.ts';
import { loadProject, undecidable, type LoadedProject } from './load-project.ts';
import { openProjectPool } from './open-pool.ts';
import { progressOf } from './progress.ts';
import { runSteps } from './run-steps.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/**
 * `pcm compare`: every model of a project on every structure, and how they differ. Answers are kept in the observation
 * logs, so a model that was swept before is not asked again. 0: compared; 2: could not.
 */
export async function compare(directory: string, options: RunOptions, around: Surroundings): Promise<ExitCode> {
  const { reporter } = around;
  const loaded = await loadProject(directory, options.config, undefined);
  if (loaded.kind === 'rejected') {
    loaded.problems.forEach(reporter.emit);
    return 2;
  }
  let comparison: Comparison | null;
  try {
    comparison = await comparisonOf(loaded.value, options.workers, around);
  } catch (error) {
    if (around.signal.aborted) return 2;
    throw error;
  }
  if (comparison === null) return 2;
  reporter.emit(comparison);
  return 0;
}

/** Compares the models of a project; null after a problem was reported, or when the user stopped it. */
async function comparisonOf(
  loaded: LoadedProject,
  workers: number | undefined,
  around: Surroundings,
): Promise<Comparison | null> {
  const { config, models, lineOf } = loaded;
  const problems = undecidable(loaded);
  if (models.length < 2) {
    problems.push({
      kind: 'problem',
      severity: 'error',
      file: config,
      line: lineOf('models'),
      message: 'A comparison takes at least two models; there is one.',
      fix: 'Add a model, or a column of predictions of the same table, to "models".',
    });
  }
  problems.forEach(around.reporter.emit);
  if (problems.length > 0) return null;
  const pool = await openProjectPool(loaded, [], around);
  if (pool.kind === 'rejected') {
    pool.problems.forEach(around.reporter.emit);
    return null;
  }
  try {
    const rows = Int32Array.from({ length: pool.value.size }, (_, row) => row).filter(
      (row) => pool.value.firstOccurrence[row] === row,
    );
    const judged = await judgeAll(loaded, pool.value, rows, workers, around);
    if (judged === null) return null;
    const input = await comparisonInput(loaded, pool.value, rows, judged, around);
    return await runSteps(compareModels(input), progressOf(around, null, 'risk', 'percent'), around);
  } finally {
    await pool.value.close();
  }
}

async function judgeAll(
  loaded: LoadedProject,
  pool: PoolIndex,
  rows: Int32Array,
  workers: number | undefined,
  around: Surroundings,
): Promise<JudgedRows[] | null> {
  const all: JudgedRows[] = [];
  for (const model of loaded.models) {
    const report = progressOf(around, model.id, 'search', 'structures');
    const sweep = await openSweep(loaded, model, pool, workers, report, around);
    if (sweep.kind === 'rejected') {
      sweep.problems.forEach(around.reporter.emit);
      return null;
    }
    const { evaluator, judge } = sweep.value;
    const judged = judgedRows(model.id, model.kind, rows.length);
    try {
      for await (const item of evaluator.stream(rows)) {
        if (item.kind === 'stopped') return null;
        if (item.kind === 'problem') {
          around.reporter.emit(item.problem);
          return null;
        }
        addRow(judged, item.observation, judge(item.observation), pool.atoms(item.row));
      }
    } finally {
      await evaluator.close();
    }
    all.push(judged);
  }
  return all;
}
