import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Checked, Problem } from '../core/problem.ts';
import { takeLock, type LockOutcome } from './log-lock.ts';
import { readLines } from './log-lines.ts';
import { readIndex, writeIndex } from './observation-index.ts';
import type { Observation } from './observation.ts';
import { ObservationTable } from './observation-table.ts';
import { fromLine, logHeader, logName, toLine, type LogSubject } from './observation-line.ts';
import type { Shard } from './shards/shard.ts';

/** Thrown when the log can no longer be written; carries what to tell the user. */
export class LogError extends Error {
  override readonly name = 'LogError';
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

/** A beginning of a log that is on the disk: whole lines, and the observations on them. */
export interface LogExtent {
  readonly bytes: number;
  readonly observations: number;
}

/** An open observation log; see `openObservationLog`. */
export interface ObservationLog {
  readonly path: string;
  /** What of it is on the disk. */
  readonly extent: LogExtent;
  /** Observations in the log. */
  readonly size: number;
  has(id: string): boolean;
  get(id: string): Observation | undefined;
  /** Adds an observation unless its id is known. It is durable once a later `flush` has resolved. */
  add(id: string, observation: Observation): void;
  /** Writes everything added so far and forces it to the disk. @throws LogError, with the log cut back to whole lines. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

function problem(file: string, message: string, fix: string): Problem {
  return { kind: 'problem', severity: 'error', file, line: null, message, fix };
}

function writeProblem(path: string, error: unknown): Problem {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? problem(
        path,
        `The disk is full (${code}); observations can no longer be stored.`,
        'Free some space and run the command again: what is stored is kept and not computed anew.',
      )
    : problem(
        path,
        `The observation log cannot be written (${code}).`,
        'Check the folder and its permissions, and run the command again.',
      );
}

const readProblem = (path: string, code = 'unknown error'): Problem =>
  problem(path, `The observation log cannot be read (${code}).`, 'Check the folder and its permissions.');

interface LoadedLog {
  readonly table: ObservationTable;
  /** Bytes of whole, undamaged lines. */
  readonly length: number;
  /** Of these, observations that the index holds. */
  readonly indexed: number;
}

async function load(handle: FileHandle, header: string, path: string): Promise<LoadedLog | Problem> {
  const index = await readIndex(path, handle);
  const table = index?.table ?? new ObservationTable();
  const indexed = table.size;
  let good = 0;
  let first = true;
  if (index !== null) {
    const { buffer } = await handle.read(Buffer.alloc(Buffer.byteLength(header)), 0, Buffer.byteLength(header), 0);
    first = buffer.toString('utf8') !== header;
    good = first ? 0 : index.length;
  }
  for await (const { text, end } of readLines(handle, good)) {
    if (first) {
      if (`${text}\n` !== header) {
        return problem(
          path,
          'This file is not the observation log that its name says.',
          'Move it away or delete it; it will be made anew.',
        );
      }
      first = false;
    } else {
      const entry = fromLine(text);
      // A line torn by a crash, or a block the disk lost: everything from here on is computed anew.
      if (entry === null) break;
      table.add(entry.id, entry.observation);
    }
    good = end;
  }
  return { table, length: good, indexed };
}

/** New observations after which the index is written while a sweep runs, and when a log is closed. */
const INDEX_EVERY = 25_000;
const INDEX_FROM = 2_000;

/** Between two looks at a lock that somebody else has. */
const PATIENCE_STEP_MS = 1000;

/** Takes the lock, waiting for it as long as patience lasts: the owner may be about to end, or be dead on another machine. */
async function takePatiently(path: string, patienceMs: number, signal?: AbortSignal): Promise<LockOutcome> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const lock = await takeLock(path);
    if (lock.kind === 'locked' || performance.now() >= until || signal?.aborted === true) return lock;
    await wait(PATIENCE_STEP_MS, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}

/**
 * Opens the observation log of a subject in a folder, making both where they are missing. The log is JSON lines, append
 * only: a header, then one line per structure with every number that any criterion needs. Killing the process at any
 * instant leaves whole lines and at most one torn one, which is cut off here. A lock file keeps other processes out.
 * @param folder absolute path.
 * @param shard opens the log of that part of the pool alone.
 * @param patience how long to wait for a log that another process has.
 */
export async function openObservationLog(
  folder: string,
  subject: LogSubject,
  shard?: Shard,
  patience: { readonly ms: number; readonly signal?: AbortSignal | undefined } = { ms: 0 },
): Promise<Checked<ObservationLog>> {
  const header = logHeader(subject, shard);
  const name = logName(subject, shard);
  const path = join(folder, name);
  let handle: FileHandle;
  let lock: LockOutcome;
  try {
    await mkdir(folder, { recursive: true });
    lock = await takePatiently(`${path}.lock`, patience.ms, patience.signal);
    if (lock.kind === 'held') {
      const message = `Another sweep of this model is running (process ${lock.pid} on ${lock.host}).`;
      return {
        kind: 'rejected',
        problems: [problem(path, message, `Wait for it to end, or delete ${name}.lock if no such process runs.`)],
      };
    }
    handle = await open(path, 'a+');
    await handle.close();
    handle = await open(path, 'r+');
  } catch (error) {
    return { kind: 'rejected', problems: [writeProblem(path, error)] };
  }
  const release = lock.release;

  let length: number;
  let table: ObservationTable;
  let indexed: number;
  try {
    const loaded = await load(handle, header, path);
    if ('kind' in loaded) {
      await handle.close();
      await release();
      return { kind: 'rejected', problems: [loaded] };
    }
    ({ length, table, indexed } = loaded);
    await handle.truncate(length);
  } catch (error) {
    await handle.close();
    await release();
    return { kind: 'rejected', problems: [writeProblem(path, error)] };
  }

  let waiting: string[] = length === 0 ? [header] : [];
  let onDisk = table.size;
  let writing: Promise<void> = Promise.resolve();
  let broken: LogError | null = null;

  /** Called when the log holds what the table holds, or some lines less. */
  async function index(): Promise<void> {
    if (waiting.length > 0) return;
    indexed = table.size;
    await writeIndex(path, handle, table, length);
  }

  async function writeWaiting(): Promise<void> {
    if (broken !== null) throw broken;
    if (waiting.length === 0) return;
    const bytes = Buffer.from(waiting.join(''));
    const observations = table.size;
    waiting = [];
    try {
      let written = 0;
      while (written < bytes.length) {
        written += (await handle.write(bytes, written, bytes.length - written, length + written)).bytesWritten;
      }
      await handle.datasync();
      length += bytes.length;
      onDisk = observations;
      if (table.size - indexed - waiting.length >= INDEX_EVERY) await index();
    } catch (error) {
      await handle.truncate(length).catch(() => undefined);
      broken = new LogError(writeProblem(path, error));
      throw broken;
    }
  }

  const log: ObservationLog = {
    path,
    get extent() {
      return { bytes: length, observations: onDisk };
    },
    get size() {
      return table.size;
    },
    has: (id) => table.has(id),
    get: (id) => table.get(id),
    add(id, observation) {
      if (table.add(id, observation)) waiting.push(toLine(id, observation));
    },
    flush() {
      const flushed = writing.then(writeWaiting);
      writing = flushed.catch(() => undefined);
      return flushed;
    },
    async close() {
      try {
        if (broken === null) await log.flush();
        if (broken === null && table.size - indexed >= INDEX_FROM) await index();
      } finally {
        await handle.close();
        await release();
      }
    },
  };
  return { kind: 'ok', value: log, warnings: [] };
}

/**
 * The observations of a log as they stand, read without its lock: another process may be writing to it, and what it has
 * not finished is not among them. Empty where there is no such log.
 */
export async function readObservations(
  folder: string,
  subject: LogSubject,
): Promise<Checked<Pick<ObservationLog, 'get' | 'size'>>> {
  const path = join(folder, logName(subject));
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { kind: 'ok', value: new ObservationTable(), warnings: [] };
    return { kind: 'rejected', problems: [readProblem(path, code)] };
  }
  try {
    const loaded = await load(handle, logHeader(subject), path);
    if ('kind' in loaded) return { kind: 'rejected', problems: [loaded] };
    return { kind: 'ok', value: loaded.table, warnings: [] };
  } catch (error) {
    return { kind: 'rejected', problems: [readProblem(path, (error as NodeJS.ErrnoException).code)] };
  } finally {
    await handle.close();
  }
}
