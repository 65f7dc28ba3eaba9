import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { runChild } from './child-run.ts';
import type { BackendName } from './session.ts';

/** Where to look for a native Lean. */
export interface NativeSearch {
  /** Folder that holds `lake` and `lean`, as the user set it, or null. */
  readonly setting: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Folder in which the tools are asked for their version; `elan` chooses the toolchain by it. */
  readonly folder: string;
  readonly signal?: AbortSignal;
}

/** `lake` and `lean` of one toolchain. */
export interface NativeTools {
  readonly lake: string;
  readonly lean: string;
  /** As `lean --version` prints it, such as `4.28.0`. */
  readonly version: string;
}

export type NativeDiscovery =
  | { readonly kind: 'found'; readonly tools: NativeTools }
  /** There is one, but it cannot check our library. */
  | { readonly kind: 'unfit'; readonly tools: NativeTools; readonly reason: string }
  | { readonly kind: 'missing'; readonly reason: string };

/** The library is written for this version; before it, the module system is another. */
const REQUIRED = { major: 4, minor: 28 } as const;

/** `elan` may first fetch a toolchain; that is not waited for. Milliseconds. */
const VERSION_LIMIT = 20_000;

/**
 * Looks for `lake` and `lean` in the folder that is set, else along `PATH`, else in `~/.elan/bin`. A folder that is set
 * is the only one searched. Relative entries of `PATH` are passed over, so that a workspace cannot bring its own.
 */
export async function discoverNative(search: NativeSearch): Promise<NativeDiscovery> {
  const path = search.environment['PATH'] ?? search.environment['Path'] ?? '';
  const folders =
    search.setting === null ? [...path.split(delimiter), join(search.home, '.elan', 'bin')] : [search.setting];
  for (const folder of folders) {
    if (!isAbsolute(folder)) continue;
    const lake = await findProgram(folder, 'lake');
    const lean = await findProgram(folder, 'lean');
    if (lake !== null && lean !== null) return await askVersion(search, lake, lean);
  }
  return {
    kind: 'missing',
    reason:
      search.setting === null ? 'no lake and lean on PATH or in ~/.elan/bin' : `no lake and lean in ${search.setting}`,
  };
}

async function findProgram(folder: string, name: string): Promise<string | null> {
  const path = join(folder, process.platform === 'win32' ? `${name}.exe` : name);
  return await access(path, constants.X_OK).then(
    () => path,
    () => null,
  );
}

async function askVersion(search: NativeSearch, lake: string, lean: string): Promise<NativeDiscovery> {
  const answer = await runChild({
    program: lean,
    arguments: ['--version'],
    folder: search.folder,
    environment: search.environment,
    timeLimitMs: VERSION_LIMIT,
    outputLimit: 4096,
    tether: false,
    signal: search.signal,
  });
  const version = parseVersion(answer.output);
  if (answer.end.kind !== 'exited' || answer.end.code !== 0 || version === null) {
    return { kind: 'missing', reason: `${lean} --version gives no version` };
  }
  const tools = { lake, lean, version: version.text };
  if (version.major !== REQUIRED.major || version.minor < REQUIRED.minor) {
    return {
      kind: 'unfit',
      tools,
      reason: `${lean} is version ${version.text}, and the library needs ${REQUIRED.major}.${REQUIRED.minor} or later`,
    };
  }
  return { kind: 'found', tools };
}

/** Reads `Lean (version 4.28.0, x86_64-unknown-linux-gnu, commit …, Release)`. */
export function parseVersion(
  output: string,
): { readonly text: string; readonly major: number; readonly minor: number } | null {
  const match = /^Lean \(version ((\d{1,4})\.(\d{1,4})\.\d{1,4}(?:-[A-Za-z0-9.-]{1,40})?)[,)]/.exec(output);
  return match === null ? null : { text: match[1]!, major: Number(match[2]), minor: Number(match[3]) };
}

export type BackendSetting = 'auto' | BackendName;

export type BackendChoice =
  | { readonly kind: 'embedded'; readonly why: string }
  | { readonly kind: 'native'; readonly tools: NativeTools; readonly why: string }
  | { readonly kind: 'impossible'; readonly why: string };

/** `auto` takes a fit native toolchain where there is one, else the embedded Lean; a demand for one is never bent. */
export function chooseBackend(setting: BackendSetting, native: NativeDiscovery): BackendChoice {
  if (setting === 'embedded') return { kind: 'embedded', why: 'the embedded Lean is set' };
  if (native.kind === 'found') {
    const why = setting === 'native' ? 'the native toolchain is set' : `${native.tools.lean} is installed`;
    return { kind: 'native', tools: native.tools, why };
  }
  if (setting === 'native') return { kind: 'impossible', why: `The native toolchain is set, but ${native.reason}` };
  return { kind: 'embedded', why: native.reason };
}
