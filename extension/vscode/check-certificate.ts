import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LogOutputChannel } from 'vscode';
import type { VerdictEvent } from '../protocol/events.ts';
import { callPcm } from './pcm-events.ts';
import type { StopReason } from './process.ts';

/**
 * Where a certificate is checked: in its own Lean workspace, which keeps the verdicts; or in a folder of its own, where
 * workspace, Lean file and all are made anew from the certificate alone.
 */
export type CheckPlace = 'project' | 'fresh';

const PATIENCE_MILLISECONDS = 5000;

export interface CheckRequest {
  readonly cli: string;
  /** Absolute path of the certificate. */
  readonly file: string;
  readonly place: CheckPlace;
  readonly log: Pick<LogOutputChannel, 'info' | 'warn' | 'error'>;
  /** Words for whoever watches. */
  readonly onLine: (line: string) => void;
  readonly onCancel: (stop: () => void) => { dispose(): unknown };
}

export interface CheckOutcome {
  /** By theorem. */
  readonly verdicts: ReadonlyMap<string, Pick<VerdictEvent, 'verdict' | 'reason'>>;
  /** Why there are no (more) verdicts. */
  readonly trouble: string;
}

/** `pcm check` in a process of its own; never rejects for what the certificate or Lean do. */
export async function checkCertificate(request: CheckRequest): Promise<CheckOutcome> {
  if (request.place === 'project') return run(request, request.file);
  const folder = await mkdtemp(path.join(tmpdir(), 'pcm-check-'));
  try {
    const copy = path.join(folder, path.basename(request.file));
    await copyFile(request.file, copy);
    return await run(request, copy);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run({ cli, log, onLine, onCancel }: CheckRequest, file: string): Promise<CheckOutcome> {
  const verdicts = new Map<string, Pick<VerdictEvent, 'verdict' | 'reason'>>();
  const problems: string[] = [];
  const child = callPcm({
    cli,
    args: ['check', file],
    cwd: path.dirname(file),
    patience: PATIENCE_MILLISECONDS,
    log,
    onEvent(event) {
      if (event.kind === 'verdict') {
        verdicts.set(event.theorem, { verdict: event.verdict, reason: event.reason });
        onLine(`${event.theorem}: ${event.verdict}. ${event.reason}`);
      }
      if (event.kind === 'problem') {
        problems.push(`${event.message} ${event.fix}`);
        onLine(`${event.file}: ${event.message} ${event.fix}`);
      }
    },
  });
  const cancellation = onCancel(() => child.cancel());
  const stopped = await child.stopped;
  cancellation.dispose();
  return { verdicts, trouble: problems[0] ?? troubleOf(stopped) };
}

function troubleOf(stopped: StopReason): string {
  switch (stopped.kind) {
    case 'not-started':
      return `pcm check could not be started: ${stopped.message}`;
    case 'killed':
      return `pcm check was ended by ${stopped.signal}.`;
    case 'cancelled':
      return 'The check was cancelled.';
    case 'exited':
      return `pcm check ended with exit code ${stopped.code} and no verdict on this theorem.`;
  }
}
