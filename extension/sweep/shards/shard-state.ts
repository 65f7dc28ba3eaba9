import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import * as z from 'zod';
import { writeFileAtomically, type WriteOutcome } from '../atomic-file.ts';
import type { PoolIndex } from '../pool-index.ts';
import { MOST_SHARDS } from './shard.ts';

const count = z.number().int().nonnegative();
const stateSchema = z.strictObject({
  format: z.literal('pcm-shard'),
  version: z.literal(1),
  index: z.number().int().positive().max(MOST_SHARDS),
  count: z.number().int().positive().max(MOST_SHARDS),
  /** Whether every structure of the shard is stored. */
  complete: z.boolean(),
  /** Different structures of the shard, and those of them whose observation is in its log. */
  structures: count,
  stored: count,
  failed: count,
  refused: count,
  /** Structures per second of the process that wrote this; null while unknown. */
  rate: z.number().nonnegative().nullable(),
  /** What the shard is a part of; see `poolDigest`. */
  pool: z.string().regex(/^[0-9a-f]{64}$/),
});

/**
 * How far a shard is. Stands beside its log, is replaced as a whole every second while the shard is swept, and says at
 * last that it is complete, so that whoever follows or collects shards need not read their logs.
 */
export type ShardState = Omit<z.infer<typeof stateSchema>, 'format' | 'version'>;

/** Largest state file that is read, bytes. */
const LARGEST = 4096;

/** Where the state of a log stands. */
export const statePath = (log: string): string => log.replace(/\.jsonl$/, '.state.json');

export function writeShardState(log: string, state: ShardState): Promise<WriteOutcome> {
  return writeFileAtomically(statePath(log), `${JSON.stringify({ format: 'pcm-shard', version: 1, ...state })}\n`);
}

/** The state beside a log; null where there is none that can be read. */
export async function readShardState(log: string): Promise<ShardState | null> {
  try {
    const path = statePath(log);
    if ((await stat(path)).size > LARGEST) return null;
    return stateSchema.parse(JSON.parse(await readFile(path, 'utf8')));
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
