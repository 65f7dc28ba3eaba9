import { spawn } from 'node:child_process';
import { killTree } from '../sweep/kill-tree.ts';

/** How to run a program to its end, without a shell, within limits. */
export interface ChildRequest {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timeLimitMs: number;
  /** Bytes of standard output after which the program is stopped. */
  readonly outputLimit: number;
  /** Keep a channel open by which the program notices that this process has gone. */
  readonly tether: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface ChildResult {
  readonly end:
    | { readonly kind: 'exited'; readonly code: number }
    | { readonly kind: 'killed'; readonly by: string }
    | { readonly kind: 'timed-out' | 'cancelled' | 'too-much-output' }
    | { readonly kind: 'not-started'; readonly reason: string };
  readonly output: string;
  /** The last few thousand characters of standard error. */
  readonly errors: string;
  readonly milliseconds: number;
}

const ERROR_TAIL = 16_384;
/** How long output of grandchildren that outlive the program may hold up its result, ms. */
const LINGER = 2_000;

/**
 * Runs a program. On timeout, cancellation and too much output its whole process group is killed; so it is when this
 * process exits first.
 *
 * @param onChunk sees standard output as it comes, before the result is known
 */
export function runChild(
  request: ChildRequest,
  onChunk: (text: string) => void = () => undefined,
): Promise<ChildResult> {
  const started = performance.now();
  if (request.signal?.aborted === true) {
    return Promise.resolve({ end: { kind: 'cancelled' }, output: '', errors: '', milliseconds: 0 });
  }
  return new Promise((resolve) => {
    const output: string[] = [];
    let bytes = 0;
    let errors = '';
    let stopped: 'timed-out' | 'cancelled' | 'too-much-output' | null = null;
    const child = spawn(request.program, request.arguments, {
      cwd: request.folder,
      env: request.environment,
      stdio: request.tether ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that everything it starts can be killed with it.
      detached: process.platform !== 'win32',
      windowsHide: true,
      shell: false,
    });
    const stop = (why: 'timed-out' | 'cancelled' | 'too-much-output'): void => {
      stopped ??= why;
      killTree(child);
    };
    const onAbort = (): void => stop('cancelled');
    const onExit = (): void => killTree(child);
    const timer = setTimeout(() => stop('timed-out'), request.timeLimitMs);
    request.signal?.addEventListener('abort', onAbort, { once: true });
    process.once('exit', onExit);

    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      bytes += Buffer.byteLength(text);
      if (bytes > request.outputLimit) {
        stop('too-much-output');
        return;
      }
      output.push(text);
      onChunk(text);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-ERROR_TAIL);
    });
    let settled = false;
    const finish = (end: ChildResult['end']): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', onAbort);
      process.removeListener('exit', onExit);
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve({
        end: stopped === null ? end : { kind: stopped },
        output: output.join(''),
        errors,
        milliseconds: performance.now() - started,
      });
    };
    const describeEnd = (code: number | null, signal: string | null): ChildResult['end'] =>
      code === null ? { kind: 'killed', by: signal ?? 'an unknown signal' } : { kind: 'exited', code };
    child.on('error', (error) => finish({ kind: 'not-started', reason: error.message }));
    child.on('close', (code, signal) => finish(describeEnd(code, signal)));
    child.on('exit', (code, signal) => {
      setTimeout(() => {
        // Once the output is closed the group is gone, and its number may belong to somebody else.
        if (settled) return;
        killTree(child);
        finish(describeEnd(code, signal));
      }, LINGER).unref();
    });
  });
}
