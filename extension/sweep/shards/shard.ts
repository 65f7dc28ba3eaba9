import type { PoolIndex } from '../pool-index.ts';

/** The `index`-th (from 1) of `count` parts of a pool. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** More parts than this would cost more in starting processes and reading files than they save. */
export const MOST_SHARDS = 4096;

/**
 * The index of the shard that a structure belongs to: equal ranges of its content hash, so that neither the order of
 * the data nor the machine matters.
 *
 * @param id 16 hex digits.
 */
export function shardOf(id: string, count: number): number {
  return 1 + Math.floor((Number.parseInt(id.slice(0, 8), 16) * count) / 2 ** 32);
}

/** Rows of the different structures of a shard, or of the whole pool. */
export function rowsOf(pool: PoolIndex, shard: Shard | null): Int32Array {
  const rows: number[] = [];
  for (let row = 0; row < pool.size; row++) {
    if (pool.firstOccurrence[row] !== row) continue;
    if (shard === null || shardOf(pool.id(row), shard.count) === shard.index) rows.push(row);
  }
  return Int32Array.from(rows);
}

/** Ids of the different structures of a pool, those of shard k of `count` at k − 1. */
export function idsByShard(pool: PoolIndex, count: number): string[][] {
  const ids = Array.from({ length: count }, (): string[] => []);
  for (const row of rowsOf(pool, null)) ids[shardOf(pool.id(row), count) - 1]!.push(pool.id(row));
  return ids;
}

/** Reads "3/8", or several of the parts as in "1,3-5/8"; null for anything that is no shard. */
export function parseShards(text: string): Shard[] | null {
  const match = /^([\d,-]{1,65536})\/([1-9]\d{0,3})$/.exec(text);
  if (match === null) return null;
  const count = Number(match[2]);
  if (count > MOST_SHARDS) return null;
  const indices = new Set<number>();
  for (const part of match[1]!.split(',')) {
    const range = /^([1-9]\d{0,3})(?:-([1-9]\d{0,3}))?$/.exec(part);
    if (range === null) return null;
    const [from, to] = [Number(range[1]), Number(range[2] ?? range[1])];
    if (from > to || to > count) return null;
    for (let index = from; index <= to; index++) indices.add(index);
  }
  return [...indices].sort((a, b) => a - b).map((index) => ({ index, count }));
}

/** Shard numbers as `parseShards` and Slurm read them: "1,3-5". */
export function shardRanges(indices: readonly number[]): string {
  const parts: string[] = [];
  for (let from = 0; from < indices.length;) {
    let to = from;
    while (to + 1 < indices.length && indices[to + 1] === indices[to]! + 1) to++;
    parts.push(from === to ? String(indices[from]) : `${indices[from]!}-${indices[to]!}`);
    from = to + 1;
  }
  return parts.join(',');
}
