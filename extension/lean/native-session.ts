import { runChild, type ChildResult } from './child-run.ts';
import type { NativeTools } from './native.ts';
import { judgeRun } from './outcome.ts';
import { OUTPUT_LIMIT, type CheckOutcome, type CheckRequest, type LeanSession } from './session.ts';

/**
 * Checks files with an installed toolchain: builds the library in the Lake workspace at `root`, then runs
 * `lake env lean --json FILE` there.
 *
 * @param environment passed on whole: `elan` and `lake` look for their homes in it
 */
export function nativeSession(
  tools: NativeTools,
  environment: Readonly<Record<string, string | undefined>>,
): LeanSession {
  const run = (request: CheckRequest, args: readonly string[], timeLimitMs: number): Promise<ChildResult> =>
    runChild({
      program: tools.lake,
      arguments: args,
      folder: request.root,
      environment,
      timeLimitMs,
      outputLimit: OUTPUT_LIMIT,
      tether: false,
      signal: request.signal,
    });
  return {
    backend: 'native',
    version: tools.version,
    async checkFile(request) {
      const build = await run(request, ['build', 'PCM'], request.timeLimitMs);
      const obstacle = judgeBuild(build, request.timeLimitMs);
      if (obstacle !== null) return obstacle;
      const left = Math.max(1, request.timeLimitMs - build.milliseconds);
      const memory =
        request.memoryLimitBytes === undefined ? [] : [`--memory=${Math.ceil(request.memoryLimitBytes / 2 ** 20)}`];
      const result = await run(request, ['env', 'lean', '--json', ...memory, request.file], left);
      return judgeRun({ ...result, milliseconds: result.milliseconds + build.milliseconds }, request.timeLimitMs);
    },
  };
}

/** A build prints for people; only its exit code counts. */
function judgeBuild(build: ChildResult, timeLimitMs: number): CheckOutcome | null {
  if (build.end.kind === 'exited' && build.end.code === 0) return null;
  const judged = judgeRun({ ...build, output: '' }, timeLimitMs);
  if (judged.kind !== 'finished' && build.end.kind !== 'exited') return judged;
  const tail = `${build.output}\n${build.errors}`.trim().split('\n').slice(-5).join(' ').slice(-1000);
  return { kind: 'unavailable', reason: `lake build failed: ${tail}`, messages: [], milliseconds: build.milliseconds };
}
