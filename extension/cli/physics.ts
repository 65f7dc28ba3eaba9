import { existsSync } from 'node:fs';
import path from 'node:path';
import { prototypeCrystals } from '../core/physics/prototypes.ts';
import { summarize } from '../core/physics/summary.ts';
import { probes } from '../core/physics/table.ts';
import type { Checked, Problem } from '../core/problem.ts';
import { randomStream } from '../core/random.ts';
import type { Structure } from '../core/structure.ts';
import { readOnnxOracle } from '../sweep/oracles/onnx-source.ts';
import type { OracleSource, PredictionSource } from '../sweep/oracles/oracle-source.ts';
import { chooseStructures } from '../sweep/physics/choose-structures.ts';
import { probeStructures } from '../sweep/physics/probe-structures.ts';
import type { PhysicsOptions } from './arguments.ts';
import { loadProject } from './load-project.ts';
import { modelEvent } from './model-event.ts';
import { openOracle } from './open-oracle.ts';
import { openProjectPool } from './open-pool.ts';
import { probeEvent } from './probe-event.ts';
import { progressOf } from './progress.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/** Structures that each model is probed with unless the user names a number. */
const STRUCTURES = 5;
/** Seed of what is built for a model without a project. */
const SEED = 0;

/** A model and the structures to probe it with. */
interface Candidate {
  readonly id: string;
  readonly source: OracleSource;
  readonly predictions: PredictionSource;
  readonly structures: readonly Structure[];
  readonly seed: number;
}

/**
 * `pcm physics`: puts models through the probes of physical laws. 0: every law holds as far as it was measured; 1: one is
 * violated; 2: a model could not be run, or nothing at all could be measured.
 * @param target project folder; or an ONNX file, which is probed with simple crystals of its elements; or the id of a
 *   model of the project in the working directory.
 */
export async function physics(target: string, options: PhysicsOptions, around: Surroundings): Promise<ExitCode> {
  const { reporter } = around;
  const count = options.structures ?? STRUCTURES;
  const candidates = target.toLowerCase().endsWith('.onnx')
    ? await loneModel(target, count, around)
    : await modelsOfProject(target, options, count, around);
  if (candidates.kind === 'rejected') {
    candidates.problems.forEach(reporter.emit);
    return 2;
  }
  candidates.warnings.forEach(reporter.emit);
  let worst: ExitCode = candidates.value.length === 0 ? 2 : 0;
  for (const candidate of candidates.value) {
    const code = await probeModel(candidate, options.workers, around);
    if (around.signal.aborted) return 2;
    worst = Math.max(worst, code) as ExitCode;
  }
  return worst;
}

async function loneModel(target: string, count: number, { installation }: Surroundings): Promise<Checked<Candidate[]>> {
  const { oracleWorker: worker, runtime } = installation;
  const where = { folder: path.dirname(target), worker, runtime };
  const source = await readOnnxOracle({ path: path.basename(target) }, where);
  if (source.kind === 'rejected') return source;
  const { predictions } = source.value;
  if (predictions === null) return { kind: 'ok', value: [], warnings: source.warnings };
  const random = randomStream(SEED, 'physics', 'prototypes');
  const structures = prototypeCrystals(predictions.traits.elements ?? [], count, random);
  const value = [{ id: path.basename(target, '.onnx'), source: source.value, predictions, structures, seed: SEED }];
  return { kind: 'ok', value, warnings: source.warnings };
}

async function modelsOfProject(
  target: string,
  options: PhysicsOptions,
  count: number,
  around: Surroundings,
): Promise<Checked<Candidate[]>> {
  const here = !existsSync(target) && options.model === undefined && existsSync(options.config);
  const loaded = await loadProject(here ? '.' : target, options.config, here ? target : options.model);
  if (loaded.kind === 'rejected') return loaded;
  const pool = await openProjectPool(loaded.value, [], around);
  if (pool.kind === 'rejected') return pool;
  const warnings: Problem[] = [];
  const value: Candidate[] = [];
  try {
    const { seed } = loaded.value.project.search;
    for (const model of loaded.value.models) {
      const source = await openOracle(loaded.value, model, around);
      if (source.kind === 'rejected') return source;
      warnings.push(...source.warnings);
      const { predictions } = source.value;
      if (predictions === null) {
        const message = `The table "${model.id}" cannot be asked about structures that probes change.`;
        warnings.push({ ...problemOf(source.value, message, 'Probe the model that made it.'), severity: 'warning' });
        continue;
      }
      const structures = await chooseStructures(pool.value, predictions.traits.elements, count, seed);
      value.push({ id: model.id, source: source.value, predictions, structures, seed });
    }
  } finally {
    await pool.value.close();
  }
  return { kind: 'ok', value, warnings };
}

async function probeModel(
  { id, source, predictions, structures, seed }: Candidate,
  workers: number | undefined,
  around: Surroundings,
): Promise<ExitCode> {
  const { reporter, signal } = around;
  reporter.emit(modelEvent(id, source));
  if (structures.length === 0) {
    reporter.emit(
      problemOf(source, 'No structure consists of elements that the model knows.', 'Add data of its elements.'),
    );
    return 2;
  }
  const outcome = await probeStructures({
    predictions,
    probes,
    structures,
    seed,
    workers: workers ?? source.workers ?? around.processors,
    signal,
    onProgress: progressOf(around, id, 'probe', 'probes'),
    onIncident: (what) =>
      reporter.emit({
        ...problemOf(source, what, 'Nothing was lost; the question was asked again.'),
        severity: 'warning',
      }),
  });
  if (outcome.kind === 'failed') reporter.emit(problemOf(source, outcome.message, outcome.fix));
  if (outcome.kind !== 'probed') return 2;
  const rows = summarize(probes, outcome.reports);
  for (const row of rows) reporter.emit(probeEvent(id, row));
  const violated = rows.filter(({ verdict }) => verdict === 'violated').length;
  const held = rows.filter(({ verdict }) => verdict === 'holds').length;
  reporter.note(
    `  ${id}: ${held} hold, ${violated} violated, ${rows.length - held - violated} not measured, on ${structures.length} structures in ${predictions.traits.precision}`,
  );
  return violated > 0 ? 1 : held === 0 ? 2 : 0;
}

const problemOf = ({ file }: OracleSource, message: string, fix: string): Problem => ({
  kind: 'problem',
  severity: 'error',
  file,
  line: null,
  message,
  fix,
});
