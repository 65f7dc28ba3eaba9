import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { defaultCluster } from '../core/cluster.ts';
import type { Problem } from '../core/problem.ts';
import { takeLock } from '../sweep/log-lock.ts';
import { readSubmission, submissionFolder, writeSubmission, type Submission } from '../sweep/engines/submission.ts';
import { engines } from '../sweep/engines/table.ts';
import type { LogSubject } from '../sweep/observation-line.ts';
import type { LoadedProject } from './load-project.ts';
import { stateFolder } from './open-pool.ts';
import { projectPoolDigest } from './pool-digest.ts';
import { lookAt, shardStates } from './submitted-sweep.ts';
import type { SweepOptions } from './sweep-arguments.ts';
import { followSweeps } from './sweep-follow.ts';
import { forEachModel, logFolder } from './sweep-subject.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/** What a submission is made of. */
interface Wish {
  readonly loaded: LoadedProject;
  readonly model: string;
  readonly subject: LogSubject;
  readonly pool: string;
  readonly options: Pick<SweepOptions, 'engine' | 'shards'>;
}

/** `pcm sweep submit`: hands the shards that are not complete to an engine, and follows them unless told otherwise. */
export async function submitSweep(
  loaded: LoadedProject,
  options: SweepOptions,
  around: Surroundings,
): Promise<ExitCode> {
  // Mistakes in the data are better found here than by every task.
  const pool = await projectPoolDigest(loaded, around);
  if (pool.kind === 'rejected') {
    pool.problems.forEach(around.reporter.emit);
    return 2;
  }
  const code = await forEachModel(loaded, around, async ({ id }, subject) => {
    const problem = await submitModel({ loaded, model: id, subject, pool: pool.value, options }, around);
    if (problem !== null) around.reporter.emit(problem);
    return problem === null;
  });
  return code !== 0 || options.detach ? code : followSweeps(loaded, around);
}

const problemOf = (file: string, message: string, fix: string): Problem => ({
  kind: 'problem',
  severity: 'error',
  file,
  line: null,
  message,
  fix,
});

async function submitModel(wish: Wish, around: Surroundings): Promise<Problem | null> {
  const { loaded, model } = wish;
  const folder = submissionFolder(stateFolder(loaded.folder), model);
  await mkdir(folder, { recursive: true });
  const lock = await takeLock(path.join(folder, 'submission.lock'));
  if (lock.kind === 'held')
    return problemOf(
      loaded.config,
      `The sweep of "${model}" is looked after by another process (${lock.pid} on ${lock.host}).`,
      'Follow it with pcm sweep follow, or end that process first.',
    );
  try {
    return await submitLocked(wish, folder, around);
  } finally {
    await lock.release();
  }
}

async function submitLocked(wish: Wish, folder: string, around: Surroundings): Promise<Problem | null> {
  const { loaded, model, subject, pool, options } = wish;
  const before = await readSubmission(folder);
  if (before !== null && before !== 'damaged' && !before.cancelled) {
    const { stands, silence } = await lookAt(before, logFolder(loaded), subject, around);
    if (silence !== null || stands.some(({ phase }) => phase === 'waiting' || phase === 'running'))
      return problemOf(
        loaded.config,
        `The sweep of "${model}" was submitted already (${before.engine} job ${before.jobs.at(-1)?.id ?? '?'})` +
          (silence === null ? '.' : `, and whether it runs is not known: ${silence}`),
        'Follow it with pcm sweep follow, or end it with pcm sweep cancel and submit again.',
      );
  }
  const { engine, shards: count } = options;
  const fresh: Submission = { engine, model, config: loaded.config, count, pool, jobs: [], cancelled: false };
  const states = await shardStates(logFolder(loaded), subject, count, pool);
  const shards = Array.from({ length: count }, (_, k) => k + 1).filter((shard) => states.get(shard)?.complete !== true);
  if (shards.length === 0) {
    around.reporter.note(`  ${model}: all ${count} shards are complete; there is nothing to submit`);
    const written = await writeSubmission(folder, fresh);
    return written.kind === 'failed' ? problemOf(folder, written.message, written.fix) : null;
  }
  return startJob(
    fresh,
    shards,
    new Map([...states].map(([shard, { tally }]) => [shard, tally.stored])),
    loaded,
    around,
  );
}

/** Submits some shards and adds the job to the submission's file. The caller has the submission's lock. */
export async function startJob(
  submission: Submission,
  shards: readonly number[],
  stored: ReadonlyMap<number, number>,
  loaded: LoadedProject,
  around: Surroundings,
): Promise<Problem | null> {
  const { model, count, engine } = submission;
  const cluster = loaded.project.cluster ?? defaultCluster;
  const folder = submissionFolder(stateFolder(loaded.folder), model);
  const words = ['--config', loaded.config, '--model', model, '--workers', String(cluster.cpus)];
  const outcome = await engines[engine].submit(
    {
      name: `pcm-${model}`,
      folder,
      command: [cluster.node ?? process.execPath, around.installation.program, 'sweep', 'run', loaded.folder, ...words],
      shards,
      count,
      cluster,
    },
    around.signal,
  );
  if (outcome.kind === 'failed') return problemOf(loaded.config, outcome.message, outcome.fix);
  const job = { id: outcome.job, shards: [...shards], stored: shards.map((shard) => stored.get(shard) ?? 0) };
  const written = await writeSubmission(folder, { ...submission, jobs: [...submission.jobs, job] });
  if (written.kind === 'written') {
    around.reporter.note(`  ${model}: ${shards.length} of ${count} shards submitted as ${engine} job ${outcome.job}`);
    return null;
  }
  // A job that nothing is known of would run for nobody.
  await engines[engine].cancel(outcome.job, around.signal);
  return problemOf(folder, written.message, written.fix);
}
