import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { killTree } from '../kill-tree.ts';
import { isRunning, startOf } from '../process-identity.ts';
import { shardRanges } from '../shards/shard.ts';
import type { Engine, EngineFailure, TaskState } from './engine.ts';

interface LocalJob {
  readonly pid: number;
  readonly started: string;
  readonly host: string;
}

const nameOf = ({ pid, started, host }: LocalJob): string => `${pid}.${started}@${host}`;

function readJob(job: string): LocalJob | null {
  const match = /^(\d{1,10})\.(\d*)@(.{1,255})$/.exec(job);
  return match === null ? null : { pid: Number(match[1]), started: match[2]!, host: match[3]! };
}

/** Processes are known on their own machine alone. */
function here(job: string): LocalJob | EngineFailure {
  const known = readJob(job);
  if (known === null)
    return { kind: 'failed', message: `"${job.slice(0, 100)}" is no local job.`, fix: 'Submit the sweep again.' };
  if (known.host === hostname()) return known;
  return {
    kind: 'failed',
    message: `The sweep was submitted to the machine ${known.host}, and this is ${hostname()}.`,
    fix: `Run this command on ${known.host}.`,
  };
}

/**
 * One process of this machine that sweeps the shards one after the other, each with as many oracle processes as a task
 * of a cluster would have. It outlives the command that started it.
 */
export const localEngine: Engine = {
  async submit({ folder, command, shards, count }) {
    const output = await open(path.join(folder, 'task-0.out'), 'a');
    try {
      const [program, ...words] = command;
      const child = spawn(program!, [...words, '--shard', `${shardRanges(shards)}/${count}`], {
        cwd: folder,
        detached: true,
        stdio: ['ignore', output.fd, output.fd],
        env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
        windowsHide: true,
        shell: false,
      });
      await once(child, 'spawn');
      child.unref();
      const pid = child.pid!;
      return { kind: 'submitted', job: nameOf({ pid, started: startOf(pid), host: hostname() }) };
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      return {
        kind: 'failed',
        message: `${command[0]!} cannot be started (${code ?? message}).`,
        fix: 'Correct "cluster.node" in the project file, or remove it.',
      };
    } finally {
      await output.close();
    }
  },

  states(job, shards) {
    const known = here(job);
    if ('kind' in known) return Promise.resolve(known);
    const running: TaskState = { phase: 'running', words: `process ${known.pid}` };
    const tasks = isRunning(known.pid, known.started) ? shards.map((shard) => [shard, running] as const) : [];
    return Promise.resolve({ kind: 'known', tasks: new Map(tasks) });
  },

  cancel(job) {
    const known = here(job);
    if ('kind' in known) return Promise.resolve(known);
    // What is stored survives any end, so that there is nothing to wait for.
    const { pid, started } = known;
    if (isRunning(pid, started)) killTree({ pid, kill: (signal) => process.kill(pid, signal) });
    return Promise.resolve({ kind: 'cancelled' });
  },
};
