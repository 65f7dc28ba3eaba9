import type { TaskState } from './engine.ts';

/** Base states of Slurm, by what they mean for somebody who waits; see squeue(1), "JOB STATE CODES". */
const phases: Readonly<Record<string, TaskState['phase']>> = {
  PENDING: 'waiting',
  CONFIGURING: 'waiting',
  REQUEUED: 'waiting',
  REQUEUE_FED: 'waiting',
  REQUEUE_HOLD: 'waiting',
  RESV_DEL_HOLD: 'waiting',
  SPECIAL_EXIT: 'waiting',
  RESIZING: 'running',
  RUNNING: 'running',
  COMPLETING: 'running',
  SIGNALING: 'running',
  STAGE_OUT: 'running',
  STOPPED: 'running',
  SUSPENDED: 'running',
  BOOT_FAIL: 'ended',
  CANCELLED: 'ended',
  COMPLETED: 'ended',
  DEADLINE: 'ended',
  FAILED: 'ended',
  NODE_FAIL: 'ended',
  OUT_OF_MEMORY: 'ended',
  PREEMPTED: 'ended',
  REVOKED: 'ended',
  TIMEOUT: 'ended',
};

/** A state that this program does not know is taken for a task that waits: it is then asked again, never started twice. */
function taskState(name: string, reason = ''): TaskState {
  const base = name.split(' ')[0]!.replace(/\+$/, '');
  const phase = phases[base] ?? 'waiting';
  return { phase, words: reason === '' || reason === 'None' ? base : `${base} (${reason})` };
}

/** Numbers of "5", "1,3-5" and "1-8%2"; anything else has none. */
function indicesOf(text: string): number[] {
  const [list] = text.split('%');
  return (list ?? '').split(',').flatMap((part) => {
    const match = /^(\d{1,7})(?:-(\d{1,7}))?$/.exec(part);
    if (match === null) return [];
    const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])];
    return Array.from({ length: Math.max(0, Math.min(to - from + 1, 10_000)) }, (_, k) => from + k);
  });
}

/** `squeue --noheader --array --format=%K|%T|%r`: one task a line. */
export function parseSqueue(text: string): Map<number, TaskState> {
  const tasks = new Map<number, TaskState>();
  for (const line of text.split('\n')) {
    const [index, state, ...reason] = line.trim().split('|');
    if (state === undefined) continue;
    for (const shard of indicesOf(index!)) tasks.set(shard, taskState(state, reason.join('|')));
  }
  return tasks;
}

/** `scontrol --oneliner show job ID`: says besides how often a task was put back into the queue, and how it ended. */
export function parseScontrol(text: string): Map<number, TaskState> {
  const tasks = new Map<number, TaskState>();
  for (const line of text.split('\n')) {
    const field = (key: string): string => new RegExp(`(?:^| )${key}=(\\S*)`).exec(line)?.[1] ?? '';
    const shards = indicesOf(field('ArrayTaskId'));
    if (shards.length === 0) continue;
    const [restarts, exit] = [field('Restarts'), field('ExitCode')];
    const details = [
      ...(['', 'None', '(null)'].includes(field('Reason')) ? [] : [field('Reason')]),
      ...(['', '0:0'].includes(exit) ? [] : [exitText(exit)]),
      ...(['', '0'].includes(restarts) ? [] : [`requeued ${restarts} ×`]),
    ];
    for (const shard of shards) tasks.set(shard, taskState(field('JobState'), details.join(', ')));
  }
  return tasks;
}

/** `sacct --parsable2 --noheader --allocations --format=JobID,State,ExitCode`; later lines are later attempts. */
export function parseSacct(text: string): Map<number, TaskState> {
  const tasks = new Map<number, TaskState>();
  for (const line of text.split('\n')) {
    const [id, state, exit] = line.trim().split('|');
    if (id === undefined || state === undefined) continue;
    const index = /^\d+_\[?([\d,%-]+)\]?$/.exec(id)?.[1];
    if (index === undefined) continue;
    const reason = exit === undefined || exit === '0:0' ? '' : exitText(exit);
    for (const shard of indicesOf(index)) tasks.set(shard, taskState(state, reason));
  }
  return tasks;
}

/** "3:0" is an exit code, "0:9" a signal. */
function exitText(exit: string): string {
  const [code, signal] = exit.split(':');
  return signal === undefined || signal === '0' ? `exit code ${code ?? '?'}` : `signal ${signal}`;
}
