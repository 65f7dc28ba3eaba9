import type { Certificate } from '../core/certificate.ts';
import { compareModels } from '../core/comparison/compare-models.ts';
import type { Checked, Problem } from '../core/problem.ts';
import type { Comparison } from '../protocol/report.ts';
import { createEvaluator } from '../sweep/evaluator.ts';
import { readObservations } from '../sweep/observation-log.ts';
import type { Observation } from '../sweep/observation.ts';
import type { OracleSource } from '../sweep/oracles/oracle-source.ts';
import type { PoolIndex } from '../sweep/pool-index.ts';
import { certifiedProject } from './certified-project.ts';
import { baseModelId } from './certify-families.ts';
import { addRow, comparisonInput, judgedRows, type JudgedRows } from './comparison-input.ts';
import { identityProblem } from './certified-identity.ts';
import { judgementOf } from './judged-sweep.ts';
import { undecidable, type LoadedProject } from './load-project.ts';
import { openOracle } from './open-oracle.ts';
import { openReference } from './open-reference.ts';
import { progressOf } from './progress.ts';
import { runSteps } from './run-steps.ts';
import type { Surroundings } from './surroundings.ts';
import { logFolder, subjectOf } from './sweep-subject.ts';

/** Of more structures than this, so many are compared, evenly over the data. */
const MOST_STRUCTURES = 2000;
/** Fewer structures in common than this are not worth a comparison. */
const FEWEST_STRUCTURES = 20;

/**
 * The models of a project against each other by what is known of them already: observation logs and tables of predictions.
 * No model is asked anew. Judged by the criterion of the certificate.
 *
 * @param pool the certificate's data.
 * @returns null where the project has one model only.
 * @throws the signal's reason when aborted.
 */
export async function storedComparison(
  certificate: Certificate,
  loaded: LoadedProject,
  pool: PoolIndex,
  file: string,
  around: Surroundings,
): Promise<Checked<Comparison | null>> {
  if (loaded.project.models.length < 2) return { kind: 'ok', value: null, warnings: [] };
  const certified = certifiedProject(certificate, loaded, file);
  if (certified.kind === 'rejected') return certified;
  // The family that a certificate is about is part of its model's name, and of no name in the project.
  const own = { ...certified.value.model, id: baseModelId(certified.value.loaded.project, certified.value.model.id) };
  const models = loaded.project.models.map((model) => (model.id === own.id ? own : model));
  const project: LoadedProject = {
    ...loaded,
    project: { ...certified.value.loaded.project, models: loaded.project.models },
    models,
  };
  const undecided = undecidable({ ...project, project: { ...project.project, claim: loaded.project.claim } });
  if (undecided.length > 0) return { kind: 'rejected', problems: undecided };

  const answers: ((row: number) => Observation | undefined)[] = [];
  for (const model of models) {
    const source = await openOracle(project, model, around);
    if (source.kind === 'rejected') return source;
    const changed = model === own ? identityProblem(certificate.content, source.value) : null;
    if (changed !== null) return { kind: 'rejected', problems: [changed] };
    const known = await storedAnswers(project, source.value, pool, around);
    if (known.kind === 'rejected') return known;
    answers.push(known.value);
  }
  const shared: number[] = [];
  for (let row = 0; row < pool.size; row++) {
    if (pool.firstOccurrence[row] === row && answers.every((answer) => answer(row) !== undefined)) shared.push(row);
  }
  if (shared.length < FEWEST_STRUCTURES) {
    const message = `Of ${shared.length} structures the answers of all ${models.length} models are stored, and it takes ${FEWEST_STRUCTURES}.`;
    return rejected(project.config, message, 'Run pcm compare, which asks every model about every structure.');
  }
  const every = Math.ceil(shared.length / MOST_STRUCTURES);
  const rows = Int32Array.from(shared.filter((_, at) => at % every === 0));
  const judge = judgementOf(project);
  const judged = models.map(({ id, kind }, m): JudgedRows => {
    const all = judgedRows(id, kind, rows.length);
    for (const row of rows) {
      const observation = answers[m]!(row)!;
      addRow(all, observation, judge(observation), pool.atoms(row));
    }
    return all;
  });
  const input = await comparisonInput(project, pool, rows, judged, around);
  const distinct = pool.firstOccurrence.reduce((sum, first, row) => sum + Number(first === row), 0);
  const notes = [
    `Compared are ${input.groups.length} of ${distinct} structures: ${every === 1 ? 'all' : `every ${every}-th`} for which the answers of all models are stored; none was asked anew. Where searches chose them, rates compare models and estimate no rate of any population.`,
  ];
  const leftOut = distinct + pool.refused.length - input.groups.length;
  const work = compareModels({ ...input, leftOut, notes });
  const value = await runSteps(work, progressOf(around, null, 'risk', 'percent'), around);
  return { kind: 'ok', value, warnings: [] };
}

/** What a model is known to say of a row: from its log, or from its table of predictions. */
async function storedAnswers(
  loaded: LoadedProject,
  source: OracleSource,
  pool: PoolIndex,
  around: Surroundings,
): Promise<Checked<(row: number) => Observation | undefined>> {
  if (source.logged) {
    const reference = await openReference(loaded, around);
    if (reference.kind === 'rejected') return reference;
    await reference.value?.close();
    const log = await readObservations(logFolder(loaded), subjectOf(source, reference.value?.identity ?? null));
    if (log.kind === 'rejected') return log;
    return { kind: 'ok', value: (row) => log.value.get(pool.id(row)), warnings: [] };
  }
  const table = await createEvaluator({
    worker: around.installation.oracleWorker,
    model: source,
    pool,
    logFolder: logFolder(loaded),
    runtime: around.installation.runtime,
    workers: 1,
    signal: around.signal,
  });
  if (table.kind === 'rejected') return table;
  const known = new Map<number, Observation>();
  try {
    const rows = Int32Array.from({ length: pool.size }, (_, row) => row);
    for await (const item of table.value.stream(rows.filter((row) => pool.firstOccurrence[row] === row))) {
      around.signal.throwIfAborted();
      if (item.kind === 'problem') return { kind: 'rejected', problems: [item.problem] };
      if (item.kind === 'observed') known.set(item.row, item.observation);
    }
  } finally {
    await table.value.close();
  }
  return { kind: 'ok', value: (row) => known.get(row), warnings: [] };
}

function rejected(file: string, message: string, fix: string): { kind: 'rejected'; problems: Problem[] } {
  return { kind: 'rejected', problems: [{ kind: 'problem', severity: 'error', file, line: null, message, fix }] };
}
