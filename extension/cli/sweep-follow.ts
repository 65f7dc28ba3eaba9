import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { defaultCluster } from '../core/cluster.ts';
import type { Problem } from '../core/problem.ts';
import type { ProjectModel } from '../core/project-models.ts';
import type { SweepEvent } from '../protocol/events.ts';
import { takeLock } from '../sweep/log-lock.ts';
import { readSubmission, submissionFolder, type Submission } from '../sweep/engines/submission.ts';
import type { LogSubject } from '../sweep/observation-line.ts';
import { rangesOf } from '../sweep/shards/coverage.ts';
import type { LoadedProject } from './load-project.ts';
import { stateFolder } from './open-pool.ts';
import { countedSubmission, jobEvent, lookAt, type SubmittedSweep } from './submitted-sweep.ts';
import { criterionDigest } from './judged-sweep.ts';
import { mergeModel } from './sweep-merge.ts';
import { sweepProgress, sweepStatistics } from './sweep-statistics.ts';
import { forEachModel, logFolder } from './sweep-subject.ts';
import { startJob } from './sweep-submit.ts';
import { lastProblem } from './task-output.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/**
 * `pcm sweep follow`: 0 once everything that was submitted is complete and merged.
 * @param only these models, by id.
 */
export function followSweeps(
  loaded: LoadedProject,
  around: Surroundings,
  only?: ReadonlySet<string>,
): Promise<ExitCode> {
  return forEachModel(loaded, around, async (model, subject) => {
    if (only?.has(model.id) === false) return true;
    const folder = submissionFolder(stateFolder(loaded.folder), model.id);
    const report = (severity: Problem['severity'], message: string, fix: string): void =>
      around.reporter.emit({ kind: 'problem', severity, file: loaded.config, line: null, message, fix });
    // Only one process submits lost tasks again; everybody else watches.
    const lock = await takeLock(path.join(folder, 'submission.lock')).catch(() => null);
    if (lock?.kind === 'held')
      report(
        'information',
        `Process ${lock.pid} on ${lock.host} looks after the sweep of "${model.id}"; this one only watches.`,
        'Nothing has to be done.',
      );
    try {
      const caring = lock?.kind === 'locked';
      return await followModel({ loaded, model, subject, folder, caring, report, around });
    } finally {
      if (lock?.kind === 'locked') await lock.release();
    }
  });
}

interface Following {
  readonly loaded: LoadedProject;
  readonly model: ProjectModel;
  readonly subject: LogSubject;
  readonly folder: string;
  /** Whether lost tasks are submitted again, and shards merged, by this process. */
  readonly caring: boolean;
  readonly report: (severity: Problem['severity'], message: string, fix: string) => void;
  readonly around: Surroundings;
}

async function followModel(following: Following): Promise<boolean> {
  const { loaded, model, subject, folder, caring, report, around } = following;
  const pollMs = 1000 * (loaded.project.cluster ?? defaultCluster).pollSeconds;
  let lostBefore: ReadonlySet<number> = new Set();
  let told = '';
  let silent = false;
  for (;;) {
    const submission = await currentSubmission(following);
    if (submission === null) return false;
    const sweep = await lookAt(submission, logFolder(loaded), subject, around);
    if (around.signal.aborted) return stopped(following);
    around.reporter.emit(sweepProgress(model.id, countedSubmission(sweep)));
    const stand = JSON.stringify(jobEvent(sweep));
    if (stand !== told) around.reporter.emit(standEvent(loaded, sweep));
    told = stand;
    if (sweep.silence !== null && !silent) report('warning', sweep.silence, 'Following goes on; nothing is lost.');
    silent = sweep.silence !== null;
    if (sweep.stands.every(({ phase }) => phase === 'complete')) {
      if (caring) return mergeModel(loaded, model, subject, [], around, jobEvent(sweep));
      return true;
    }
    const lost = sweep.stands.filter(({ phase }) => phase === 'lost').map(({ shard }) => shard);
    const open = sweep.stands.some(({ phase }) => phase === 'waiting' || phase === 'running' || phase === 'unknown');
    if (lost.length === 0 && !open) return gaveUp(following, sweep);
    // A task is lost when two looks in a row say so: on shared file systems its last word may come late.
    const surely = lost.filter((shard) => lostBefore.has(shard));
    lostBefore = new Set(lost);
    if (caring && surely.length > 0) {
      report(
        'warning',
        `Tasks ended before their shards were complete (${await whyLost(sweep, surely, folder)}).`,
        'They are submitted again and go on where they were.',
      );
      const stored = new Map([...sweep.states].map(([shard, state]) => [shard, state.tally.stored]));
      const problem = await startJob(submission, surely, stored, loaded, around);
      if (problem !== null) {
        around.reporter.emit(problem);
        return false;
      }
      lostBefore = new Set();
    }
    await wait(pollMs, undefined, { signal: around.signal }).catch(() => undefined);
  }
}

