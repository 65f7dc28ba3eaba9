import type { FoundLog } from './shard-logs.ts';
import type { SweepState } from './sweep-state.ts';
import { joinedTally } from './sweep-tally.ts';

export interface ShardStatus {
  readonly index: number;
  readonly count: number;
  readonly state: 'complete' | 'incomplete' | 'missing';
  /** Structures in its log, and in the shard; null while unknown. */
  readonly stored: number;
  readonly structures: number | null;
  readonly failed: number | null;
}

/** Which shards there are. Shards of different counts, or of different pools, do not complete one another. */
export interface ShardCoverage {
  readonly shards: readonly ShardStatus[];
  /** Whether all shards of one count are complete for one and the same pool; true where there is no shard at all. */
  readonly complete: boolean;
  /** What complete shards of one count found together; null where there are none, or they were judged differently. */
  readonly found: Pick<SweepState, 'tally' | 'pool' | 'criterion'> | null;
}

interface Candidate {
  readonly status: ShardStatus;
  readonly state: SweepState | null;
}

/** @param stored structures found in the log itself; without it the state beside the log is believed. */
export function coverageOf(logs: readonly { readonly found: FoundLog; readonly stored?: number }[]): ShardCoverage {
  const best = new Map<number, Map<number, Candidate>>();
  for (const { found, stored } of logs) {
    if (found.shard === null) continue;
    const { shard, state } = found;
    const inLog = stored ?? state?.tally.stored ?? 0;
    const complete = state !== null && state.complete && inLog >= state.tally.structures;
    const status: ShardStatus = {
      ...shard,
      state: complete ? 'complete' : 'incomplete',
      stored: inLog,
      structures: state?.tally.structures ?? null,
      failed: state?.tally.failed ?? null,
    };
    const ofCount = best.get(shard.count) ?? new Map<number, Candidate>();
    best.set(shard.count, ofCount);
    const other = ofCount.get(shard.index)?.status;
    // Of two copies of a shard the more complete one counts.
    if (other === undefined || rank(status) > rank(other)) ofCount.set(shard.index, { status, state });
  }
  const shards: ShardStatus[] = [];
  let complete = best.size === 0;
  let found: ShardCoverage['found'] = null;
  for (const [count, ofCount] of [...best].sort(([a], [b]) => a - b)) {
    const missing = { count, state: 'missing', stored: 0, structures: null, failed: null } as const;
    const all = Array.from({ length: count }, (_, k) => ofCount.get(k + 1)?.status ?? { index: k + 1, ...missing });
    shards.push(...all);
    const states = [...ofCount.values()].flatMap(({ state }) => (state === null ? [] : [state]));
    if (!all.every(({ state }) => state === 'complete') || new Set(states.map(({ pool }) => pool)).size > 1) continue;
    complete = true;
    found ??= foundTogether(states);
  }
  return { shards, complete, found };
}

/** What shards of one pool found together; null where they were judged differently. */
export function foundTogether(states: readonly SweepState[]): ShardCoverage['found'] {
  const [first] = states;
  if (first === undefined || states.some(({ criterion }) => criterion !== first.criterion)) return null;
  return { tally: joinedTally(states.map(({ tally }) => tally)), pool: first.pool, criterion: first.criterion };
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
