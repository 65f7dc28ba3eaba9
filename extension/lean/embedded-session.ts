import { isAbsolute, relative, sep } from 'node:path';
import { runChild, type ChildResult } from './child-run.ts';
import { judgeRun } from './outcome.ts';
import { EMBEDDED_LEAN_BUILD, EMBEDDED_LEAN_VERSION } from './embedded/package-files.ts';
import type { HostRequest } from './embedded/host-request.ts';
import type { PreparedRuntime } from './embedded/prepare.ts';
import { OUTPUT_LIMIT, type CheckOutcome, type LeanSession } from './session.ts';

/** Where and how the embedded Lean is run. */
export interface EmbeddedLean {
  readonly runtime: PreparedRuntime;
  /** The bundled `host.ts` (`dist/lean-host.cjs`). */
  readonly hostScript: string;
  /** Node 20 or later; by default the program that runs this (also right inside an Electron process). */
  readonly node?: string;
}

/** All that a WebAssembly memory can be, bytes. */
export const LARGEST_MEMORY = 2 ** 31;

/** Lean would stop after 100 errors, and leave every theorem after them undecided. */
const MOST_ERRORS = '-DmaxErrors=1000000';

/** Checks files with the embedded Lean, each in a process of its own that sees only the root and the library folders. */
export function embeddedSession(lean: EmbeddedLean): LeanSession {
  return {
    backend: 'embedded',
    version: `${EMBEDDED_LEAN_VERSION}, ${EMBEDDED_LEAN_BUILD}`,
    async checkFile(request) {
      const file = pathInside(request.root, request.file);
      if (file === null) {
        return {
          kind: 'unavailable',
          reason: `${request.file} does not lie in ${request.root}`,
          messages: [],
          milliseconds: 0,
        };
      }
      const libraries = request.libraryPaths.map((folder, i) => ({ at: `/library/${i}`, folder }));
      const run: EmbeddedRun = {
        mounts: [{ at: '/workspace', folder: request.root }, ...libraries],
        // Not the workspace: Lean looks in these before its own library, and a workspace that came with somebody's
        // certificate could bring an `Init.olean` of its own.
        libraryPaths: libraries.map(({ at }) => at),
        arguments: ['--json', MOST_ERRORS, '--root=/workspace', `/workspace/${file}`],
        memoryBytes: request.memoryLimitBytes ?? LARGEST_MEMORY,
        timeLimitMs: request.timeLimitMs,
        signal: request.signal,
      };
      const once = async (): Promise<CheckOutcome> => judgeRun(await runEmbeddedLean(lean, run), request.timeLimitMs);
      const first = await once();
      // A crash says nothing about the file, and one that comes from outside does not come twice. What needs more memory
      // than there is needs it again.
      return first.kind === 'crashed' ? await once() : first;
    },
  };
}

/** Arguments of one run; folders as in {@link HostRequest}. */
export interface EmbeddedRun extends Omit<HostRequest, 'runtime'> {
  readonly timeLimitMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Runs the embedded Lean once. The environment of this process is not passed on. */
export function runEmbeddedLean(lean: EmbeddedLean, run: EmbeddedRun): Promise<ChildResult> {
  const { timeLimitMs, signal, ...rest } = run;
  const host: HostRequest = { runtime: lean.runtime.folder, ...rest };
  return runChild({
    program: lean.node ?? process.execPath,
    arguments: [lean.hostScript, JSON.stringify(host)],
    folder: lean.runtime.folder,
    environment: { ELECTRON_RUN_AS_NODE: '1', PATH: process.env['PATH'], SystemRoot: process.env['SystemRoot'] },
    timeLimitMs,
    outputLimit: OUTPUT_LIMIT,
    tether: true,
    signal,
  });
}

/** `file` relative to `folder` with forward slashes, or null when it lies elsewhere. */
export function pathInside(folder: string, file: string): string | null {
  const path = relative(folder, file);
  return path === '' || path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path)
    ? null
    : path.split(sep).join('/');
}