/** The submission that can be followed; what keeps it from that is said. */
async function currentSubmission({ folder, model, report }: Following): Promise<Submission | null> {
  const submission = await readSubmission(folder);
  if (submission === null)
    report('error', `No sweep of "${model.id}" was submitted.`, 'Submit one with pcm sweep submit.');
  else if (submission === 'damaged')
    report(
      'error',
      `${path.join(folder, 'submission.json')} is damaged.`,
      'Delete it, and submit the sweep again: what is stored is kept.',
    );
  else if (submission.cancelled)
    report(
      'error',
      `The sweep of "${model.id}" was cancelled.`,
      'Submit it again with pcm sweep submit; it goes on where it was.',
    );
  else return submission;
  return null;
}

function stopped({ model, report }: Following): false {
  report(
    'information',
    `The sweep of "${model.id}" goes on without being followed.`,
    'pcm sweep follow takes it up again, pcm sweep cancel ends it.',
  );
  return false;
}

async function gaveUp({ model, folder, report }: Following, { stands }: SubmittedSweep): Promise<false> {
  const left = stands.filter(({ phase }) => phase === 'given-up').map(({ shard }) => shard);
  const why = (await lastProblem(folder, left[0] ?? 0)) ?? 'their output says nothing of a reason';
  report(
    'error',
    `The shards ${rangesOf(left)} of "${model.id}" failed several times without storing anything: ${why}`,
    `Look into ${path.join(folder, 'task-*.out')}, mend the cause and run pcm sweep submit again; what is stored is kept.`,
  );
  return false;
}

async function whyLost({ stands }: SubmittedSweep, shards: readonly number[], folder: string): Promise<string> {
  const words = new Set(stands.flatMap(({ shard, words }) => (shards.includes(shard) && words !== '' ? [words] : [])));
  const said = await lastProblem(folder, shards[0]!);
  return [`shards ${rangesOf(shards)}`, ...words, ...(said === null ? [] : [said])].join('; ');
}

function standEvent(loaded: LoadedProject, sweep: SubmittedSweep): SweepEvent {
  const { submission, states, stands } = sweep;
  const all = [...states.values()];
  const judgedNow = all.length > 0 && all.every(({ criterion }) => criterion === criterionDigest(loaded));
  return {
    kind: 'sweep',
    model: submission.model,
    complete: stands.every(({ phase }) => phase === 'complete'),
    observations: null,
    added: 0,
    duplicates: 0,
    disagreements: 0,
    shards: stands.map(({ shard, phase }) => {
      const state = states.get(shard);
      return {
        index: shard,
        count: submission.count,
        state: phase === 'complete' ? 'complete' : state === undefined ? 'missing' : 'incomplete',
        stored: state?.tally.stored ?? 0,
        structures: state?.tally.structures ?? null,
        failed: state?.tally.failed ?? null,
      };
    }),
    statistics: judgedNow ? sweepStatistics(loaded, countedSubmission(sweep)) : null,
    job: jobEvent(sweep),
  };
}
