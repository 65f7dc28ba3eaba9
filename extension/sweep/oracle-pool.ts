import { fork, type ChildProcess } from 'node:child_process';
import type { Prediction } from '../core/criterion.ts';
import type { Crystal } from './graph-batch.ts';
import type { ModelContract } from './model-contract.ts';
import { fromWorkerSchema, packCrystals, unpackPredictions, type PredictedMessage } from './oracle-messages.ts';
import { ordinaryManner, type OracleManner, type OracleSettings } from './oracle-settings.ts';

export interface PoolOptions {
  /** Path of the bundled `oracle-worker`. */
  readonly worker: string;
  /** Absolute path of the model, and the sha-256 its bytes must have (null: not checked). */
  readonly model: string;
  readonly sha256: string | null;
  readonly contract: ModelContract;
  readonly settings: OracleSettings;
  /** `ordinaryManner` unless given. */
  readonly manner?: OracleManner;
  /** Number of child processes, ≥ 1. */
  readonly workers: number;
  /** A chunk may take `base + perStructure × structures` milliseconds before its worker is killed. */
  readonly timeLimit?: { readonly baseMs: number; readonly perStructureMs: number };
  /** Called with a sentence whenever a worker was lost and replaced. */
  readonly onIncident?: (what: string) => void;
}

export interface PoolStatistics {
  /** Milliseconds inside ONNX Runtime, summed over the workers. */
  insideMs: number;
  restarts: number;
}

export class PoolError extends Error {
  override readonly name = 'PoolError';
}

/** Answers chunks of crystals in any order; see `openPool`. */
export interface OraclePool {
  readonly workers: number;
  readonly statistics: Readonly<PoolStatistics>;
  /** Predictions of one chunk. @throws PoolError if the model cannot be loaded, workers keep dying, or after `close`. */
  predict(crystals: readonly Crystal[]): Promise<Prediction[]>;
  close(): Promise<void>;
}

interface Job {
  readonly crystals: readonly Crystal[];
  /** Workers lost while this job was the one they worked on. */
  losses: number;
  /** A worker was lost over these crystals before: nothing else shares a worker with them, so that blame is certain. */
  readonly suspect: boolean;
  resolve(predictions: Prediction[]): void;
  reject(error: PoolError): void;
}

interface Worker {
  readonly child: ChildProcess;
  ready: boolean;
  /** Sent and not yet answered; the first is being worked on. */
  readonly inFlight: { readonly chunk: number; readonly job: Job }[];
  timer: NodeJS.Timeout | null;
  timedOut: boolean;
  stderr: string;
}

/** Two chunks per worker: one is worked on while the other waits in the pipe. */
const IN_FLIGHT = 2;
const LOAD_LIMIT_MS = 120_000;
/** So many workers lost in a row, without one chunk answered in between, and the pool gives up. */
const MOST_LOSSES_IN_A_ROW = 30;
const defaultTimeLimit = { baseMs: 60_000, perStructureMs: 30_000 };

/**
 * Child processes that run one model. A worker that dies or hangs is replaced: the chunk it was working on is given to
 * another one once more as a whole, then structure by structure, and a structure that twice takes a worker with it
 * alone is answered as `crashed` or `timed-out`. What a worker had only waiting in its pipe is handed on unharmed.
 */
