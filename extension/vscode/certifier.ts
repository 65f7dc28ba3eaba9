import path from 'node:path';
import type { LogOutputChannel } from 'vscode';
import {
  emptyDashboard,
  reduceDashboard,
  type DashboardAction,
  type DashboardState,
  type RunOutcome,
} from '../protocol/dashboard-state.ts';
import type { PcmEvent, ProgressEvent, ResultEvent } from '../protocol/events.ts';
import { parseEventLine } from './event-line.ts';
import type { Findings } from './diagnostics.ts';
import { startProcess, type RunningProcess, type StopReason } from './process.ts';
import type { CertifyTarget } from './project-choice.ts';

/** Time the run has to write down what it knows after it was asked to stop, in milliseconds. */
const PATIENCE_MILLISECONDS = 8000;

export interface CertifierHost {
  /** Absolute path of the bundled command line, `dist/pcm.cjs`. */
  readonly cli: string;
  readonly log: Pick<LogOutputChannel, 'info' | 'warn' | 'error'>;
  readonly findings: Findings;
  readonly onChange: (state: DashboardState) => void;
  readonly onProgress: (progress: ProgressEvent) => void;
}

/** How a run ended, and what it left behind. */
export interface FinishedRun {
  /** The project, as it is called on the screen. */
  readonly name: string;
  readonly outcome: RunOutcome;
  readonly results: readonly ResultEvent[];
}

export interface Certifier {
  state(): DashboardState;
  /** Starts a run of the project called `name`; null while another one is going on. The promise settles when the run is over and never rejects. */
  start(target: CertifyTarget, name: string): Promise<FinishedRun> | null;
  /** Asks the run to stop; true if there is one. */
  cancel(): boolean;
  /** Says why nothing can be started, or that something can again (null). */
  block(reason: string | null): void;
  /** Absolute path of the certificate that the last run wrote for `model`. */
  certificate(model: string): string | undefined;
  dispose(): void;
}

/**
 * Runs `pcm certify` as a child process, one at a time, and turns what it prints into the dashboard's state and into
 * diagnostics. Knows nothing of windows: whoever starts a run decides what the user sees of it.
 */
export function createCertifier(host: CertifierHost): Certifier {
  let state = emptyDashboard;
  let running: RunningProcess | undefined;
  const certificates = new Map<string, string>();

  function dispatch(action: DashboardAction): void {
    const next = reduceDashboard(state, action);
    if (next === state) return;
    state = next;
    host.onChange(state);
  }

  async function run(target: CertifyTarget, name: string): Promise<FinishedRun> {
    const results: ResultEvent[] = [];
    const args = [host.cli, 'certify', target.folder, '--config', target.config, '--json'];
    host.log.info(`${process.execPath} ${args.map((arg) => JSON.stringify(arg)).join(' ')}`);
    host.findings.clear();
    certificates.clear();
    dispatch({ kind: 'started', target: { project: name, config: target.config } });

    const child = startProcess({
      command: process.execPath,
      args,
      cwd: target.folder,
      env: childEnvironment(process.env),
      patience: PATIENCE_MILLISECONDS,
      onErrorLine: (line) => host.log.warn(line),
      onLine: (line) => {
        const read = parseEventLine(line);
        if (read.kind === 'not-an-event') {
          host.log.error(`Unexpected output of pcm (${read.reason})`);
          return;
        }
        take(read.event);
      },
    });
    running = child;

    function take(event: PcmEvent): void {
      dispatch({ kind: 'event', event });
      if (event.kind === 'progress') host.onProgress(event);
      if (event.kind === 'problem') host.findings.addProblem(target, event);
      if (event.kind === 'result') {
        results.push(event);
        if (event.certificate !== null) {
          certificates.set(event.model, path.resolve(target.folder, event.certificate));
        }
      }
    }

    const stopped = await child.stopped;
    for (const result of results) await placeResult(target, result);
    const outcome = outcomeOf(stopped, results);
    host.log.info(`pcm stopped: ${JSON.stringify(stopped)}`);
    running = undefined;
    dispatch({ kind: 'ended', outcome });
    return { name, outcome, results };
  }

  async function placeResult(target: CertifyTarget, result: ResultEvent): Promise<void> {
    try {
      await host.findings.addResult(target, result);
    } catch (error) {
      // The project file may have been deleted while the run went on; the dashboard still shows the verdicts.
      host.log.warn(`Verdicts could not be shown in ${target.config}: ${String(error)}`);
    }
  }

  return {
    state: () => state,
    start: (target, name) => (state.run.kind === 'running' ? null : run(target, name)),
    cancel() {
      if (running === undefined) return false;
      dispatch({ kind: 'stopping' });
      running.cancel();
      return true;
    },
    block: (reason) => dispatch({ kind: 'blocked', reason }),
    certificate: (model) => certificates.get(model),
    dispose: () => running?.kill(),
  };
}

/**
 * The editor's own environment, less what would reach into the child: `ELECTRON_RUN_AS_NODE` makes the editor's
 * executable behave as the Node it contains.
 */
function childEnvironment(inherited: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...inherited, ELECTRON_RUN_AS_NODE: '1' };
  delete environment['NODE_OPTIONS'];
  delete environment['VSCODE_INSPECTOR_OPTIONS'];
  return environment;
}

/**
 * Exit codes of `pcm`: 0 all proved, 1 something refuted, 2 could not decide or could not run. The first two are believed
 * only if the results say the same: Node also exits with 1 when a program crashes.
 */
function outcomeOf(stopped: StopReason, results: readonly ResultEvent[]): RunOutcome {
  switch (stopped.kind) {
    case 'cancelled':
      return { kind: 'cancelled' };
    case 'not-started':
      return { kind: 'broken', reason: `The pcm process could not be started: ${stopped.message}` };
    case 'killed':
      return { kind: 'broken', reason: `The pcm process was ended by ${stopped.signal}.` };
    case 'exited':
      if (stopped.code === 0 && results.length > 0 && results.every(isProved)) return { kind: 'proved' };
      if (stopped.code === 1 && results.some(({ verdicts }) => verdicts.refuted > 0)) return { kind: 'refuted' };
      if (stopped.code === 2) return { kind: 'undecided' };
      return { kind: 'broken', reason: `The pcm process ended with exit code ${stopped.code} and no matching result.` };
  }
}

function isProved({ verdicts }: ResultEvent): boolean {
  return verdicts.proved > 0 && verdicts.refuted === 0 && verdicts.stuck === 0;
}
