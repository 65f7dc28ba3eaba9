import { constants } from 'node:os';
import { runChild, type ChildResult } from './child-run.ts';
import { pathInside } from './embedded-session.ts';
import { withLock } from './embedded/preparation-lock.ts';
import type { NativeTools } from './native.ts';
import { toolEnvironment } from './native/environment.ts';
import { buildLock } from './native/library-workspace.ts';
import { judgeRun } from './outcome.ts';
import { OUTPUT_LIMIT, type CheckOutcome, type CheckRequest, type LeanSession } from './session.ts';

export interface NativeSessionRequest {
  readonly tools: NativeTools;
  /** Passed on nearly whole: `elan` and `lake` look for their homes in it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Lake workspace with the library, ours alone. */
  readonly workspace: string;
}

/**
 * Checks files with an installed toolchain: builds the library in our workspace, once, then runs
 * `lake env lean --json FILE` there. Nothing of the workspace that the file lies in is read besides the file.
 */
export function nativeSession({ tools, environment, workspace }: NativeSessionRequest): LeanSession {
  const run = (request: CheckRequest, args: readonly string[], timeLimitMs: number): Promise<ChildResult> =>
    runChild({
      program: tools.lake,
      arguments: args,
      folder: workspace,
      environment: toolEnvironment(environment),
      timeLimitMs,
      outputLimit: OUTPUT_LIMIT,
      tether: false,
      signal: request.signal,
    });
  let built = false;
  return {
    backend: 'native',
    version: tools.version,
    async checkFile(request) {
      const started = performance.now();
      const unavailable = (reason: string): CheckOutcome => ({
        kind: 'unavailable',
        reason,
        messages: [],
        milliseconds: performance.now() - started,
      });
      if (pathInside(request.root, request.file) === null)
        return unavailable(`${request.file} does not lie in ${request.root}`);
      const left = (): number => Math.max(1, request.timeLimitMs - (performance.now() - started));
      if (!built) {
        const build = await lockedBuild(request, () => run(request, ['build', 'PCM'], left()));
        const obstacle = judgeBuild(build, request.timeLimitMs);
        if (obstacle !== null) return obstacle;
        built = true;
      }
      const memory =
        request.memoryLimitBytes === undefined ? [] : [`--memory=${Math.ceil(request.memoryLimitBytes / 2 ** 20)}`];
      const result = await run(request, ['env', 'lean', '--json', ...memory, request.file], left());
      const milliseconds = performance.now() - started;
      return judgeRun({ ...result, end: unwrapSignal(result.end), milliseconds }, request.timeLimitMs);
    },
  };

  async function lockedBuild(request: CheckRequest, build: () => Promise<ChildResult>): Promise<ChildResult> {
    const signals = [
      AbortSignal.timeout(request.timeLimitMs),
      ...(request.signal === undefined ? [] : [request.signal]),
    ];
    try {
      return await withLock(buildLock(workspace), () => undefined, AbortSignal.any(signals), build);
    } catch (error) {
      // Somebody else's build was waited for, in vain.
      const kind = request.signal?.aborted === true ? 'cancelled' : 'timed-out';
      if (!signals.some(({ aborted }) => aborted)) throw error;
      return { end: { kind }, output: '', errors: '', milliseconds: request.timeLimitMs };
    }
  }
}

/** `lake env` reports a program that was ended by a signal as shells do: exit code 128 + signal. */
function unwrapSignal(end: ChildResult['end']): ChildResult['end'] {
  if (end.kind !== 'exited' || end.code <= 128) return end;
  const name = Object.entries(constants.signals).find(([, number]) => number === end.code - 128)?.[0];
  return name === undefined ? end : { kind: 'killed', by: name };
}

/** A build prints for people; only its exit code counts. */
function judgeBuild(build: ChildResult, timeLimitMs: number): CheckOutcome | null {
  if (build.end.kind === 'exited' && build.end.code === 0) return null;
  const judged = judgeRun({ ...build, output: '' }, timeLimitMs);
  if (judged.kind !== 'finished' && build.end.kind !== 'exited') return judged;
  return {
    kind: 'unavailable',
    reason: `lake build failed: ${complaintsOf(`${build.output}\n${build.errors}`)}`,
    messages: [],
    milliseconds: build.milliseconds,
  };
}

/** What Lake marks as errors, else its last lines; at most 1,000 characters. */
function complaintsOf(text: string): string {
  const lines = text.trim().split('\n');
  const errors = lines.filter((line) => line.startsWith('error: '));
  return (errors.length > 0 ? errors.slice(0, 5) : lines.slice(-5)).join(' ').slice(0, 1000);
}
