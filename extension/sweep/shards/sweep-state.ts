import { createHash } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import * as z from 'zod';
import { restoredSketch, sketchSchema, storedSketch } from '../../core/statistics/quantile-sketch.ts';
import { writeFileAtomically, type WriteOutcome } from '../atomic-file.ts';
import type { LogExtent } from '../observation-log.ts';
import type { PoolIndex } from '../pool-index.ts';
import { MOST_SHARDS, type Shard } from './shard.ts';
import type { SweepTally } from './sweep-tally.ts';

const count = z.number().int().nonnegative();
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const shardNumber = z.number().int().positive().max(MOST_SHARDS);
const stateSchema = z.strictObject({
  format: z.literal('pcm-sweep-state'),
  version: z.literal(1),
  /** Null for a sweep of the whole pool. */
  shard: z.strictObject({ index: shardNumber, count: shardNumber }).nullable(),
  complete: z.boolean(),
  structures: count,
  stored: count,
  failed: count,
  refused: count,
  errors: sketchSchema,
  rate: z.number().nonnegative().nullable(),
  pool: digest,
  criterion: digest,
  log: z.strictObject({ bytes: count, observations: count, end: digest }),
});

/**
 * How far a sweep is, and what it has found. Stands beside its log and is replaced as a whole every second while the
 * sweep goes on, so that whoever looks on, follows or collects need not read logs. It never says more than the log holds.
 */
export interface SweepState {
  readonly shard: Shard | null;
  /** Whether every structure is stored. */
  readonly complete: boolean;
  readonly tally: SweepTally;
  /** Structures per second of the process that wrote this; null while unknown. */
  readonly rate: number | null;
  /** The structures that are swept, or that the shard is a part of; see `poolDigest`. */
  readonly pool: string;
  /** Hash of what decides which observations are counterexamples. */
  readonly criterion: string;
  /** The part of the log that was on the disk when this was written. */
  readonly log: LogExtent;
}

/** Largest state file that is read, bytes. */
const LARGEST = 65_536;
/** How much of a log's end tells it from other logs, bytes. */
const END = 4096;

/** Where the state of a log stands. */
export const statePath = (log: string): string => log.replace(/\.jsonl$/, '.state.json');

/** Hash of the last bytes of the first `length` of a file; null where it is shorter. */
async function endOf(file: string, length: number): Promise<string | null> {
  const handle = await open(file, 'r');
  try {
    const from = Math.max(0, length - END);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length - from), 0, length - from, from);
    return bytesRead === length - from ? createHash('sha256').update(buffer).digest('hex') : null;
  } finally {
    await handle.close();
  }
}

/** @param log path of the log that the state is about; what it is said to hold must be on the disk. */
export async function writeSweepState(log: string, state: SweepState): Promise<WriteOutcome> {
  const { tally, log: extent, ...rest } = state;
  const end = await endOf(log, extent.bytes).catch(() => null);
  if (end === null) return { kind: 'failed', message: 'The log was cut or removed.', fix: 'Run the command again.' };
  const { errors, ...counts } = tally;
  const content = {
    format: 'pcm-sweep-state',
    version: 1,
    ...rest,
    ...counts,
    errors: storedSketch(errors),
    log: { ...extent, end },
  };
  return writeFileAtomically(statePath(log), `${JSON.stringify(content)}\n`);
}

/** The state beside a log; null where there is none that can be read, or it is about another log or one that was cut. */
export async function readSweepState(log: string): Promise<SweepState | null> {
  try {
    const path = statePath(log);
    if ((await stat(path)).size > LARGEST) return null;
    const parsed = stateSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    const { bytes, observations, end } = parsed.log;
    if ((await endOf(log, bytes)) !== end) return null;
    const { shard, complete, structures, stored, failed, refused, errors, rate, pool, criterion } = parsed;
    const tally = { structures, stored, failed, refused, errors: restoredSketch(errors) };
    return { shard, complete, tally, rate, pool, criterion, log: { bytes, observations } };
  } catch {
    return null;
  }
}

/** Hash of the set of structures of a pool: the same for the same structures in any order, and any number of times. */
export function poolDigest(pool: PoolIndex): string {
  const ids: string[] = [];
  for (let row = 0; row < pool.size; row++) if (pool.firstOccurrence[row] === row) ids.push(pool.id(row));
  const hash = createHash('sha256');
  for (const id of ids.sort()) hash.update(id);
  return hash.digest('hex');
}
