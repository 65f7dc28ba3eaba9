import type { Problem } from '../../core/problem.ts';
import type { Evaluator } from '../evaluator.ts';
import type { Observation } from '../observation.ts';
import type { PoolIndex } from '../pool-index.ts';
import { shardOf, type Shard } from './shard.ts';
import { poolDigest, writeShardState, type ShardState } from './shard-state.ts';

/** What is known of a running sweep, counted as observations come. */
export interface SweepCounts {
  readonly structures: number;
  readonly stored: number;
  readonly failed: number;
  readonly refused: number;
  /** Structures put to the model per second; null in the first half second. */
  readonly rate: number | null;
}

export type ShardOutcome =
  | { readonly kind: 'done'; readonly counts: SweepCounts }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'problem'; readonly problem: Problem };

export interface ShardSweepOptions {
  readonly evaluator: Evaluator;
  readonly pool: PoolIndex;
  /** The shard and the path of its log; null sweeps the whole pool, which needs no state file. */
  readonly part: { readonly shard: Shard; readonly log: string } | null;
  readonly judge: (observation: Observation) => 'passed' | 'failed' | 'refused';
  /** Milliseconds of a steady clock. */
  readonly now: () => number;
  readonly onProgress: (counts: SweepCounts) => void;
}

const STATE_INTERVAL_MS = 1000;

/** Rows of the different structures of a shard, or of the whole pool. */
export function rowsOf(pool: PoolIndex, shard: Shard | null): Int32Array {
  const rows: number[] = [];
  for (let row = 0; row < pool.size; row++) {
    if (pool.firstOccurrence[row] !== row) continue;
    if (shard === null || shardOf(pool.id(row), shard.count) === shard.index) rows.push(row);
  }
  return Int32Array.from(rows);
}

/** Puts a shard, or a whole pool, to the model; what its log holds already is counted and not asked again. */
export async function sweepShard(options: ShardSweepOptions): Promise<ShardOutcome> {
  const { evaluator, pool, part, now } = options;
  const rows = rowsOf(pool, part?.shard ?? null);
  const digest = part === null ? '' : poolDigest(pool);
  const from = now();
  let stored = 0;
  let failed = 0;
  let refused = 0;
  let lastState = Number.NEGATIVE_INFINITY;

  const counts = (): SweepCounts => {
    const seconds = (now() - from) / 1000;
    const { evaluated } = evaluator.statistics();
    const rate = seconds > 0.5 && evaluated > 0 ? evaluated / seconds : null;
    return { structures: rows.length, stored, failed, refused, rate };
  };
  const saveState = async (complete: boolean): Promise<Problem | null> => {
    if (part === null) return null;
    lastState = now();
    const state: ShardState = { ...part.shard, ...counts(), complete, pool: digest };
    const written = await writeShardState(part.log, state);
    if (written.kind === 'written') return null;
    const { message, fix } = written;
    return { kind: 'problem', severity: 'error', file: part.log, line: null, message, fix };
  };

  for await (const item of evaluator.stream(rows)) {
    if (item.kind !== 'observed') {
      await saveState(false);
      return item;
    }
    stored++;
    const judged = options.judge(item.observation);
    if (judged === 'failed') failed++;
    if (judged === 'refused') refused++;
    options.onProgress(counts());
    if (now() - lastState >= STATE_INTERVAL_MS) {
      const problem = await saveState(false);
      if (problem !== null) return { kind: 'problem', problem };
    }
  }
  // The stream ends only when everything is on the disk: now, and not earlier, may the state say so.
  const problem = await saveState(true);
  return problem === null ? { kind: 'done', counts: counts() } : { kind: 'problem', problem };
}
