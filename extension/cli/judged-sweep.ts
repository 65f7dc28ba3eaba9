import path from 'node:path';
import { judge, type FailureCriterion, type ReferenceKind } from '../core/criterion.ts';
import type { Checked } from '../core/problem.ts';
import type { ProjectModel } from '../core/project.ts';
import { createEvaluator, type Evaluator } from '../sweep/evaluator.ts';
import { readModelFile, type AuditedModel } from '../sweep/model-file.ts';
import type { Observation } from '../sweep/observation.ts';
import type { PoolIndex } from '../sweep/pool-index.ts';
import type { ReferenceIdentity } from '../sweep/reference/reference.ts';
import type { Shard } from '../sweep/shards/shard.ts';
import type { LoadedProject } from './load-project.ts';
import { modelEvent } from './model-event.ts';
import { stateFolder } from './open-pool.ts';
import { openReference } from './open-reference.ts';
import type { Surroundings } from './surroundings.ts';

/** A model that is ready to answer for the structures of a pool. */
export interface JudgedSweep {
  readonly model: AuditedModel;
  readonly evaluator: Evaluator;
  /** Who computes the labels on demand; null where they are those of the data. */
  readonly reference: ReferenceIdentity | null;
  /** The criterion's word on one observation: an error (NaN: no finite prediction), or why there is none. */
  readonly judge: (observation: Observation) => JudgedObservation;
}

export type JudgedObservation =
  | { readonly kind: 'judged'; readonly error: number; readonly failed: boolean }
  | { readonly kind: 'refused'; readonly reason: string };

/** Checks a model, says what was found, and opens the processes that run it. */
export async function openSweep(
  loaded: LoadedProject,
  model: Extract<ProjectModel, { kind: 'onnx' }>,
  pool: PoolIndex,
  workers: number | undefined,
  onProgress: (known: number, total: number) => void,
  around: Surroundings,
  shard?: Shard,
): Promise<Checked<JudgedSweep>> {
  const { reporter, installation } = around;
  const audited = await readModelFile(loaded.folder, model.path);
  if (audited.kind === 'rejected') return audited;
  for (const warning of audited.warnings) reporter.emit(warning);
  reporter.emit(modelEvent(model.id, audited.value));
  const reference = await openReference(loaded, around);
  if (reference.kind === 'rejected') return reference;
  const evaluator = await createEvaluator({
    worker: installation.oracleWorker,
    model: audited.value,
    pool,
    logFolder: path.join(stateFolder(loaded.folder), 'observations'),
    runtime: installation.runtime,
    workers: workers ?? around.processors,
    signal: around.signal,
    ...(shard === undefined ? {} : { shard }),
    ...(reference.value === null ? {} : { reference: reference.value }),
    onProgress,
    onIncident: (what) =>
      reporter.emit({
        kind: 'problem',
        severity: 'warning',
        file: model.path,
        line: null,
        message: what,
        fix: 'Nothing was lost; the structure was tried again.',
      }),
  });
  if (evaluator.kind === 'rejected') {
    await reference.value?.close();
    return evaluator;
  }
  const { failure } = loaded.project;
  const judgeWith = judgement(failure, loaded.project.reference.kind === 'relaxed' ? 'relaxed' : 'data');
  const value: JudgedSweep = {
    model: audited.value,
    evaluator: evaluator.value,
    reference: reference.value?.identity ?? null,
    judge: judgeWith,
  };
  return { kind: 'ok', value, warnings: [] };
}

function judgement(criterion: FailureCriterion, reference: ReferenceKind): JudgedSweep['judge'] {
  return (observation) => {
    if (observation.kind === 'refused') return { kind: 'refused', reason: observation.detail };
    const judged = judge(criterion, reference, observation.measurement);
    if (judged.kind === 'judged') return judged;
    return {
      kind: 'refused',
      reason: `it has no reference ${judged.missing}, which the criterion ${criterion.kind} needs`,
    };
  };
}
