import type { LogOutputChannel } from 'vscode';
import type { PcmEvent } from '../protocol/events.ts';
import { childEnvironment } from './child-environment.ts';
import { startProcess, type RunningProcess } from './process.ts';

/** Time a short command has to stop by itself, in milliseconds. */
const PATIENCE_MILLISECONDS = 1000;

export interface PcmCall {
  /** Absolute path of the bundled command line. */
  readonly cli: string;
  readonly args: readonly string[];
  /** Folder to run in. */
  readonly cwd: string;
  /** Written to standard input; without it there is none. */
  readonly input?: string;
  /** Time the command has to stop by itself once it is asked to, in milliseconds; short ones need no more than usual. */
  readonly patience?: number;
  readonly log: Pick<LogOutputChannel, 'info' | 'warn' | 'error'>;
  readonly onEvent: (event: PcmEvent) => void;
}

/** Runs `pcm ARGS --json` once and hands over what it prints, event by event; all of it, before it counts as stopped. */
export function callPcm(call: PcmCall): RunningProcess {
  const { cli, args, cwd, input, patience = PATIENCE_MILLISECONDS, log, onEvent } = call;
  log.info(`pcm ${[...args, '--json'].map((arg) => JSON.stringify(arg)).join(' ')}`);
  // Loaded while the process starts: no window waits for the definitions of events when it opens.
  const reader = import('./event-line.ts');
  let taken = Promise.resolve();
  const child = startProcess({
    command: process.execPath,
    args: [cli, ...args, '--json'],
    cwd,
    env: childEnvironment(process.env),
    patience,
    ...(input !== undefined && { input }),
    onErrorLine: (line) => log.warn(line),
    onLine: (line) => {
      taken = reader.then(({ parseEventLine }) => {
        const read = parseEventLine(line);
        if (read.kind === 'event') onEvent(read.event);
        else log.error(`Unexpected output of pcm (${read.reason})`);
      });
    },
  });
  return { ...child, stopped: child.stopped.then((reason) => taken.then(() => reason)) };
}
