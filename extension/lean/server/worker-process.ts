import { spawn, type ChildProcess } from 'node:child_process';
import { killTree } from '../../sweep/kill-tree.ts';
import { createMessageConnection, StreamMessageWriter, type MessageConnection } from 'vscode-jsonrpc/node';
import { messageReader } from '../message-reader.ts';
import type { HostMounts, HostRequest, HostUsage } from '../embedded/host-request.ts';
import type { EmbeddedLean } from '../embedded-session.ts';

/** What a worker is started with; folders as in {@link HostRequest}. */
export interface WorkerStart {
  readonly lean: EmbeddedLean;
  readonly libraryPaths: readonly string[];
  readonly sourcePaths: readonly string[];
  readonly memoryBytes: number;
}

/** One `lean --worker` in a process group of its own. */
export interface WorkerProcess {
  readonly connection: MessageConnection;
  readonly pid: number | undefined;
  /** Says what Lean is to see; it begins then, and the first time counts. */
  mount(mounts: HostMounts['mounts']): void;
  /** Settles when the process is gone, with what can be said about why. */
  readonly ended: Promise<string>;
  /** Processor time and memory used so far; null once the process does not answer within a second. */
  usage(): Promise<HostUsage | null>;
  /** Kills the process and all that it started. */
  end(): void;
}

const ERROR_TAIL = 4096;
const USAGE_LIMIT = 1000;

/**
 * Theorems of a document are elaborated one after another: it takes less memory, and certificates ask for it anyway.
 * Diagnostics are told after 50 ms instead of 200, which is most of the time that a small edit takes.
 */
const ARGUMENTS = ['--worker', '-DElab.async=false', '-Dserver.reportDelayMs=50'];

/**
 * Starts a worker. It gets ready by itself, begins when it is told its mounts, and reads its first message as soon as it
 * can; nothing needs to be waited for.
 */
export function startWorker({ lean, ...rest }: WorkerStart): WorkerProcess {
  const request: HostRequest = { runtime: lean.runtime.folder, arguments: ARGUMENTS, mounts: null, ...rest };
  const child = spawn(lean.node ?? process.execPath, [lean.hostScript, JSON.stringify(request)], {
    cwd: lean.runtime.folder,
    env: { ELECTRON_RUN_AS_NODE: '1', PATH: process.env['PATH'], SystemRoot: process.env['SystemRoot'] },
    // The fourth is a channel by which the worker notices that this process has gone, however it went.
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
    detached: process.platform !== 'win32',
    windowsHide: true,
    shell: false,
  });
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error('a worker without its pipes');
  let errors = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-ERROR_TAIL);
  });
  // A worker that died takes no more input; its end is what is reported.
  stdin.on('error', () => undefined);
  const connection = createMessageConnection(messageReader(stdout), new StreamMessageWriter(stdin));
  connection.onError(() => undefined);
  const onExit = (): void => killTree(child);
  process.once('exit', onExit);
  const ended = new Promise<string>((resolve) => {
    let settled = false;
    const finish = (reason: string): void => {
      if (settled) return;
      settled = true;
      process.removeListener('exit', onExit);
      connection.dispose();
      resolve(reason);
    };
    child.on('error', (error) => finish(`it could not be started: ${error.message}`));
    child.on('exit', (code, signal) => {
      // Threads that outlive the program are in its group.
      killTree(child);
      finish(describeEnd(code, signal, errors));
    });
  });
  return {
    connection,
    pid: child.pid,
    mount: (mounts) => child.connected && child.send({ mounts } satisfies HostMounts, () => undefined),
    ended,
    usage: () => askUsage(child),
    end: () => killTree(child),
  };
}

function describeEnd(code: number | null, signal: string | null, errors: string): string {
  const how = code === null ? `ended by ${signal ?? 'an unknown signal'}` : `ended with exit code ${code}`;
  const said = errors
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^(\[DEBUG:| {2}- \/| {2}mainModule\? = )/.test(line))
    .slice(0, 3)
    .join(' ')
    .slice(0, 500);
  return said === '' ? how : `${how}: ${said}`;
}

function askUsage(child: ChildProcess): Promise<HostUsage | null> {
  return new Promise((resolve) => {
    if (!child.connected) {
      resolve(null);
      return;
    }
    const timer = setTimeout(() => finish(null), USAGE_LIMIT);
    const finish = (usage: HostUsage | null): void => {
      clearTimeout(timer);
      child.removeListener('message', onMessage);
      resolve(usage);
    };
    const onMessage = (usage: unknown): void => finish(usage as HostUsage);
    child.once('message', onMessage);
    child.send('usage', (error) => {
      if (error !== null) finish(null);
    });
  });
}
