import path from 'node:path';
import type { LogOutputChannel } from 'vscode';
import { emptyDashboard, reduceDashboard, type DashboardAction } from '../protocol/dashboard-reducer.ts';
import type { DashboardState, RunOutcome } from '../protocol/dashboard-state.ts';
import type { PcmEvent, ProgressEvent, ResultEvent } from '../protocol/events.ts';
import type { Findings } from './diagnostics.ts';
import { callPcm } from './pcm-events.ts';
import type { RunningProcess, StopReason } from './process.ts';
import type { CertifyTarget } from './project-choice.ts';
import { isProved, outcomeOf, type Ending } from './run-outcome.ts';
import { createSignal, type Signal } from './signal.ts';

/** Time the run has to write down what it knows after it was asked to stop, in milliseconds. */
const PATIENCE_MILLISECONDS = 8000;

export interface CertifierHost {
  /** Absolute path of the bundled command line, `dist/pcm.cjs`. */
  readonly cli: string;
  readonly log: Pick<LogOutputChannel, 'info' | 'warn' | 'error'>;
  readonly findings: Pick<Findings, 'clear' | 'addProblem'>;
}

/** A run as its user started it. */
export interface StartedRun {
  readonly target: CertifyTarget;
  /** The project, as it is called on the screen. */
  readonly name: string;
  /** Models that have their verdicts already. */
  readonly finished: readonly string[];
}

/** How a run ended, and what it left behind. */
export interface FinishedRun {
  readonly name: string;
  readonly target: CertifyTarget;
  readonly outcome: RunOutcome;
  readonly results: readonly ResultEvent[];
}

/** What an earlier run left behind. */
export interface RestoredRun {
  readonly target: CertifyTarget;
  readonly name: string;
  readonly events: readonly PcmEvent[];
}

export interface Certifier {
  readonly changed: Signal<DashboardState>;
  readonly progressed: Signal<ProgressEvent>;
  /** The run that goes on or is paused, and undefined once it has ended. */
  readonly runChanged: Signal<StartedRun | undefined>;
  readonly ended: Signal<FinishedRun>;
  /** A run has paused that nobody has asked to. */
  readonly interrupted: Signal<{ readonly name: string; readonly reason: string }>;
  state(): DashboardState;
  target(): CertifyTarget | undefined;
  /** Starts a run of the project called `name`; null while another one is going on. The promise settles when the run is over and never rejects. */
  start(target: CertifyTarget, name: string): Promise<FinishedRun> | null;
  /** Takes up a run that was interrupted, for a `reason` that is for the user: paused, until it is resumed. */
  adopt(run: StartedRun, reason: string): Promise<FinishedRun> | null;
  /** Stops the run cleanly, to go on later; true if there is one. Nothing that was computed is lost. */
  pause(): boolean;
  resume(): boolean;
  /** Asks the run to stop; true if there is one. */
  cancel(): boolean;
  /** Shows what certificates on the disk say, unless a run of this session has been there before. */
  restore(restored: RestoredRun): void;
  /** Says why nothing can be started, or that something can again (null). */
  block(reason: string | null): void;
  /** Absolute path of the certificate that the last run wrote for `model`. */
  certificate(model: string): string | undefined;
  dispose(): void;
}

/**
 * Runs `pcm certify` as a child process, one at a time, and turns what it prints into the dashboard's state and into
 * diagnostics. Knows nothing of windows: whoever starts a run decides what the user sees of it.
 *
 * A pause is a clean stop: the child writes down what it knows and ends, and with it its workers and their memory. What
 * resumes is a new child, which finds every stored observation again and skips the models that have their verdicts. A child
 * that was killed (by the system that ran out of memory, say) leaves the same behind, and is paused likewise.
 */
