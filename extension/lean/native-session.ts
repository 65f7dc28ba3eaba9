import { constants } from 'node:os';
import { runChild, type ChildResult } from './child-run.ts';
import { pathInside } from './embedded-session.ts';
import { withLock } from './embedded/preparation-lock.ts';
import type { NativeTools } from './native.ts';
import { toolEnvironment } from './native/environment.ts';
import { checkAndAudit, hasLeanchecker } from './native/audited-check.ts';
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
  let built = false;
  return {
    backend: 'native',
    version: tools.version,
    async checkFile(request) {
      const started = performance.now();
      const elapsed = (): number => performance.now() - started;
      const run = (args: readonly string[], leanPath?: string): Promise<ChildResult> =>
        runChild({
          program: tools.lake,
          arguments: args,
          folder: workspace,
          environment: toolEnvironment(environment, leanPath),
          timeLimitMs: Math.max(1, request.timeLimitMs - elapsed()),
          outputLimit: OUTPUT_LIMIT,
          tether: false,
          signal: request.signal,
        });
      if (pathInside(request.root, request.file) === null) {
        const reason = `${request.file} does not lie in ${request.root}`;
        return { kind: 'unavailable', reason, messages: [], milliseconds: 0 };
      }
      if (!built) {
        const build = await lockedBuild(request, () => run(['build', 'PCM']));
        const obstacle = judgeBuild(build, request.timeLimitMs);
        if (obstacle !== null) return obstacle;
        built = true;
      }
      const check = async (file: string, options: readonly string[], leanPath?: string): Promise<CheckOutcome> => {
        const memory =
          request.memoryLimitBytes === undefined ? [] : [`--memory=${Math.ceil(request.memoryLimitBytes / 2 ** 20)}`];
        const result = await run(['env', 'lean', '--json', ...memory, ...options, file], leanPath);
        return judgeRun({ ...result, end: unwrapSignal(result.end), milliseconds: elapsed() }, request.timeLimitMs);
      };
      const { audit } = request;
      if (audit === undefined) return await check(request.file, []);
      return await checkAndAudit({
        root: request.root,
        file: request.file,
        ...audit,
        check,
        leanchecker: (await hasLeanchecker(tools, workspace, toolEnvironment(environment), request.signal))
          ? (module, leanPath) => run(['env', 'leanchecker', module], leanPath)
          : null,
      });
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
