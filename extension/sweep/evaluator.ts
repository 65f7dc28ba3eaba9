import type { Checked, Problem } from '../core/problem.ts';
import type { Structure } from '../core/structure.ts';
import { planGroups } from './batch-plan.ts';
import type { AuditedModel } from './model-file.ts';
import {
  LogError,
  openObservationLog,
  readObservations,
  type LogExtent,
  type ObservationLog,
} from './observation-log.ts';
import type { Observation } from './observation.ts';
import { PoolError } from './oracle-pool.ts';
import { defaultOracleSettings, type OracleSettings } from './oracle-settings.ts';
import { memoryLog } from './oracles/memory-log.ts';
import { onnxSource } from './oracles/onnx-source.ts';
import { OracleError, type OracleSource, type StructureOracle } from './oracles/oracle-source.ts';
import type { PoolIndex } from './pool-index.ts';
import { labelling } from './reference/labels-on-demand.ts';
import type { Reference } from './reference/reference.ts';
import { inheritObservations } from './shards/inherit.ts';
import { rowsOf, type Shard } from './shards/shard.ts';

export interface EvaluatorOptions {
  /** Path of the bundled `oracle-worker`, which runs ONNX models. */
  readonly worker: string;
  /** An ONNX model, or any other oracle. */
  readonly model: AuditedModel | OracleSource;
  readonly pool: PoolIndex;
  /** Folder of the observation logs. */
  readonly logFolder: string;
  /** Name and version of the runtime that the workers load; other oracles name theirs. */
  readonly runtime: string;
  /** Child processes, ≥ 1. The results do not depend on it. */
  readonly workers: number;
  readonly settings?: OracleSettings;
  /** Computes the labels of every structure, in place of those in the data, and is closed with this. Its answers get a log of their own. */
  readonly reference?: Reference;
  /** Stores the answers in the log of this shard, which gets what the log of the whole holds of it; which rows are asked is the caller's choice. */
  readonly shard?: Shard;
  /** How long to wait for a log that another process has, ms; 0 unless given. */
  readonly patienceMs?: number;
  readonly timeLimit?: { readonly baseMs: number; readonly perStructureMs: number };
  readonly signal?: AbortSignal;
  /** Called after each chunk: structures of the running request that are known, and how many it has. */
  readonly onProgress?: (known: number, total: number) => void;
  /** Called when a worker was lost and replaced, or a stored observation could not be reproduced. */
  readonly onIncident?: (what: string) => void;
}

export interface SweepStatistics {
  /** Structures put to the model by this process; stored ones are not asked again. */
  readonly evaluated: number;
  /** Seconds inside the oracle summed over workers, and seconds of wall time spent waiting for predictions. */
  readonly insideSeconds: number;
  readonly wallSeconds: number;
  readonly workers: number;
  readonly restarts: number;
}

/** One result of a request, in its order; the last item may say why there are no more. */
export type SweepItem =
  | { readonly kind: 'observed'; readonly row: number; readonly observation: Observation }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'problem'; readonly problem: Problem };

export type EvaluateOutcome =
  | { readonly kind: 'done'; readonly observations: readonly Observation[] }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** Answers what a model does with structures of a pool; see `createEvaluator`. */
export interface Evaluator {
  /** Observations in the order of `rows`. */
  evaluate(rows: ArrayLike<number>): Promise<EvaluateOutcome>;
  /** The same one by one, for requests of any length. */
  stream(rows: ArrayLike<number>): AsyncGenerator<SweepItem>;
  /** The observation of a row, if it is known without asking. */
  stored(row: number): Observation | undefined;
  /** Brings all that is known to the disk. Null where answers are not logged. @throws LogError */
  secure(): Promise<(LogExtent & { readonly path: string }) | null>;
  statistics(): SweepStatistics;
  close(): Promise<void>;
}

/** A chunk is what one message carries: small enough that little is lost or idle at the end, large enough to be cheap. */
const CHUNK = { structures: 32, weight: 256 };
/** Where labels are computed: the answers about one structure do not wait for the labels of others. */
const CHUNK_ON_DEMAND = { structures: 1, weight: 1 };
/** Chunks under way per worker, so that reading files never leaves one without work. */
const CHUNKS_PER_WORKER = 4;

/** Carries a problem out of the nested steps of one request; never leaves this module. */
class Interrupted extends Error {
  constructor(readonly problem: Problem | null) {
    super(problem?.message ?? 'stopped');
  }
}

