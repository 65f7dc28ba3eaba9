import { compareModels } from '../core/comparison/compare-models.ts';
import type { ComparedModel, ComparisonInput } from '../core/comparison/compared-models.ts';
import { featureById } from '../core/features.ts';
import { formulaOf } from '../core/formula.ts';
import { boundedText } from '../core/report/bounded-text.ts';
import type { Comparison } from '../protocol/report.ts';
import type { PoolIndex } from '../sweep/pool-index.ts';
import type { RunOptions } from './arguments.ts';
import { featuresOf } from './errors.ts';
import { openSweep } from './judged-sweep.ts';
import { loadProject, undecidable, type LoadedProject } from './load-project.ts';
import { openProjectPool } from './open-pool.ts';
import { progressOf } from './progress.ts';
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
  const comparison = await comparisonOf(loaded.value, options.workers, around);
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
  const { config, models, project, lineOf } = loaded;
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
    const input = await inputOf(loaded, pool.value, rows, judged, around);
    const report = progressOf(around, null, 'risk', 'percent');
    const work = compareModels({ ...input, project: boundedText(project.name) });
    let step = work.next();
    for (; step.done !== true; step = work.next()) {
      if (around.signal.aborted) return null;
      report(Math.round(100 * step.value), 100);
      // Lets a request to stop come through.
      await new Promise(setImmediate);
    }
    return step.value;
  } finally {
    await pool.value.close();
  }
}

/** What one model did on every row: an error, NaN for none, or null where there is nothing to judge. */
interface Judged {
  readonly id: string;
  readonly kind: string;
  readonly errors: (number | null)[];
  readonly failed: Uint8Array;
  /** Predicted energy per atom and the error's absolute value, for its sign; NaN where there is none. */
  readonly energy: Float64Array;
  readonly energyError: Float64Array;
}

async function judgeAll(
  loaded: LoadedProject,
  pool: PoolIndex,
  rows: Int32Array,
  workers: number | undefined,
  around: Surroundings,
): Promise<Judged[] | null> {
  const all: Judged[] = [];
  for (const model of loaded.models) {
    const report = progressOf(around, model.id, 'search', 'structures');
    const sweep = await openSweep(loaded, model, pool, workers, report, around);
    if (sweep.kind === 'rejected') {
      sweep.problems.forEach(around.reporter.emit);
      return null;
    }
    const { evaluator, judge } = sweep.value;
    const judged: Judged = {
      id: model.id,
      kind: model.kind,
      errors: [],
      failed: new Uint8Array(rows.length),
      energy: new Float64Array(rows.length).fill(NaN),
      energyError: new Float64Array(rows.length).fill(NaN),
    };
    try {
      for await (const item of evaluator.stream(rows)) {
        if (item.kind === 'stopped') return null;
        if (item.kind === 'problem') {
          around.reporter.emit(item.problem);
          return null;
        }
        const at = judged.errors.length;
        const outcome = judge(item.observation);
        judged.errors.push(outcome.kind === 'judged' ? outcome.error : null);
        judged.failed[at] = outcome.kind === 'judged' && outcome.failed ? 1 : 0;
        if (item.observation.kind === 'measured') {
          judged.energy[at] = item.observation.measurement.energy / pool.atoms(item.row);
          judged.energyError[at] = item.observation.measurement.energyError ?? NaN;
        }
      }
    } finally {
      await evaluator.close();
    }
    all.push(judged);
  }
  return all;
}

/** Keeps the structures that every model was judged on, with their compositions and features. */
async function inputOf(
  { project }: LoadedProject,
  pool: PoolIndex,
  rows: Int32Array,
  judged: readonly Judged[],
  around: Surroundings,
): Promise<Omit<ComparisonInput, 'project'>> {
  const kept = [...rows.keys()].filter((at) => judged.every(({ errors }) => errors[at] !== null));
  const columns = project.features.map(() => new Float64Array(kept.length));
  const groups: string[] = [];
  const signed = judged.map(() => new Float64Array(kept.length).fill(NaN));
  const report = progressOf(around, null, 'read', 'structures');
  for (const [place, at] of kept.entries()) {
    around.signal.throwIfAborted();
    const row = rows[at]!;
    const structure = await pool.readStructure(row);
    const values = await featuresOf(pool, row, project.features);
    project.features.forEach((id, f) => (columns[f]![place] = values[id] ?? NaN));
    groups.push(structure === null ? pool.id(row) : formulaOf(structure.species));
    if (structure?.energy !== undefined) {
      const label = structure.energy / structure.species.length;
      judged.forEach(({ energy, energyError }, m) => {
        const difference = energy[at]! - label;
        // An error against another reference, such as a table's own column, has a sign that is not known here.
        if (Math.abs(Math.abs(difference) - energyError[at]!) <= 1e-9 * (1 + Math.abs(label)))
          signed[m]![place] = difference;
      });
    }
    report(place + 1, kept.length);
  }
  const models = judged.map(({ id, kind, errors, failed }, m): ComparedModel => ({
    id,
    kind,
    errors: Float64Array.from(kept, (at) => errors[at]!),
    failed: Uint8Array.from(kept, (at) => failed[at]!),
    signed: signed[m]!.some(Number.isFinite) ? signed[m]! : null,
  }));
  const { kind, threshold } = project.failure;
  return {
    criterion: { kind, threshold, unit: kind === 'energy-error' ? 'eV/atom' : 'eV/Å' },
    models,
    groups,
    features: project.features.map((id) => ({ id, unit: featureById(id)?.unit ?? '1' })),
    columns,
    leftOut: rows.length - kept.length + pool.refused.length,
    seed: project.search.seed,
    notes: [],
  };
}
