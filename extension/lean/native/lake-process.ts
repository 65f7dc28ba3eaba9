import { spawn } from 'node:child_process';
import { StreamMessageWriter, type Message } from 'vscode-jsonrpc/node';
import { messageReader } from '../message-reader.ts';
import { killTree } from '../../sweep/kill-tree.ts';
import type { NativeTools } from '../native.ts';
import { toolEnvironment } from './environment.ts';

export interface LakeServeStart {
  readonly tools: NativeTools;
  /** The Lake workspace. */
  readonly root: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onMessage: (message: Message) => void;
  /** Told once, however it ends: a clause such as `ended with exit code 1: error: …`. */
  readonly onEnd: (why: string) => void;
  /** A line of its standard error. */
  readonly log: (line: string) => void;
}

/** A running `lake serve`. */
export interface LakeProcess {
  readonly send: (message: Message) => void;
  /** Ends it and all that it has started at once; `why` is what `onEnd` is told. */
  readonly kill: (why: string) => void;
  /** Closes its input, which ends a healthy one, and kills what is left of it after `graceMs`. Ends when all is over. */
  readonly close: (graceMs: number) => Promise<void>;
}

/** Output that is no message yet; more than this is none. Bytes. */
const LONGEST_MESSAGE = 256 << 20;
const ERROR_TAIL = 2_000;

/** Starts `lake serve` without a shell, in a process group of its own that does not outlive this process. */
export function startLakeServe({ tools, root, environment, onMessage, onEnd, log }: LakeServeStart): LakeProcess {
  const child = spawn(tools.lake, ['serve'], {
    cwd: root,
    env: toolEnvironment(environment),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
    shell: false,
  });
  const killAll = (): void => killTree(child);
  process.once('exit', killAll);
  let errors = '';
  let killedFor: string | null = null;
  let ended = false;
  let unread = 0;
  let announceEnd: () => void;
  const over = new Promise<void>((resolve) => (announceEnd = resolve));
  const end = (why: string): void => {
    if (ended) return;
    ended = true;
    process.removeListener('exit', killAll);
    reader.dispose();
    writer.dispose();
    child.stdin.destroy();
    child.stdout.destroy();
    child.stderr.destroy();
    announceEnd();
    onEnd(killedFor ?? why);
  };
  const kill = (why: string): void => {
    killedFor ??= why;
    killAll();
  };

  const reader = messageReader(child.stdout);
  const writer = new StreamMessageWriter(child.stdin);
  child.stdout.on('data', (chunk: Buffer) => {
    unread += chunk.length;
    if (unread > LONGEST_MESSAGE) kill('printed what is no message of the protocol');
  });
  reader.onError((error) => kill(`printed what is no message of the protocol (${error.message})`));
  reader.listen((message) => {
    unread = 0;
    if (!ended) onMessage(message);
  });
  // A broken pipe means that it is ending; how, its exit tells.
  child.stdin.on('error', () => undefined);
  let partial = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-ERROR_TAIL);
    const lines = (partial + text).split('\n');
    partial = (lines.pop() ?? '').slice(-ERROR_TAIL);
    for (const line of lines) if (line.trim() !== '') log(line);
  });
  child.on('error', (error) => end(`could not be started: ${error.message}`));
  child.on('exit', (code, signal) => {
    // Lean's workers would live on, each with its memory.
    killAll();
    // What it has still said is worth reading; a grandchild that holds the pipes open is not worth waiting for.
    const how = code === null ? `was ended by ${signal ?? 'an unknown signal'}` : `ended with exit code ${code}`;
    const tell = (): void => end(errors.trim() === '' ? how : `${how}: ${errors.trim().slice(-500)}`);
    child.once('close', tell);
    setTimeout(tell, 200);
  });
  let written = Promise.resolve();
  return {
    send(message) {
      if (!ended) written = writer.write(message).catch(() => undefined);
    },
    kill,
    async close(graceMs) {
      if (ended) return;
      const timer = setTimeout(() => kill('did not end when asked to'), graceMs);
      await Promise.race([written, over]);
      child.stdin.end();
      await over;
      clearTimeout(timer);
    },
  };
}
