import { spawn } from 'node:child_process';

/** One run of a program to its end. */
export interface ProgramRequest {
  /** Name or path, and its arguments; no shell sees them. */
  readonly program: string;
  readonly words: readonly string[];
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

export interface ProgramEnd {
  readonly kind: 'exited' | 'killed' | 'timed-out' | 'cancelled' | 'not-started';
  /** Exit code or the name of the signal or error; empty where we ended it. */
  readonly detail: string;
  /** Beginning and end of what it printed on both outputs together. */
  readonly printed: string;
}

const KEPT = 65_536;
/** Between asking a program to end and killing it: MPI launchers need a moment to end their ranks. */
const GRACE_MS = 3_000;

/**
 * Runs a program in a process group of its own. At the time limit, and when aborted, the group is asked to end and killed
 * soon after; it is killed as well when this process exits first.
 */
export function runProgram(request: ProgramRequest): Promise<ProgramEnd> {
  if (request.signal.aborted) return Promise.resolve({ kind: 'cancelled', detail: '', printed: '' });
  return new Promise((resolve) => {
    let head = '';
    let tail = '';
    let stopped: 'timed-out' | 'cancelled' | null = null;
    let grace: NodeJS.Timeout | null = null;
    let settled = false;
    const child = spawn(request.program, request.words, {
      cwd: request.folder,
      env: request.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
      shell: false,
    });
    const send = (name: NodeJS.Signals): void => {
      if (child.pid === undefined) return;
      try {
        if (process.platform === 'win32') child.kill(name);
        else process.kill(-child.pid, name);
      } catch {
        // Nothing is left of the group.
      }
    };
    const stop = (why: 'timed-out' | 'cancelled'): void => {
      if (stopped !== null) return;
      stopped = why;
      send('SIGTERM');
      grace = setTimeout(() => send('SIGKILL'), GRACE_MS);
    };
    const onAbort = (): void => stop('cancelled');
    const onExit = (): void => send('SIGKILL');
    const timer = setTimeout(() => stop('timed-out'), request.limitMs);
    request.signal.addEventListener('abort', onAbort, { once: true });
    process.once('exit', onExit);
    const keep = (text: string): void => {
      const free = Math.max(0, KEPT - head.length);
      head += text.slice(0, free);
      tail = (tail + text.slice(free)).slice(-KEPT);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    const finish = (kind: 'exited' | 'killed' | 'not-started', detail: string): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      if (grace !== null) clearTimeout(grace);
      request.signal.removeEventListener('abort', onAbort);
      process.removeListener('exit', onExit);
      const printed = head + tail;
      resolve(stopped === null ? { kind, detail, printed } : { kind: stopped, detail: '', printed });
    };
    child.on('error', (error: NodeJS.ErrnoException) => finish('not-started', error.code ?? error.message));
    child.on('exit', () => {
      // Whatever of its group outlives the program would hold up its output.
      setTimeout(() => {
        if (!settled) send('SIGKILL');
      }, GRACE_MS).unref();
    });
    child.on('close', (code, name) =>
      code === null ? finish('killed', name ?? 'an unknown signal') : finish('exited', String(code)),
    );
  });
}
