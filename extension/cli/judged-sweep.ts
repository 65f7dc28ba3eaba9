import { createHash } from 'node:crypto';
import { canonicalJson } from '../core/canonical-json.ts';
import { judge } from '../core/criterion.ts';
import type { Checked } from '../core/problem.ts';
import type { ProjectModel } from '../core/project-models.ts';
import { createEvaluator, type Evaluator } from '../sweep/evaluator.ts';
import type { Observation } from '../sweep/observation.ts';
import type { OracleSource } from '../sweep/oracles/oracle-source.ts';
import type { PoolIndex } from '../sweep/pool-index.ts';
import type { ReferenceIdentity } from '../sweep/reference/reference.ts';
import type { Shard } from '../sweep/shards/shard.ts';
import type { JudgedObservation } from '../sweep/shards/sweep-tally.ts';
import type { LoadedProject } from './load-project.ts';
import { modelEvent } from './model-event.ts';
import { openOracle } from './open-oracle.ts';
import { openReference } from './open-reference.ts';
import { logFolder } from './sweep-subject.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * A task that a cluster begins anew, perhaps on another machine, may find the lock of its predecessor, which counts as
 * dead when it has been silent for two minutes.
 */
const SHARD_PATIENCE_MS = 150_000;

/** A model that is ready to answer for the structures of a pool. */
export interface JudgedSweep {
  readonly source: OracleSource;
  readonly evaluator: Evaluator;
  /** Who computes the labels on demand; null where they are those of the data. */
  readonly reference: ReferenceIdentity | null;
  /** Atomic numbers for which it computes them; null where it does not say, or nobody computes. */
  readonly referenceElements: readonly number[] | null;
  readonly judge: (observation: Observation) => JudgedObservation;
}

/** Checks a model, says what was found, and opens the processes that run it. */
export async function openSweep(
  loaded: LoadedProject,
  model: ProjectModel,
  pool: PoolIndex,
  workers: number | undefined,
  onProgress: (known: number, total: number) => void,
  around: Surroundings,
  shard?: Shard,
): Promise<Checked<JudgedSweep>> {
  const { reporter, installation } = around;
  const source = await openOracle(loaded, model, around);
  if (source.kind === 'rejected') return source;
  for (const warning of source.warnings) reporter.emit(warning);
  reporter.emit(modelEvent(model.id, source.value));
  const reference = await openReference(loaded, around);
  if (reference.kind === 'rejected') return reference;
  const evaluator = await createEvaluator({
    worker: installation.oracleWorker,
    model: source.value,
    pool,
    logFolder: logFolder(loaded),
    runtime: installation.runtime,
    workers: workers ?? source.value.workers ?? around.processors,
    signal: around.signal,
    ...(shard === undefined ? {} : { shard, patienceMs: SHARD_PATIENCE_MS }),
    ...(reference.value === null ? {} : { reference: reference.value }),
    onProgress,
    onIncident: (what) =>
      reporter.emit({
        kind: 'problem',
        severity: 'warning',
        file: source.value.file,
        line: null,
        message: what,
        fix: 'Nothing was lost; the structure was tried again.',
      }),
  });
  if (evaluator.kind === 'rejected') {
    await reference.value?.close();
    return evaluator;
  }
  const value: JudgedSweep = {
    source: source.value,
    evaluator: evaluator.value,
    reference: reference.value?.identity ?? null,
    referenceElements: reference.value?.elements ?? null,
    judge: judgementOf(loaded),
  };
  return { kind: 'ok', value, warnings: [] };
}

/** Hash of what decides a project's judgement of an observation. */
export function criterionDigest({ project }: LoadedProject): string {
  const decisive = canonicalJson({ failure: project.failure, relaxed: project.reference.kind === 'relaxed' });
  return createHash('sha256').update(decisive).digest('hex');
}

/** What a project's criterion says of an observation. */
export function judgementOf({ project }: LoadedProject): JudgedSweep['judge'] {
  const { failure: criterion } = project;
  const reference = project.reference.kind === 'relaxed' ? 'relaxed' : 'data';
  return (observation) => {
    if (observation.kind === 'refused') return { kind: 'refused', reason: observation.detail };
    const judged = judge(criterion, reference, observation.measurement);
    if (judged.kind === 'judged') return judged;
    const why = observation.detail === '' ? '' : `: ${observation.detail}`;
    return {
      kind: 'refused',
      reason: `it has no ${judged.missing}, which the criterion ${criterion.kind} needs${why}`,
    };
  };
}
