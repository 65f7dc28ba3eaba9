import type { FoundLog } from './shard-logs.ts';

export interface ShardStatus {
  readonly index: number;
  readonly count: number;
  readonly state: 'complete' | 'incomplete' | 'missing';
  /** Structures in its log, and in the shard; null while unknown. */
  readonly stored: number;
  readonly structures: number | null;
  readonly failed: number | null;
  readonly rate: number | null;
}

/** Which shards there are. Shards of different counts, or of different pools, do not complete one another. */
export interface ShardCoverage {
  readonly shards: readonly ShardStatus[];
  /** Whether all shards of one count are complete for one and the same pool; true where there is no shard at all. */
  readonly complete: boolean;
}

/** @param stored structures found in the log itself; without it the state beside the log is believed. */
export function coverageOf(logs: readonly { readonly found: FoundLog; readonly stored?: number }[]): ShardCoverage {
  const best = new Map<number, Map<number, { status: ShardStatus; pool: string | null }>>();
  for (const { found, stored } of logs) {
    if (found.shard === null) continue;
    const { shard, state } = found;
    const inLog = stored ?? state?.stored ?? 0;
    const complete = state !== null && state.complete && inLog >= state.structures;
    const status: ShardStatus = {
      ...shard,
      state: complete ? 'complete' : 'incomplete',
      stored: inLog,
      structures: state?.structures ?? null,
      failed: state?.failed ?? null,
      rate: complete ? null : (state?.rate ?? null),
    };
    const ofCount = best.get(shard.count) ?? new Map<number, { status: ShardStatus; pool: string | null }>();
    best.set(shard.count, ofCount);
    const other = ofCount.get(shard.index)?.status;
    // Of two copies of a shard the more complete one counts.
    if (other === undefined || rank(status) > rank(other))
      ofCount.set(shard.index, { status, pool: state?.pool ?? null });
  }
  const shards: ShardStatus[] = [];
  let complete = best.size === 0;
  for (const [count, ofCount] of [...best].sort(([a], [b]) => a - b)) {
    const missing = { count, state: 'missing', stored: 0, structures: null, failed: null, rate: null } as const;
    const all = Array.from({ length: count }, (_, k) => ofCount.get(k + 1)?.status ?? { index: k + 1, ...missing });
    shards.push(...all);
    const pools = new Set([...ofCount.values()].flatMap(({ pool }) => (pool === null ? [] : [pool])));
    if (pools.size <= 1 && all.every(({ state }) => state === 'complete')) complete = true;
  }
  return { shards, complete };
}

const rank = ({ state, stored }: ShardStatus): number => (state === 'complete' ? Number.MAX_SAFE_INTEGER : stored);

/** Numbers as people write them: "1–3, 7". */
export function rangesOf(numbers: readonly number[]): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  const ranges: [number, number][] = [];
  for (const value of sorted) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] + 1 === value) last[1] = value;
    else ranges.push([value, value]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}–${to}`)).join(', ');
}
