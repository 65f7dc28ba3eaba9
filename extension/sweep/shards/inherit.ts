import type { Checked, Problem } from '../../core/problem.ts';
import type { LogSubject } from '../observation-line.ts';
import { LogError, openObservationLog, type ObservationLog } from '../observation-log.ts';
import type { Observation } from '../observation.ts';
import type { PoolIndex } from '../pool-index.ts';
import { rowsOf, shardOf, type Shard } from './shard.ts';
import { poolDigest, writeSweepState } from './sweep-state.ts';
import { emptyTally, tallyObservation, type JudgedObservation } from './sweep-tally.ts';

/** What a log holds, for whoever only reads. */
type Known = Pick<ObservationLog, 'get'>;

/** Gives the log of a shard what another log of the same subject knows of its structures, so that nobody is asked twice. */
export function inheritObservations(log: ObservationLog, known: Known, pool: PoolIndex, shard: Shard): void {
  for (const row of rowsOf(pool, shard)) {
    const observation = known.get(pool.id(row));
    if (observation !== undefined) log.add(pool.id(row), observation);
  }
}

/** Shards, of `count`, with structures that a log does not know. */
export function unknownShards(pool: PoolIndex, known: Known, count: number): Set<number> {
  const shards = new Set<number>();
  for (const row of rowsOf(pool, null)) {
    const id = pool.id(row);
    if (known.get(id) === undefined) shards.add(shardOf(id, count));
  }
  return shards;
}

export interface Settling {
  /** Of the logs, absolute. */
  readonly folder: string;
  readonly subject: LogSubject;
  readonly known: Known;
  readonly pool: PoolIndex;
  readonly judge: (observation: Observation) => JudgedObservation;
  readonly criterion: string;
}

/** Completes a shard all of whose structures are known, without asking anybody. */
export async function settleShard(settling: Settling, shard: Shard): Promise<Checked<null>> {
  const { folder, subject, known, pool, judge, criterion } = settling;
  const opened = await openObservationLog(folder, subject, shard);
  if (opened.kind === 'rejected') return opened;
  const log = opened.value;
  const rejected = (problem: Problem): Checked<null> => ({ kind: 'rejected', problems: [problem] });
  try {
    inheritObservations(log, known, pool, shard);
    await log.flush();
    const rows = rowsOf(pool, shard);
    const tally = emptyTally(rows.length);
    for (const row of rows) tallyObservation(tally, judge(log.get(pool.id(row))!));
    const state = { shard, complete: true, tally, rate: null, pool: poolDigest(pool), criterion, log: log.extent };
    const written = await writeSweepState(log.path, state);
    if (written.kind === 'written') return { kind: 'ok', value: null, warnings: [] };
    return rejected({ ...written, kind: 'problem', severity: 'error', file: log.path, line: null });
  } catch (error) {
    if (error instanceof LogError) return rejected(error.problem);
    throw error;
  } finally {
    await log.close();
  }
}