/** Rows of a request that have to be computed, each content once, cut into chunks. */
function planChunks(
  rows: ArrayLike<number>,
  pool: PoolIndex,
  log: ObservationLog,
  settings: OracleSettings,
  onDemand: boolean,
): Int32Array[] {
  const alone = settings.structuresPerCall === 1;
  const seen = new Set<number>();
  const pending: number[] = [];
  for (let k = 0; k < rows.length; k++) {
    const row = pool.firstOccurrence[rows[k]!]!;
    if (seen.has(row)) continue;
    seen.add(row);
    // With several structures per call a result depends on its neighbours, so a chunk is computed whole or not at all.
    if (!alone || !log.has(pool.id(row))) pending.push(row);
  }
  const chunks: Int32Array[] = [];
  let start = 0;
  for (const end of planGroups(
    pending.map((row) => pool.atoms(row)),
    alone && onDemand ? CHUNK_ON_DEMAND : CHUNK,
  )) {
    const chunk = Int32Array.from(pending.slice(start, end));
    if (chunk.some((row) => !log.has(pool.id(row)))) chunks.push(chunk);
    start = end;
  }
  return chunks;
}

const LONGEST_REASON = 500;

/** The observation, with the reason why its structure has no labels. */
function explained(observation: Observation, missing: string | null): Observation {
  if (missing === null || observation.kind === 'refused' || observation.detail !== '') return observation;
  return { ...observation, detail: missing.slice(0, LONGEST_REASON) };
}

function sameObservation(a: Observation, b: Observation): boolean {
  if (a.kind === 'refused' || b.kind === 'refused') return a.kind === b.kind;
  const x = a.measurement;
  const y = b.measurement;
  return (
    x.status === y.status &&
    Object.is(x.energy, y.energy) &&
    Object.is(x.forceMagnitude, y.forceMagnitude) &&
    x.forceError === y.forceError &&
    x.law?.law === y.law?.law &&
    Object.is(x.law?.residual, y.law?.residual)
  );
}

/**
 * Puts structures of a pool to a model in child processes and keeps every answer in the observation log. The answers
 * depend neither on the number of workers, nor on crashes, nor on what was stored before.
 */
