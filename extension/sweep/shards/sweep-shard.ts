import type { Problem } from '../../core/problem.ts';
import type { Evaluator } from '../evaluator.ts';
import { LogError } from '../observation-log.ts';
import type { Observation } from '../observation.ts';
import type { PoolIndex } from '../pool-index.ts';
import { rowsOf, type Shard } from './shard.ts';
import { poolDigest, writeSweepState, type SweepState } from './sweep-state.ts';
import { emptyTally, tallyObservation, type JudgedObservation, type SweepTally } from './sweep-tally.ts';

/** What is known of a running sweep, counted as observations come. */
export type SweepProgress = Pick<SweepState, 'tally' | 'rate'>;

export type ShardOutcome =
  | { readonly kind: 'done'; readonly progress: SweepProgress }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'problem'; readonly problem: Problem };

export interface ShardSweepOptions {
  readonly evaluator: Evaluator;
  readonly pool: PoolIndex;
  /** The evaluator's shard; null sweeps the whole pool. */
  readonly shard: Shard | null;
  readonly judge: (observation: Observation) => JudgedObservation;
  /** Hash of what decides the judgement. */
  readonly criterion: string;
  /** Milliseconds of a steady clock. */
  readonly now: () => number;
  readonly onProgress: (progress: SweepProgress) => void;
}

const STATE_INTERVAL_MS = 1000;

/**
 * Puts a shard, or a whole pool, to the model; what its log holds already is counted and not asked again. Beside the log
 * stands how far it is (`SweepState`).
 */
export async function sweepShard(options: ShardSweepOptions): Promise<ShardOutcome> {
  const { evaluator, pool, shard, criterion, now } = options;
  const rows = rowsOf(pool, shard);
  const digest = poolDigest(pool);
  const from = now();
  const tally: SweepTally = emptyTally(rows.length);
  let lastState = Number.NEGATIVE_INFINITY;

  const progress = (): SweepProgress => {
    const seconds = (now() - from) / 1000;
    const { evaluated } = evaluator.statistics();
    return { tally, rate: seconds > 0.5 && evaluated > 0 ? evaluated / seconds : null };
  };
  const saveState = async (complete: boolean): Promise<Problem | null> => {
    lastState = now();
    try {
      // First the log: a state must not say what a kill could still take from it.
      const log = await evaluator.secure();
      if (log === null) return null;
      const { path, ...extent } = log;
      const state = { ...progress(), shard, complete, pool: digest, criterion, log: extent };
      const written = await writeSweepState(path, state);
      if (written.kind === 'written') return null;
      const { message, fix } = written;
      return { kind: 'problem', severity: 'error', file: path, line: null, message, fix };
    } catch (error) {
      if (error instanceof LogError) return error.problem;
      throw error;
    }
  };

  const stored = new Uint8Array(rows.length);
  rows.forEach((row, k) => {
    const observation = evaluator.stored(row);
    if (observation === undefined) return;
    stored[k] = 1;
    tallyObservation(tally, options.judge(observation));
  });
  let k = 0;
  for await (const item of evaluator.stream(rows)) {
    if (item.kind !== 'observed') {
      await saveState(false);
      return item;
    }
    if (stored[k++] === 0) tallyObservation(tally, options.judge(item.observation));
    options.onProgress(progress());
    if (now() - lastState < STATE_INTERVAL_MS) continue;
    const problem = await saveState(false);
    if (problem !== null) return { kind: 'problem', problem };
  }
  // The stream ends only when everything is on the disk: now, and not earlier, may the state say so.
  const problem = await saveState(true);
  return problem === null ? { kind: 'done', progress: progress() } : { kind: 'problem', problem };
}
