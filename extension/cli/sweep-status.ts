import path from 'node:path';
import type { SweepEvent } from '../protocol/events.ts';
import { readSubmission, submissionFolder } from '../sweep/engines/submission.ts';
import { lockOwner } from '../sweep/log-lock.ts';
import { logName, type LogSubject } from '../sweep/observation-line.ts';
import { countObservations } from '../sweep/shards/count-observations.ts';
import { coverageOf, foundTogether } from '../sweep/shards/coverage.ts';
import { findLogs, type FoundLog } from '../sweep/shards/shard-logs.ts';
import { readSweepState, type SweepState } from '../sweep/shards/sweep-state.ts';
import { criterionDigest } from './judged-sweep.ts';
import type { LoadedProject } from './load-project.ts';
import { stateFolder } from './open-pool.ts';
import { jobEvent, lookAt } from './submitted-sweep.ts';
import { shardsOf } from './sweep-merge.ts';
import { sweepStatistics, type CountedSweep } from './sweep-statistics.ts';
import { forEachModel, logFolder } from './sweep-subject.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/** `pcm sweep status`: what is stored and what was found, from the states beside the logs, without touching anything. */
export async function sweepStatus(loaded: LoadedProject, around: Surroundings): Promise<ExitCode> {
  return forEachModel(loaded, around, async ({ id }, subject) => {
    const home = logFolder(loaded);
    const log = path.join(home, logName(subject));
    const state = await readSweepState(log);
    const { logs } = await findLogs(home, [], subject);
    const counted = await Promise.all([countedLog(log, state), ...partsOf(logs).map(countedShards)]);
    const judged = counted.filter((each) => each?.criterion === criterionDigest(loaded)).map((each) => each!.sweep);
    // A whole sweep and its shards are about the same structures: what knows of most of them says most.
    const best = judged.reduce<CountedSweep | null>(
      (most, each) => (most === null || each.tally.stored > most.tally.stored ? each : most),
      null,
    );
    around.reporter.emit({
      kind: 'sweep',
      model: id,
      observations: await countObservations(log, state?.log ?? null),
      added: 0,
      duplicates: 0,
      disagreements: 0,
      ...shardsOf(coverageOf(logs.map((found) => ({ found })))),
      statistics: best === null ? null : sweepStatistics(loaded, best),
      job: await jobOf(loaded, id, subject, around),
    });
    return true;
  });
}

type Counted = { readonly sweep: CountedSweep; readonly criterion: string } | null;

async function countedLog(log: string, state: SweepState | null): Promise<Counted> {
  if (state === null) return null;
  const running = (await lockOwner(`${log}.lock`)) === null ? 0 : 1;
  const rate = running === 0 || state.complete ? null : state.rate;
  const { tally, criterion } = state;
  return { sweep: { tally, shards: null, whole: true, running, rate }, criterion };
}

type FoundPart = FoundLog & { readonly state: SweepState };

/** Shards that belong together: of one count and one pool. */
function partsOf(logs: readonly FoundLog[]): FoundPart[][] {
  const groups = new Map<string, FoundPart[]>();
  for (const { state, ...found } of logs) {
    if (state === null || found.shard === null) continue;
    const key = `${found.shard.count} ${state.pool}`;
    groups.set(key, [...(groups.get(key) ?? []), { ...found, state }]);
  }
  return [...groups.values()];
}

async function countedShards(parts: readonly FoundPart[]): Promise<Counted> {
  const found = foundTogether(parts.map(({ state }) => state));
  if (found === null) return null;
  const owners = await Promise.all(parts.map(({ path: log }) => lockOwner(`${log}.lock`)));
  const active = parts.filter(({ state }, k) => owners[k] !== null && !state.complete);
  const rates = active.flatMap(({ state }) => state.rate ?? []);
  const { tally, criterion } = found;
  const sweep = {
    tally,
    shards: parts.length,
    whole: parts.length === parts[0]!.shard!.count,
    running: active.length,
    rate: rates.length === 0 ? null : rates.reduce((sum, each) => sum + each, 0),
  };
  return { sweep, criterion };
}

/** The submission of a model, if there is one. */
async function jobOf(
  loaded: LoadedProject,
  model: string,
  subject: LogSubject,
  around: Surroundings,
): Promise<SweepEvent['job']> {
  const submission = await readSubmission(submissionFolder(stateFolder(loaded.folder), model));
  if (submission === null || submission === 'damaged') return null;
  const sweep = await lookAt(submission, logFolder(loaded), subject, around);
  if (sweep.silence !== null)
    around.reporter.emit({
      kind: 'problem',
      severity: 'warning',
      file: loaded.config,
      line: null,
      message: sweep.silence,
      fix: 'What is stored is shown all the same.',
    });
  return jobEvent(sweep);
}