export function createCertifier(host: CertifierHost): Certifier {
  let state = emptyDashboard;
  let child: RunningProcess | undefined;
  let current: StartedRun | undefined;
  let pausing = false;
  let wake: ((intent: 'resume' | 'cancel') => void) | undefined;
  const certificates = new Map<string, string>();
  const changed = createSignal<DashboardState>();
  const progressed = createSignal<ProgressEvent>();
  const runChanged = createSignal<StartedRun | undefined>();
  const ended = createSignal<FinishedRun>();
  const interrupted = createSignal<{ readonly name: string; readonly reason: string }>();

  function dispatch(action: DashboardAction): void {
    const next = reduceDashboard(state, action);
    if (next === state) return;
    state = next;
    changed.fire(state);
  }

  function setCurrent(run: StartedRun | undefined): void {
    current = run;
    runChanged.fire(run);
  }

  async function run(started: StartedRun, interruption: string | null): Promise<FinishedRun> {
    const { target, name } = started;
    const results: ResultEvent[] = [];
    host.findings.clear();
    certificates.clear();
    setCurrent(started);
    dispatch({ kind: 'started', target: { project: name, config: target.config } });
    let outcome: RunOutcome | undefined;
    if (interruption !== null) {
      halt(name, interruption);
      if ((await nextIntent()) === 'cancel') outcome = { kind: 'cancelled' };
    }
    while (outcome === undefined) {
      const fresh: ResultEvent[] = [];
      const stopped = await runChild(target, current?.finished ?? [], fresh);
      const decided = fresh.filter(({ verdicts }) => verdicts.stuck === 0);
      host.log.info(`pcm stopped: ${JSON.stringify(stopped)}`);
      // A run that was asked to pause at its very end has ended.
      const atEnd = stopped.kind === 'cancelled' && (stopped.code === 0 || stopped.code === 1);
      if (stopped.kind !== 'killed' && (!pausing || atEnd)) {
        results.push(...fresh);
        outcome = outcomeOf(asExit(stopped, pausing), fresh, results);
        break;
      }
      results.push(...decided);
      pausing = false;
      setCurrent({ target, name, finished: [...started.finished, ...results.map(({ model }) => model)] });
      halt(name, stopped.kind === 'killed' ? `The pcm process was ended by ${stopped.signal}.` : null);
      if ((await nextIntent()) === 'cancel') outcome = { kind: 'cancelled' };
    }
    pausing = false;
    setCurrent(undefined);
    dispatch({ kind: 'ended', outcome });
    const finished = { name, target, outcome, results };
    ended.fire(finished);
    return finished;
  }

  function halt(name: string, reason: string | null): void {
    dispatch({ kind: 'paused', reason });
    if (reason !== null) interrupted.fire({ name, reason });
  }

  async function nextIntent(): Promise<'resume' | 'cancel'> {
    const intent = await new Promise<'resume' | 'cancel'>((resolve) => (wake = resolve));
    wake = undefined;
    if (intent === 'resume') dispatch({ kind: 'resumed' });
    return intent;
  }

  async function runChild(target: CertifyTarget, skip: readonly string[], results: ResultEvent[]): Promise<StopReason> {
    child = callPcm({
      cli: host.cli,
      args: [
        ...['certify', target.folder, '--config', target.config],
        ...(target.model === undefined ? [] : ['--model', target.model]),
        ...skip.flatMap((model) => ['--skip', model]),
      ],
      cwd: target.folder,
      patience: PATIENCE_MILLISECONDS,
      log: host.log,
      onEvent: (event) => take(event, target, results),
    });
    const stopped = await child.stopped;
    child = undefined;
    return stopped;
  }

  function take(event: PcmEvent, target: CertifyTarget, results: ResultEvent[]): void {
    // What a child says on its way to a pause ("stopped before the end") is no finding.
    if (pausing && (event.kind === 'problem' || (event.kind === 'result' && event.verdicts.stuck > 0))) return;
    dispatch({ kind: 'event', event });
    if (event.kind === 'progress') progressed.fire(event);
    if (event.kind === 'problem') host.findings.addProblem(target, event);
    if (event.kind === 'result') {
      results.push(event);
      if (event.certificate !== null) certificates.set(event.model, path.resolve(target.folder, event.certificate));
    }
  }

  return {
    changed,
    progressed,
    runChanged,
    ended,
    interrupted,
    state: () => state,
    target: () => current?.target,
    start: (target, name) => (current === undefined ? run({ target, name, finished: [] }, null) : null),
    adopt: (started, reason) => (current === undefined ? run(started, reason) : null),
    pause() {
      if (child === undefined || pausing) return false;
      pausing = true;
      dispatch({ kind: 'stopping' });
      child.cancel();
      return true;
    },
    resume() {
      if (wake === undefined) return false;
      wake('resume');
      return true;
    },
    cancel() {
      if (wake !== undefined) {
        wake('cancel');
        return true;
      }
      if (child === undefined) return false;
      pausing = false;
      dispatch({ kind: 'stopping' });
      child.cancel();
      return true;
    },
    restore({ target, name, events }) {
      if (current !== undefined || state.run.kind !== 'idle') return;
      const results = events.filter((event) => event.kind === 'result');
      for (const { model, certificate } of results) if (certificate !== null) certificates.set(model, certificate);
      dispatch({
        kind: 'restored',
        target: { project: name, config: target.config },
        events,
        outcome: results.every(isProved)
          ? { kind: 'proved' }
          : { kind: results.some(({ verdicts }) => verdicts.refuted > 0) ? 'refuted' : 'undecided' },
      });
    },
    block: (reason) => dispatch({ kind: 'blocked', reason }),
    certificate: (model) => certificates.get(model),
    dispose: () => child?.kill(),
  };
}

/** A child that was to pause and came to its end instead is taken at its exit code. */
function asExit(stopped: Ending, pausing: boolean): Ending {
  return pausing && stopped.kind === 'cancelled' && stopped.code !== null
    ? { kind: 'exited', code: stopped.code }
    : stopped;
}
