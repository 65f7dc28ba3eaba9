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

/** Reads "3/8"; null for anything that is no shard. */
export function parseShard(text: string): Shard | null {
  const match = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text);
  if (match === null) return null;
  const [index, count] = [Number(match[1]), Number(match[2])];
  return index <= count && count <= MOST_SHARDS ? { index, count } : null;
}
