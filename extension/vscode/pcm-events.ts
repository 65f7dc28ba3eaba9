import type { LogOutputChannel } from 'vscode';
import type { PcmEvent } from '../protocol/events.ts';
import { childEnvironment } from './child-environment.ts';
import { parseEventLine } from './event-line.ts';
import { startProcess, type RunningProcess } from './process.ts';

/** Time a short command has to stop by itself, in milliseconds. */
const PATIENCE_MILLISECONDS = 1000;

export interface PcmCall {
  /** Absolute path of the bundled command line. */
  readonly cli: string;
  readonly args: readonly string[];
  /** Folder to run in. */
  readonly cwd: string;
  readonly log: Pick<LogOutputChannel, 'info' | 'warn' | 'error'>;
  readonly onEvent: (event: PcmEvent) => void;
}

/** Runs `pcm ARGS --json` once and hands over what it prints, event by event. */
export function callPcm({ cli, args, cwd, log, onEvent }: PcmCall): RunningProcess {
  log.info(`pcm ${[...args, '--json'].map((arg) => JSON.stringify(arg)).join(' ')}`);
  return startProcess({
    command: process.execPath,
    args: [cli, ...args, '--json'],
    cwd,
    env: childEnvironment(process.env),
    patience: PATIENCE_MILLISECONDS,
    onErrorLine: (line) => log.warn(line),
    onLine: (line) => {
      const read = parseEventLine(line);
      if (read.kind === 'event') onEvent(read.event);
      else log.error(`Unexpected output of pcm (${read.reason})`);
    },
  });
}
