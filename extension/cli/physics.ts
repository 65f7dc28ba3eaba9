import path from 'node:path';
import { summarize } from '../core/physics/summary.ts';
import { probeStructure, type ProbeReport } from '../core/physics/suite.ts';
import { prototypeCrystals } from '../core/physics/prototypes.ts';
import { probes } from '../core/physics/table.ts';
import type { Checked, Problem } from '../core/problem.ts';
import { randomStream } from '../core/random.ts';
import type { Structure } from '../core/structure.ts';
import { readModelFile, type AuditedModel } from '../sweep/model-file.ts';
import { PoolError } from '../sweep/oracle-pool.ts';
import { chooseStructures } from '../sweep/physics/choose-structures.ts';
import { openProbeOracle } from '../sweep/physics/probe-oracle.ts';
import { structureId } from '../sweep/structure-id.ts';
import type { PhysicsOptions } from './arguments.ts';
import { loadProject, unsupported } from './load-project.ts';
import { modelEvent } from './model-event.ts';
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
  readonly model: AuditedModel;
  readonly structures: readonly Structure[];
  readonly seed: number;
}

/**
 * `pcm physics`: puts models through the probes of physical laws. 0: every law holds as far as it was measured; 1: one is
 * violated; 2: a model could not be run, or nothing at all could be measured.
 * @param target project folder, or an ONNX file, which is probed with simple crystals of its elements.
 */
export async function physics(target: string, options: PhysicsOptions, around: Surroundings): Promise<ExitCode> {
  const { reporter } = around;
  const count = options.structures ?? STRUCTURES;
  const candidates = target.toLowerCase().endsWith('.onnx')
    ? await loneModel(target, count)
    : await modelsOfProject(target, options, count, around);
  if (candidates.kind === 'rejected') {
    candidates.problems.forEach(reporter.emit);
    return 2;
  }
  candidates.warnings.forEach(reporter.emit);
  let worst: ExitCode = 0;
  for (const candidate of candidates.value) {
    const code = await probeModel(candidate, options.workers, around);
    if (around.signal.aborted) return 2;
    worst = Math.max(worst, code) as ExitCode;
  }
  return worst;
}

async function loneModel(target: string, count: number): Promise<Checked<Candidate[]>> {
  const model = await readModelFile(path.dirname(target), path.basename(target));
  if (model.kind === 'rejected') return model;
  const random = randomStream(SEED, 'physics', 'prototypes');
  const structures = prototypeCrystals(model.value.contract.elements, count, random);
  const value = [{ id: path.basename(target, '.onnx'), model: model.value, structures, seed: SEED }];
  return { kind: 'ok', value, warnings: model.warnings };
}

async function modelsOfProject(
  directory: string,
  options: PhysicsOptions,
  count: number,
  around: Surroundings,
): Promise<Checked<Candidate[]>> {
  const loaded = await loadProject(directory, options.config, options.model);
  if (loaded.kind === 'rejected') return loaded;
  const problems = unsupported(loaded.value);
  if (problems.length > 0) return { kind: 'rejected', problems };
  const pool = await openProjectPool(loaded.value, [], around);
  if (pool.kind === 'rejected') return pool;
  const warnings: Problem[] = [];
  const value: Candidate[] = [];
  try {
    const { seed } = loaded.value.project.search;
    for (const { id, kind, ...rest } of loaded.value.models) {
      if (kind !== 'onnx' || !('path' in rest)) continue;
      const model = await readModelFile(loaded.value.folder, rest.path);
      if (model.kind === 'rejected') return model;
      warnings.push(...model.warnings);
      const structures = await chooseStructures(pool.value, model.value.contract.elements, count, seed);
      value.push({ id, model: model.value, structures, seed });
    }
  } finally {
    await pool.value.close();
  }
  return { kind: 'ok', value, warnings };
}

async function probeModel(
  { id, model, structures, seed }: Candidate,
  workers: number | undefined,
  around: Surroundings,
): Promise<ExitCode> {
  const { reporter, installation, signal } = around;
  reporter.emit(modelEvent(id, model));
  if (structures.length === 0) {
    reporter.emit(
      modelProblem(model, 'No structure consists of elements that the model knows.', 'Add data of its elements.'),
    );
    return 2;
  }
  const oracle = openProbeOracle({
    worker: installation.oracleWorker,
    model,
    workers: workers ?? around.processors,
    onIncident: (what) =>
      reporter.emit({
        ...modelProblem(model, what, 'Nothing was lost; the question was asked again.'),
        severity: 'warning',
      }),
  });
  const stop = (): void => void oracle.close();
  signal.addEventListener('abort', stop, { once: true });
  const progress = progressOf(around, id, 'probe', 'probes');
  const reports: ProbeReport[] = [];
  try {
    for (const structure of structures) {
      const setting = { traits: oracle.traits, seed, key: structureId };
      for await (const report of probeStructure(probes, structure, setting, oracle.ask)) {
        reports.push(report);
        progress(reports.length, structures.length * probes.length);
      }
    }
  } catch (error) {
    if (!(error instanceof PoolError)) throw error;
    if (!signal.aborted) {
      const fix = 'Check that the model runs on this machine; "pcm lint" shows what is known about it.';
      reporter.emit(modelProblem(model, error.message, fix));
    }
    return 2;
  } finally {
    signal.removeEventListener('abort', stop);
    await oracle.close();
  }
  const rows = summarize(probes, reports);
  for (const row of rows) reporter.emit(probeEvent(id, row));
  const violated = rows.filter(({ verdict }) => verdict === 'violated').length;
  const held = rows.filter(({ verdict }) => verdict === 'holds').length;
  reporter.note(
    `  ${id}: ${held} hold, ${violated} violated, ${rows.length - held - violated} not measured, on ${structures.length} structures in ${oracle.traits.precision}`,
  );
  return violated > 0 ? 1 : held === 0 ? 2 : 0;
}

const modelProblem = (model: AuditedModel, message: string, fix: string): Problem => ({
  kind: 'problem',
  severity: 'error',
  file: model.path,
  line: null,
  message,
  fix,
});
