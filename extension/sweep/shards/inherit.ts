import type { Checked, Problem } from '../../core/problem.ts';
import type { LogSubject } from '../observation-line.ts';
import { LogError, openObservationLog, type ObservationLog } from '../observation-log.ts';
import type { Observation } from '../observation.ts';
import type { Shard } from './shard.ts';
import { writeSweepState } from './sweep-state.ts';
import { emptyTally, tallyObservation, type JudgedObservation } from './sweep-tally.ts';

/** What a log holds, for whoever only reads. */
type Known = Pick<ObservationLog, 'get'>;

/** Gives a log what another log of the same subject knows of these structures, so that nobody is asked twice. */
export function inheritObservations(log: ObservationLog, known: Known, ids: Iterable<string>): void {
  for (const id of ids) {
    const observation = known.get(id);
    if (observation !== undefined) log.add(id, observation);
  }
}

export interface Settling {
  /** Of the logs, absolute. */
  readonly folder: string;
  readonly subject: LogSubject;
  readonly known: Known;
  /** `poolDigest` of the whole. */
  readonly pool: string;
  readonly judge: (observation: Observation) => JudgedObservation;
  readonly criterion: string;
}

/** Completes a shard all of whose structures, given by their ids, are known, without asking anybody. */
export async function settleShard(settling: Settling, shard: Shard, ids: readonly string[]): Promise<Checked<null>> {
  const { folder, subject, known, pool, judge, criterion } = settling;
  const opened = await openObservationLog(folder, subject, shard);
  if (opened.kind === 'rejected') return opened;
  const log = opened.value;
  const rejected = (problem: Problem): Checked<null> => ({ kind: 'rejected', problems: [problem] });
  try {
    inheritObservations(log, known, ids);
    await log.flush();
    const tally = emptyTally(ids.length);
    for (const id of ids) tallyObservation(tally, judge(log.get(id)!));
    const state = { shard, complete: true, tally, rate: null, pool, criterion, log: log.extent };
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
