import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { defaultCluster } from '../core/cluster.ts';
import type { Checked, Problem } from '../core/problem.ts';
import { takeLock } from '../sweep/log-lock.ts';
import { readSubmission, submissionFolder, writeSubmission, type Submission } from '../sweep/engines/submission.ts';
import { engines } from '../sweep/engines/table.ts';
import type { LogSubject } from '../sweep/observation-line.ts';
import { readObservations } from '../sweep/observation-log.ts';
import type { PoolIndex } from '../sweep/pool-index.ts';
import { settleShard } from '../sweep/shards/inherit.ts';
import { idsByShard } from '../sweep/shards/shard.ts';
import { criterionDigest, judgementOf } from './judged-sweep.ts';
import type { LoadedProject } from './load-project.ts';
import { openProjectPool, stateFolder } from './open-pool.ts';
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
  readonly digest: string;
  /** Reads the data, once for all models. */
  readonly pool: () => Promise<Checked<PoolIndex>>;
  readonly options: Pick<SweepOptions, 'engine' | 'shards'>;
}

type Submitted =
  /** `nothing`: the log of the model holds every structure. */
  { readonly kind: 'submitted' | 'nothing' } | { readonly kind: 'failed'; readonly problems: readonly Problem[] };

/** `pcm sweep submit`: hands the shards that are not complete to an engine, and follows them unless told otherwise. */
export async function submitSweep(
  loaded: LoadedProject,
  options: SweepOptions,
  around: Surroundings,
): Promise<ExitCode> {
  // Mistakes in the data are better found here than by every task.
  const digest = await projectPoolDigest(loaded, around);
  if (digest.kind === 'rejected') {
    digest.problems.forEach(around.reporter.emit);
    return 2;
  }
  const read: { pool?: Checked<PoolIndex> } = {};
  const pool = async (): Promise<Checked<PoolIndex>> => (read.pool ??= await openProjectPool(loaded, [], around));
  const submitted = new Set<string>();
  let code: ExitCode;
  try {
    code = await forEachModel(loaded, around, async ({ id }, subject) => {
      const outcome = await submitModel({ loaded, model: id, subject, digest: digest.value, pool, options }, around);
      if (outcome.kind === 'submitted') submitted.add(id);
      if (outcome.kind === 'failed') outcome.problems.forEach(around.reporter.emit);
      return outcome.kind !== 'failed';
    });
  } finally {
    if (read.pool?.kind === 'ok') await read.pool.value.close();
  }
  return code !== 0 || options.detach || submitted.size === 0 ? code : followSweeps(loaded, around, submitted);
}

const problemOf = (file: string, message: string, fix: string): Problem => ({
  kind: 'problem',
  severity: 'error',
  file,
  line: null,
  message,
  fix,
});

const failedWith = (problem: Problem): Submitted => ({ kind: 'failed', problems: [problem] });

async function submitModel(wish: Wish, around: Surroundings): Promise<Submitted> {
  const { loaded, model } = wish;
  const folder = submissionFolder(stateFolder(loaded.folder), model);
  await mkdir(folder, { recursive: true });
  const lock = await takeLock(path.join(folder, 'submission.lock'));
  if (lock.kind === 'held')
    return failedWith(
      problemOf(
        loaded.config,
        `The sweep of "${model}" is looked after by another process (${lock.pid} on ${lock.host}).`,
        'Follow it with pcm sweep follow, or end that process first.',
      ),
    );
  try {
    return await submitLocked(wish, folder, around);
  } finally {
    await lock.release();
  }
}

async function submitLocked(wish: Wish, folder: string, around: Surroundings): Promise<Submitted> {
  const { loaded, model, subject, digest, options } = wish;
  const before = await readSubmission(folder);
  if (before !== null && before !== 'damaged' && !before.cancelled) {
    const { stands, silence } = await lookAt(before, logFolder(loaded), subject, around);
    if (silence !== null || stands.some(({ phase }) => phase === 'waiting' || phase === 'running'))
      return failedWith(
        problemOf(
          loaded.config,
          `The sweep of "${model}" was submitted already (${before.engine} job ${before.jobs.at(-1)?.id ?? '?'})` +
            (silence === null ? '.' : `, and whether it runs is not known: ${silence}`),
          'Follow it with pcm sweep follow, or end it with pcm sweep cancel and submit again.',
        ),
      );
  }
  const left = await settleKnown(wish);
  if (left.kind === 'rejected') return { kind: 'failed', problems: left.problems };
  if (left.value === 'nothing') {
    around.reporter.emit({
      ...problemOf(
        loaded.config,
        `The log of "${model}" holds every structure already, so that there is nothing to submit.`,
        'pcm sweep status shows what was found; pcm certify uses it.',
      ),
      severity: 'information',
    });
    return { kind: 'nothing' };
  }
  const { engine, shards: count } = options;
  const fresh: Submission = { engine, model, config: loaded.config, count, pool: digest, jobs: [], cancelled: false };
  const states = await shardStates(logFolder(loaded), subject, count, digest);
  const shards = Array.from({ length: count }, (_, k) => k + 1).filter((shard) => states.get(shard)?.complete !== true);
  if (shards.length === 0) {
    around.reporter.note(`  ${model}: all ${count} shards are complete; there is nothing to submit`);
    const written = await writeSubmission(folder, fresh);
    return written.kind === 'failed'
      ? failedWith(problemOf(folder, written.message, written.fix))
      : { kind: 'submitted' };
  }
  const stored = new Map([...states].map(([shard, { tally }]) => [shard, tally.stored]));
  const problem = await startJob(fresh, shards, stored, loaded, around);
  return problem === null ? { kind: 'submitted' } : failedWith(problem);
}

/**
 * Completes the shards all of whose structures are in the log of the model, so that they need not be submitted; of the
 * others, each task takes over what is there. `nothing`: no shard has anything left.
 */
async function settleKnown({ loaded, subject, digest, pool, options }: Wish): Promise<Checked<'left' | 'nothing'>> {
  const left = { kind: 'ok', value: 'left', warnings: [] } as const;
  const folder = logFolder(loaded);
  const known = await readObservations(folder, subject);
  if (known.kind === 'rejected') return known;
  if (known.value.size === 0) return left;
  const opened = await pool();
  if (opened.kind === 'rejected') return opened;
  const { shards: count } = options;
  const parts = idsByShard(opened.value, count);
  const isKnown = parts.map((ids) => ids.every((id) => known.value.get(id) !== undefined));
  if (isKnown.every(Boolean)) return { kind: 'ok', value: 'nothing', warnings: [] };
  const settling = {
    folder,
    subject,
    known: known.value,
    pool: digest,
    judge: judgementOf(loaded),
    criterion: criterionDigest(loaded),
  };
  const states = await shardStates(folder, subject, count, digest);
  for (const [k, ids] of parts.entries()) {
    const index = k + 1;
    if (!isKnown[k]! || states.get(index)?.complete === true) continue;
    const settled = await settleShard(settling, { index, count }, ids);
    if (settled.kind === 'rejected') return settled;
  }
  return left;
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
