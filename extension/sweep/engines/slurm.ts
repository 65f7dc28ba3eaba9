import { execFile } from 'node:child_process';
import path from 'node:path';
import { writeFileAtomically } from '../atomic-file.ts';
import { batchOptions, batchScript } from './batch-script.ts';
import type { Engine, EngineFailure, TaskState } from './engine.ts';
import { parseSacct, parseScontrol, parseSqueue } from './slurm-output.ts';

/** A controller under load answers late; one that is gone, never. */
const LIMIT_MS = 60_000;
const MOST_OUTPUT = 64 * 2 ** 20;

type Answer =
  | { readonly kind: 'said'; readonly text: string }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'missing' };

/** Without the filters and formats that a user may have set for what is shown to people. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([key]) => !/^(SQUEUE|SACCT|SCONTROL|SCANCEL)_/.test(key));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}

/** Runs one of Slurm's programs with these very arguments; no shell sees them. */
function ask(program: string, words: readonly string[], signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve) => {
    const options = { timeout: LIMIT_MS, maxBuffer: MOST_OUTPUT, signal, windowsHide: true, env: plainEnvironment() };
    execFile(program, words, options, (error, stdout, stderr) => {
      const said = stderr.trim().split('\n').slice(-3).join(' ').slice(0, 1000);
      if (error === null) resolve({ kind: 'said', text: stdout });
      else if (error.code === 'ENOENT') resolve({ kind: 'missing' });
      else resolve({ kind: 'refused', message: said === '' ? error.message.slice(0, 200) : said });
    });
  });
}

const missing = (program: string): EngineFailure => ({
  kind: 'failed',
  message: `There is no program ${program} here.`,
  fix: 'Run this command on a machine of the cluster from which jobs are submitted, or take --engine local.',
});

/** The controller forgets a job some minutes after its end. */
const forgotten = (message: string): boolean => /invalid job id/i.test(message);

/** A job id and, on federated clusters, the name of the cluster: "123" or "123;name". */
function wordsOf(job: string): { id: string; cluster: string[] } | null {
  const match = /^(\d{1,12})(?:;([\w.-]{1,64}))?$/.exec(job.trim());
  if (match === null) return null;
  return { id: match[1]!, cluster: match[2] === undefined ? [] : [`--clusters=${match[2]}`] };
}

const unreadable = (job: string): EngineFailure => ({
  kind: 'failed',
  message: `"${job.slice(0, 100)}" is no number of a Slurm job.`,
  fix: 'Submit the sweep again.',
});

/** Job arrays of the Slurm workload manager, through its command line programs. */
export const slurmEngine: Engine = {
  async submit(request, signal) {
    const script = path.join(request.folder, 'batch.sh');
    const written = await writeFileAtomically(script, batchScript(request));
    if (written.kind === 'failed') return written;
    const answer = await ask('sbatch', [...batchOptions(request), script], signal);
    if (answer.kind === 'missing') return missing('sbatch');
    if (answer.kind === 'refused')
      return {
        kind: 'failed',
        message: `Slurm refuses the job: ${answer.message}`,
        fix: /array/i.test(answer.message)
          ? 'Take fewer --shards; the cluster bounds the size of job arrays (MaxArraySize).'
          : 'Check "cluster" in the project file against what the cluster offers (sinfo).',
      };
    const job = answer.text.trim();
    return wordsOf(job) === null ? unreadable(job) : { kind: 'submitted', job };
  },

  async states(job, shards, signal) {
    const words = wordsOf(job);
    if (words === null) return unreadable(job);
    const { id, cluster } = words;
    const tasks = new Map<number, TaskState>();
    const queue = await ask(
      'squeue',
      [...cluster, '--noheader', '--array', '--states=all', `--jobs=${id}`, '--format=%K|%T|%r'],
      signal,
    );
    if (queue.kind === 'missing') return missing('squeue');
    if (queue.kind === 'refused' && !forgotten(queue.message))
      return {
        kind: 'failed',
        message: `Slurm does not answer: ${queue.message}`,
        fix: 'The job is not touched by this; it is asked again.',
      };
    if (queue.kind === 'said') for (const [shard, state] of parseSqueue(queue.text)) tasks.set(shard, state);
    // What the controller has forgotten, accounting remembers, where it is on.
    if (shards.some((shard) => !tasks.has(shard))) {
      const words = ['--parsable2', '--noheader', '--allocations', `--jobs=${id}`, '--format=JobID,State,ExitCode'];
      const accounts = await ask('sacct', [...cluster, ...words], signal);
      if (accounts.kind === 'said')
        for (const [shard, state] of parseSacct(accounts.text)) if (!tasks.has(shard)) tasks.set(shard, state);
    }
    const details = await ask('scontrol', [...cluster, '--oneliner', 'show', 'job', id], signal);
    if (details.kind === 'said')
      for (const [shard, state] of parseScontrol(details.text))
        if (tasks.get(shard)?.phase === state.phase) tasks.set(shard, state);
    return { kind: 'known', tasks };
  },

  async cancel(job, signal) {
    const words = wordsOf(job);
    if (words === null) return unreadable(job);
    const answer = await ask('scancel', [...words.cluster, words.id], signal);
    if (answer.kind === 'missing') return missing('scancel');
    if (answer.kind === 'said' || forgotten(answer.message)) return { kind: 'cancelled' };
    return { kind: 'failed', message: `Slurm does not cancel the job: ${answer.message}`, fix: 'Try again.' };
  },
};