export async function createEvaluator(options: EvaluatorOptions): Promise<Checked<Evaluator>> {
  const { pool, signal } = options;
  const source =
    'contract' in options.model ? onnxSource(options.model, options.worker, options.runtime) : options.model;
  const settings = options.settings ?? defaultOracleSettings;
  const { reference } = options;
  const subject = {
    modelSha256: source.identity.sha256,
    settings,
    runtime: source.runtime,
    ...(reference === undefined ? {} : { referenceSha256: reference.identity.sha256 }),
    ...(source.laws === undefined ? {} : { laws: source.laws }),
  };
  const label = reference === undefined ? null : labelling(reference, signal ?? new AbortController().signal);
  const opened: Checked<ObservationLog> = source.logged
    ? await openObservationLog(options.logFolder, subject, options.shard, { ms: options.patienceMs ?? 0, signal })
    : { kind: 'ok', value: memoryLog(), warnings: [] };
  if (opened.kind === 'rejected') return opened;
  const log = opened.value;
  const underWay = Math.max(CHUNKS_PER_WORKER * options.workers, options.workers + (reference?.lanes ?? 0));
  if (options.shard !== undefined && source.logged) {
    const whole = await readObservations(options.logFolder, subject);
    if (whole.kind === 'rejected') {
      await log.close();
      return whole;
    }
    const ids = Array.from(rowsOf(pool, options.shard), (row) => pool.id(row));
    inheritObservations(log, whole.value, ids);
  }
  let oracles: StructureOracle | null = null;
  let evaluated = 0;
  let wallMs = 0;

  function started(): StructureOracle {
    return (oracles ??= source.open({
      settings,
      workers: options.workers,
      ...(options.timeLimit === undefined ? {} : { timeLimit: options.timeLimit }),
      ...(options.onIncident === undefined ? {} : { onIncident: options.onIncident }),
    }));
  }

  async function readAll(chunk: Int32Array): Promise<Structure[]> {
    const structures: Structure[] = [];
    for (const row of chunk) {
      const structure = await pool.readStructure(row, source.labelKey);
      if (structure === null) {
        const { file, line } = pool.source(row);
        throw new Interrupted({
          kind: 'problem',
          severity: 'error',
          file,
          line,
          message: 'The file changed while it was being tested.',
          fix: 'Run the command again; structures that did not change are not computed anew.',
        });
      }
      structures.push(structure);
    }
    return structures;
  }

  const brokenReference = (why: string | null): Problem => ({
    kind: 'problem',
    severity: 'error',
    file: reference!.file,
    line: null,
    message: `The reference computes nothing any more: ${why ?? 'it does not say why'}.`,
    fix: 'Mend it, and run the command again: what is stored is kept and not computed anew.',
  });

  async function compute(chunk: Int32Array): Promise<void> {
    const stored = await readAll(chunk);
    const labelled = label === null ? null : await Promise.all(stored.map(label));
    if (signal?.aborted === true) throw new Interrupted(null);
    const broken = labelled?.find((each) => each.broken);
    if (broken !== undefined) throw new Interrupted(brokenReference(broken.missing));
    const structures = labelled?.map(({ structure }) => structure) ?? stored;
    const observations = await started().observe(structures);
    evaluated += observations.length;
    observations.forEach((observation, k) => {
      const id = pool.id(chunk[k]!);
      const before = log.get(id);
      if (before !== undefined && !sameObservation(before, observation)) {
        const { file, line } = pool.source(chunk[k]!);
        options.onIncident?.(`The model is not deterministic: ${file}:${line} gave another result than before.`);
      }
      log.add(id, explained(observation, labelled?.[k]?.missing ?? null));
    });
  }

  function toItem(error: unknown): SweepItem {
    if (signal?.aborted === true || (error instanceof Interrupted && error.problem === null))
      return { kind: 'stopped' };
    if (error instanceof Interrupted) return { kind: 'problem', problem: error.problem! };
    if (error instanceof LogError) return { kind: 'problem', problem: error.problem };
    if (error instanceof PoolError) {
      const fix =
        error instanceof OracleError
          ? error.fix
          : 'Check that the model runs on this machine; "pcm lint" shows what is known about it.';
      return {
        kind: 'problem',
        problem: { kind: 'problem', severity: 'error', file: source.file, line: null, message: error.message, fix },
      };
    }
    throw error;
  }

  async function* stream(rows: ArrayLike<number>): AsyncGenerator<SweepItem> {
    const chunks = planChunks(rows, pool, log, settings, reference !== undefined);
    const chunkOf = new Map<number, number>();
    chunks.forEach((chunk, c) => chunk.forEach((row) => chunkOf.set(row, c)));
    const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const from = performance.now();
    const running = new Map<number, Promise<void>>();
    let begun = 0;
    let known = rows.length - total;
    let flushing: Promise<void> = Promise.resolve();
    const startMore = (): void => {
      while (begun < chunks.length && running.size < underWay) {
        const c = begun++;
        const done = compute(chunks[c]!).then(() => {
          known += chunks[c]!.length;
          options.onProgress?.(Math.min(known, rows.length), rows.length);
          flushing = log.flush();
          flushing.catch(() => undefined);
        });
        done.catch(() => undefined);
        running.set(c, done);
      }
    };
    try {
      for (let k = 0; k < rows.length; k++) {
        const row = rows[k]!;
        const first = pool.firstOccurrence[row]!;
        const c = chunkOf.get(first);
        if (c !== undefined) {
          startMore();
          const done = running.get(c);
          if (done !== undefined) {
            await done;
            running.delete(c);
            startMore();
          }
        }
        yield { kind: 'observed', row, observation: log.get(pool.id(first))! };
      }
      await Promise.all(running.values());
      await flushing;
      await log.flush();
    } catch (error) {
      await Promise.allSettled(running.values());
      await log.flush().catch(() => undefined);
      yield toItem(error);
    } finally {
      if (total > 0) wallMs += performance.now() - from;
    }
  }

  const stop = (): void => void oracles?.close();
  signal?.addEventListener('abort', stop, { once: true });

  return {
    kind: 'ok',
    warnings: [],
    value: {
      stream,
      async evaluate(rows) {
        const observations: Observation[] = [];
        for await (const item of stream(rows)) {
          if (item.kind !== 'observed') return item;
          observations.push(item.observation);
        }
        return { kind: 'done', observations };
      },
      stored: (row) => log.get(pool.id(row)),
      async secure() {
        if (!source.logged) return null;
        await log.flush();
        return { path: log.path, ...log.extent };
      },
      statistics: () => ({
        evaluated,
        insideSeconds: (oracles?.statistics.insideMs ?? 0) / 1000,
        wallSeconds: wallMs / 1000,
        workers: options.workers,
        restarts: oracles?.statistics.restarts ?? 0,
      }),
      async close() {
        signal?.removeEventListener('abort', stop);
        await oracles?.close();
        await reference?.close();
        await log.close();
      },
    },
  };
}
