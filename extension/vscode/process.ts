import { spawn, type ChildProcess } from 'node:child_process';
import { createLineSplitter } from './line-splitter.ts';

/** Why a process is no longer there. */
export type StopReason =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: string }
  /** Asked to stop; the exit code tells whether it came to its end all the same (null: it was ended). */
  | { readonly kind: 'cancelled'; readonly code: number | null }
  | { readonly kind: 'not-started'; readonly message: string };

export interface ProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Written to standard input, which is then closed; without it there is none. */
  readonly input?: string;
  /** Called for every line of standard output, and of standard error. */
  readonly onLine: (line: string) => void;
  readonly onErrorLine: (line: string) => void;
  /** Time between the polite request to stop and the end of the whole process tree, in milliseconds. */
  readonly patience: number;
}

export interface RunningProcess {
  /** Settles once, when the process is gone and its output has been delivered; never rejects. */
  readonly stopped: Promise<StopReason>;
  /** Asks the process to stop (SIGINT); ends its tree if it has not stopped after `patience`. */
  cancel(): void;
  /** Ends the whole tree at once. */
  kill(): void;
}

/** Longest line taken from a process. A result names every obligation; 16 million characters hold 100,000 of them. */
const LONGEST_LINE = 16e6;

/** A grandchild may hold the pipes open after the process itself has exited; we do not wait longer than this. */
const FLUSH_MILLISECONDS = 2000;

/** Starts a process, without a shell, in a group of its own so that nothing it starts outlives a cancellation. */
export function startProcess(options: ProcessOptions): RunningProcess {
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: options.env,
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  // A process that ends before it has read everything is no failure of ours.
  child.stdin?.on('error', () => undefined).end(options.input);
  deliverLines(child.stdout!, options.onLine, options.onErrorLine);
  deliverLines(child.stderr!, options.onErrorLine, options.onErrorLine);

  let cancelled = false;
  let impatience: NodeJS.Timeout | undefined;
  const stopped = new Promise<StopReason>((resolve) => {
    child.once('error', (error) => resolve({ kind: 'not-started', message: error.message }));
    child.once('exit', (code, signal) => {
      // What was killed has not ended its own children.
      if (code === null) killGroup(child);
      const reason = stopReason(cancelled, code, signal);
      child.once('close', () => resolve(reason));
      setTimeout(() => resolve(reason), FLUSH_MILLISECONDS).unref();
    });
  }).finally(() => clearTimeout(impatience));

  return {
    stopped,
    cancel() {
      if (cancelled || hasStopped(child)) return;
      cancelled = true;
      child.kill('SIGINT');
      impatience = setTimeout(() => killTree(child), options.patience);
    },
    kill() {
      cancelled = true;
      killTree(child);
    },
  };
}

function stopReason(cancelled: boolean, code: number | null, signal: NodeJS.Signals | null): StopReason {
  if (cancelled) return { kind: 'cancelled', code };
  if (code === null) return { kind: 'killed', signal: signal ?? 'an unknown signal' };
  return { kind: 'exited', code };
}

function deliverLines(
  stream: NodeJS.ReadableStream,
  onLine: (line: string) => void,
  onErrorLine: (line: string) => void,
): void {
  const lines = createLineSplitter(LONGEST_LINE, onLine, () =>
    onErrorLine(`A line longer than ${LONGEST_LINE.toLocaleString('en-US')} characters was dropped.`),
  );
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => lines.push(chunk));
  stream.on('end', () => lines.end());
}

function hasStopped(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function killTree(child: ChildProcess): void {
  if (child.pid === undefined || hasStopped(child)) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true });
    return;
  }
  killGroup(child);
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined || process.platform === 'win32') return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is already gone.
  }
}