export function openPool(options: PoolOptions): OraclePool {
  const limit = options.timeLimit ?? defaultTimeLimit;
  const statistics: PoolStatistics = { insideMs: 0, restarts: 0 };
  const waiting: Job[] = [];
  const suspects: Job[] = [];
  const workers = new Set<Worker>();
  let nextChunk = 0;
  let lossesInARow = 0;
  let closed: PoolError | null = null;

  function stop(error: PoolError): void {
    closed ??= error;
    for (const worker of workers) {
      for (const { job } of worker.inFlight.splice(0)) job.reject(closed);
      if (worker.timer !== null) clearTimeout(worker.timer);
      worker.child.kill('SIGKILL');
    }
    for (const job of [...waiting.splice(0), ...suspects.splice(0)]) job.reject(closed);
  }

  function watch(worker: Worker): void {
    if (worker.timer !== null) clearTimeout(worker.timer);
    worker.timer = null;
    const first = worker.inFlight[0];
    if (worker.ready && first === undefined) return;
    const ms = worker.ready ? limit.baseMs + limit.perStructureMs * first!.job.crystals.length : LOAD_LIMIT_MS;
    worker.timer = setTimeout(() => {
      worker.timedOut = true;
      worker.child.kill('SIGKILL');
    }, ms);
  }

  function feed(): void {
    for (let depth = 0; depth < IN_FLIGHT; depth++) {
      for (const worker of workers) {
        if (!worker.ready || worker.inFlight.length !== depth) continue;
        if (worker.inFlight.some(({ job }) => job.suspect)) continue;
        const job = depth === 0 ? (suspects.shift() ?? waiting.shift()) : waiting.shift();
        if (job === undefined) continue;
        const chunk = nextChunk++;
        worker.inFlight.push({ chunk, job });
        worker.child.send({ kind: 'predict', chunk, crystals: packCrystals(job.crystals) }, () => undefined);
        if (worker.inFlight.length === 1) watch(worker);
      }
    }
  }

  function answer(worker: Worker, message: PredictedMessage): void {
    const first = worker.inFlight[0];
    const sizes = first?.job.crystals.map((crystal) => crystal.species.length) ?? [];
    const predictions = first?.chunk === message.chunk ? unpackPredictions(message, sizes) : null;
    if (first === undefined || predictions === null) {
      // An answer to nothing, or of the wrong size: the worker is out of its mind.
      worker.child.kill('SIGKILL');
      return;
    }
    worker.inFlight.shift();
    lossesInARow = 0;
    statistics.insideMs += message.insideMs;
    watch(worker);
    feed();
    first.job.resolve(predictions);
  }

  /** Decides what becomes of the chunk a lost worker was working on. */
  function afterLoss(job: Job, reason: 'crashed' | 'timed-out', detail: string): void {
    job.losses++;
    if (job.losses < 2) {
      suspects.unshift({ ...job, suspect: true });
    } else if (job.crystals.length === 1) {
      job.resolve([{ kind: 'failed', reason, detail }]);
    } else {
      const answers = job.crystals.map(
        (crystal) =>
          new Promise<Prediction[]>((resolve, reject) =>
            suspects.push({ crystals: [crystal], losses: 0, suspect: true, resolve, reject }),
          ),
      );
      Promise.all(answers).then(
        (parts) => job.resolve(parts.flat()),
        (error: unknown) => job.reject(error instanceof PoolError ? error : new PoolError(String(error))),
      );
    }
  }

  function lost(worker: Worker, code: number | null, signal: string | null): void {
    workers.delete(worker);
    if (worker.timer !== null) clearTimeout(worker.timer);
    if (closed !== null) return;
    const how = worker.timedOut
      ? 'did not answer in time and was killed'
      : `ended with ${signal ?? `exit code ${code ?? '?'}`}`;
    const lines = worker.stderr.trim().split('\n');
    const said = (lines.find((line) => line.includes('Error')) ?? lines.at(-1) ?? '').slice(0, 200);
    const detail = `the model's process ${how}${said === '' ? '' : `: ${said}`}`;
    lossesInARow++;
    if (lossesInARow > MOST_LOSSES_IN_A_ROW || (!worker.ready && lossesInARow >= 3)) {
      stop(new PoolError(`The model cannot be run: ${detail}, ${lossesInARow} times in a row.`));
      return;
    }
    statistics.restarts++;
    options.onIncident?.(`A worker was replaced: ${detail}.`);
    const [first, ...rest] = worker.inFlight.splice(0);
    for (const { job } of rest.reverse()) waiting.unshift(job);
    if (first !== undefined) afterLoss(first.job, worker.timedOut ? 'timed-out' : 'crashed', detail);
    start();
    feed();
  }

  function start(): void {
    const child = fork(options.worker, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
      // In an editor's extension host process.execPath is Electron; this makes it behave as Node.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', OMP_NUM_THREADS: '1' },
    });
    const worker: Worker = { child, ready: false, inFlight: [], timer: null, timedOut: false, stderr: '' };
    workers.add(worker);
    child.stderr
      ?.setEncoding('utf8')
      .on('data', (text: string) => (worker.stderr = (worker.stderr + text).slice(-2000)));
    let over = false;
    const end = (code: number | null, signal: string | null): void => {
      if (over) return;
      over = true;
      lost(worker, code, signal);
    };
    child.on('exit', end);
    child.on('error', (error) => {
      worker.stderr += error.message;
      if (child.pid === undefined) end(null, null);
    });
    child.on('message', (raw) => {
      if (over || closed !== null) return;
      const parsed = fromWorkerSchema.safeParse(raw);
      if (!parsed.success) child.kill('SIGKILL');
      else if (parsed.data.kind === 'predicted') answer(worker, parsed.data);
      else if (parsed.data.kind === 'rejected')
        stop(new PoolError(`ONNX Runtime cannot load the model: ${parsed.data.message}`));
      else {
        worker.ready = true;
        watch(worker);
        feed();
      }
    });
    watch(worker);
    const { model, sha256, contract, settings, manner = ordinaryManner } = options;
    child.send({ kind: 'load', model, sha256, contract, settings, manner }, () => undefined);
  }

  for (let k = 0; k < options.workers; k++) start();

  return {
    workers: options.workers,
    statistics,
    predict: (crystals) =>
      new Promise((resolve, reject) => {
        if (closed !== null) reject(closed);
        else if (crystals.length === 0) resolve([]);
        else {
          waiting.push({ crystals, losses: 0, suspect: false, resolve, reject });
          feed();
        }
      }),
    async close() {
      const ended = [...workers].map(({ child }) => new Promise((resolve) => child.once('exit', resolve)));
      stop(new PoolError('The sweep was stopped.'));
      await Promise.all(ended);
    },
  };
}
