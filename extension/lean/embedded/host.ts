import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import {
  CRASH_EXIT_CODE,
  CRASH_MARK,
  LEAN_PROGRAM,
  STANDARD_LIBRARY,
  type HostMount,
  type HostMounts,
  type HostRequest,
  type HostUsage,
} from './host-request.ts';

/**
 * The process that runs the embedded Lean once: `node lean-host.cjs REQUEST`. Standard input, output and error and the
 * exit code are Lean's. It ends when Lean does, when it is killed, and when the process that started it disconnects.
 */

/** What the stripped glue offers and reads; see `changes` in glue.ts. */
interface LeanModule {
  wasmMemory: WebAssembly.Memory;
  noInitialRun: boolean;
  noExitRuntime: boolean;
  mainScriptUrlOrBlob: string;
  leanThreadsReady: number;
  leanThreadLimits: { stackSizeMb: number };
  leanQuit: (status: number, reason: unknown) => never;
  preRun: (() => void)[];
  onRuntimeInitialized: () => void;
  onAbort: (reason: unknown) => never;
  FS?: {
    mkdirTree(path: string): void;
    mount(type: unknown, options: { root: string }, at: string): void;
    chdir(path: string): void;
  };
  NODEFS?: unknown;
  _malloc?: (bytes: number) => number;
  _pthread_create?: (thread: number, attributes: number, routine: number, argument: number) => number;
  _pthread_attr_init?: (attributes: number) => number;
  _pthread_attr_setstacksize?: (attributes: number, bytes: number) => number;
}

/** `main` itself, the thread that elaborates, and one that Lean starts beside them. */
const THREADS_READY = 3;
/** Stack of the thread that runs Lean's `main`, bytes of WebAssembly memory. */
const MAIN_STACK = 16 << 20;
/** Native stack of a thread, MB; V8 keeps frames of WebAssembly there. */
const NATIVE_STACK = 64;
const INITIAL_MEMORY = 256 << 20;
const PAGE = 65_536;
/** Start routine that the glue takes for Lean's `main`. */
const MAIN_ROUTINE = 0x7ffffffe;

function crash(reason: unknown): never {
  const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
  writeSync(2, `\n${CRASH_MARK}${text.slice(0, 4000)}\n`);
  end(CRASH_EXIT_CODE);
}

/** Whether a thread of Lean waits for standard input, as that of a language server does all its life. */
let readsInput = false;

/**
 * Ends the process. `process.exit` joins all threads first, and one that waits for input cannot be interrupted: it would
 * look like a Lean that is busy for ever.
 */
function end(code: number): never {
  if (readsInput) process.kill(process.pid, 'SIGKILL');
  process.exit(code);
}

/** Lean ended by itself; what serves a document never should. */
function quit(status: number): never {
  if (readsInput) crash(`Lean ended with exit code ${status}`);
  end(status);
}

function run(request: HostRequest): void {
  readsInput = request.arguments.includes('--worker');
  // Functions of the pinned module are checked when they are first compiled, which most never are: saves 1 s.
  setFlagsFromString('--wasm-lazy-validation');
  // Optimising later than V8 would by default saves a fifth of the processor time, of short and of long checks.
  setFlagsFromString('--wasm-tiering-budget=20000000');
  // Threads get a copy of the environment when they start.
  process.env['LEAN_PATH'] = request.libraryPaths.join(':');
  process.env['LEAN_SRC_PATH'] = (request.sourcePaths ?? []).join(':');
  const glue = join(request.runtime, 'lean.js');
  const mounts = request.mounts === null ? toldMounts() : Promise.resolve(request.mounts);
  const module: LeanModule = {
    wasmMemory: new WebAssembly.Memory({
      initial: INITIAL_MEMORY / PAGE,
      maximum: Math.max(INITIAL_MEMORY / PAGE, Math.min(32_768, Math.floor(request.memoryBytes / PAGE))),
      shared: true,
    }),
    noInitialRun: true,
    // Else the first callback that finds no main running would end the process.
    noExitRuntime: true,
    mainScriptUrlOrBlob: glue,
    leanThreadsReady: THREADS_READY,
    leanThreadLimits: { stackSizeMb: NATIVE_STACK },
    leanQuit: (status, reason) => (isExit(reason) ? quit(status) : crash(reason)),
    onAbort: crash,
    preRun: [],
    onRuntimeInitialized: () => {
      void mounts.then((folders) => {
        mount(module, [...folders, { at: STANDARD_LIBRARY, folder: join(request.runtime, 'lib') }]);
        startMain(module, ['lean', ...request.arguments]);
      });
    },
  };
  (globalThis as { leanModule?: LeanModule }).leanModule = module;
  createRequire(glue)(glue);
}

/** The glue throws its own `ExitStatus`, or the string `unwind`, for an orderly end. */
function isExit(reason: unknown): boolean {
  return (
    reason === 'unwind' ||
    (typeof reason === 'object' && reason !== null && 'name' in reason && reason.name === 'ExitStatus')
  );
}

/** The mounts that the process that started this one sends when it knows them. */
function toldMounts(): Promise<readonly HostMount[]> {
  return new Promise((resolve) => {
    process.on('message', (message) => {
      if (typeof message === 'object' && message !== null) resolve((message as HostMounts).mounts);
    });
  });
}

function mount(module: LeanModule, mounts: readonly HostMount[]): void {
  const files = module.FS!;
  for (const { at, folder } of mounts) {
    files.mkdirTree(at);
    files.mount(module.NODEFS, { root: folder }, at);
  }
  files.mkdirTree(dirname(LEAN_PROGRAM));
  // Lean leaves a profile in its working folder; this one exists in memory only.
  files.chdir('/');
}

/** Starts Lean's `main` on a thread of its own; its result ends the process. */
function startMain(module: LeanModule, args: readonly string[]): void {
  const words = (): Uint32Array => new Uint32Array(module.wasmMemory.buffer);
  const place = (bytes: Uint8Array): number => {
    const at = module._malloc!(bytes.length);
    new Uint8Array(module.wasmMemory.buffer).set(bytes, at);
    return at;
  };
  const placeWords = (values: readonly number[]): number => {
    const at = module._malloc!(4 * values.length);
    words().set(values, at / 4);
    return at;
  };
  const encoder = new TextEncoder();
  const argv = placeWords([...args.map((arg) => place(encoder.encode(`${arg}\0`))), 0]);
  const argument = placeWords([args.length, argv]);
  const attributes = module._malloc!(64);
  module._pthread_attr_init!(attributes);
  module._pthread_attr_setstacksize!(attributes, MAIN_STACK);
  const failure = module._pthread_create!(module._malloc!(4), attributes, MAIN_ROUTINE, argument);
  if (failure !== 0) crash(`no thread for main (error ${failure})`);
}

// Threads of the glue do not keep the process alive, and must not.
setInterval(() => undefined, 1 << 30);
process.on('uncaughtException', crash);
process.on('unhandledRejection', crash);
process.on('message', (question) => {
  if (question !== 'usage') return;
  const { user, system } = process.cpuUsage();
  process.send?.({ processorMs: (user + system) / 1000, memoryBytes: process.memoryUsage.rss() } satisfies HostUsage);
});
process.on('disconnect', () => end(CRASH_EXIT_CODE));
run(JSON.parse(process.argv[2] ?? 'null') as HostRequest);
