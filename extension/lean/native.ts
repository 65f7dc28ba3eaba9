import { runChild } from './child-run.ts';
import { listCandidates, type CandidateSearch } from './native/candidates.ts';
import { elanChoice, isElanProxy } from './native/elan.ts';
import {
  isFit,
  parseLakeVersion,
  parseVersion,
  REQUIRED,
  REQUIRED_TOOLCHAIN,
  type LeanVersion,
} from './native/lean-version.ts';
import type { BackendName } from './session.ts';

export { parseVersion } from './native/lean-version.ts';

/** Where to look for a native Lean. */
export interface NativeSearch extends CandidateSearch {
  /** Folder in which the tools are asked for their version; `elan` chooses the toolchain by it. */
  readonly folder: string;
  /** Limit of a question for the version, ms. */
  readonly versionLimitMs?: number;
  readonly signal?: AbortSignal;
}

/** `lake` and `lean` of one toolchain. */
export interface NativeTools {
  readonly lake: string;
  readonly lean: string;
  /** As `lean --version` prints it, such as `4.28.0`. */
  readonly version: string;
}

/** Why there is no native Lean, and what would mend that. Reasons are clauses, fixes sentences. */
interface Obstacle {
  readonly reason: string;
  readonly fix: string;
}

export type NativeDiscovery =
  | { readonly kind: 'found'; readonly tools: NativeTools }
  /** There is one, but it cannot check our library, or it is broken. */
  | ({ readonly kind: 'unfit' } & Obstacle)
  /** There is none; nobody who did not ask for one needs to hear of that. */
  | ({ readonly kind: 'missing' } & Obstacle);

/** The user's own choice of a Lean. A project file cannot make it: it may come from a stranger, and names a program. */
export const LEAN_PATH_VARIABLE = 'PCM_LEAN_PATH';

/** What {@link LEAN_PATH_VARIABLE} says; null where it is unset or empty. */
export function leanPathSetting(environment: Readonly<Record<string, string | undefined>>): string | null {
  const set = environment[LEAN_PATH_VARIABLE]?.trim();
  return set === undefined || set === '' ? null : set;
}

/** A toolchain answers within a second; one on a slow disk within a few. */
const VERSION_LIMIT = 10_000;
/** Toolchains that are asked for their version, so that broken ones cannot add up to a long wait. */
const MOST_ASKED = 3;

const INSTALL = `Install elan and run "elan toolchain install ${REQUIRED_TOOLCHAIN}", or use the embedded Lean.`;

/**
 * Looks for a `lake` and a `lean` that can check the library: where the user has set it and nowhere else, else in elan's
 * folder, else along `PATH`. The first fit pair is taken; where there is none, the first obstacle is reported.
 */
export async function discoverNative(search: NativeSearch): Promise<NativeDiscovery> {
  let obstacle: Obstacle | null = null;
  let asked = 0;
  for (const candidate of await listCandidates(search)) {
    if (candidate.kind === 'obstacle') {
      obstacle ??= candidate;
      continue;
    }
    if (++asked > MOST_ASKED) break;
    const answer = await askVersions(search, candidate.lake, candidate.lean);
    if (answer.kind === 'found') return answer;
    obstacle ??= answer;
  }
  if (obstacle !== null) return { kind: 'unfit', reason: obstacle.reason, fix: obstacle.fix };
  return { kind: 'missing', reason: 'no lake and lean are in ~/.elan/bin or on PATH', fix: INSTALL };
}

type Answer = { readonly kind: 'found'; readonly tools: NativeTools } | ({ readonly kind: 'unfit' } & Obstacle);

async function askVersions(search: NativeSearch, lake: string, lean: string): Promise<Answer> {
  if (await isElanProxy(lean)) {
    const choice = await elanChoice(search.folder, search.environment, search.home);
    if (choice.kind === 'not-installed') {
      return {
        kind: 'unfit',
        reason: `elan has not installed the toolchain ${choice.toolchain} that ${choice.because} asks for`,
        fix: `Run "elan toolchain install ${choice.toolchain}", or use the embedded Lean.`,
      };
    }
  }
  const [ofLean, ofLake] = await Promise.all([
    askVersion(search, lean, parseVersion),
    askVersion(search, lake, parseLakeVersion),
  ]);
  if (ofLean.kind === 'unfit') return ofLean;
  if (ofLake.kind === 'unfit') return ofLake;
  const { version } = ofLean;
  if (!isFit(version)) {
    return {
      kind: 'unfit',
      reason: `${lean} is version ${version.text}, and the library needs ${REQUIRED.major}.${REQUIRED.minor} or later`,
      fix: INSTALL,
    };
  }
  if (ofLake.version.text !== version.text) {
    return {
      kind: 'unfit',
      reason: `${lake} belongs to Lean ${ofLake.version.text}, and ${lean} is version ${version.text}`,
      fix: 'Take both from one toolchain: install it with elan, or set the Lean path to its bin folder.',
    };
  }
  return { kind: 'found', tools: { lake, lean, version: version.text } };
}

async function askVersion(
  search: NativeSearch,
  program: string,
  parse: (output: string) => LeanVersion | null,
): Promise<{ readonly kind: 'answered'; readonly version: LeanVersion } | ({ readonly kind: 'unfit' } & Obstacle)> {
  const limit = search.versionLimitMs ?? VERSION_LIMIT;
  const { end, output, errors } = await runChild({
    program,
    arguments: ['--version'],
    folder: search.folder,
    environment: search.environment,
    timeLimitMs: limit,
    outputLimit: 65_536,
    tether: false,
    signal: search.signal,
  });
  const unfit = (reason: string, fix: string): { kind: 'unfit' } & Obstacle => ({ kind: 'unfit', reason, fix });
  const said = lastLine(errors) ?? lastLine(output);
  const because = said === null ? '' : ` (${said})`;
  const tryIt = `Run "${program} --version" in ${search.folder} to see why, or use the embedded Lean.`;
  switch (end.kind) {
    case 'timed-out':
      return unfit(`${program} --version did not answer within ${limit / 1000} s`, tryIt);
    case 'cancelled':
      return unfit(`the question for the version of ${program} was cancelled`, 'Start again.');
    case 'not-started':
      return unfit(`${program} could not be started: ${end.reason}`, INSTALL);
    case 'killed':
      return unfit(`${program} --version was ended by ${end.by}${because}`, tryIt);
    case 'too-much-output':
      return unfit(`${program} does not seem to be Lean's: it answers --version with a flood`, INSTALL);
    case 'exited':
      break;
  }
  if (end.code !== 0)
    return unfit(`${program} --version ended with exit code ${end.code}${because}`, fixFor(errors) ?? tryIt);
  const version = parse(output);
  if (version === null)
    return unfit(`${program} does not seem to be Lean's: --version gives no version${because}`, INSTALL);
  return { kind: 'answered', version };
}

/** What elan's own complaints call for, or null. */
function fixFor(errors: string): string | null {
  return /no default toolchain|toolchain .* is not installed|does not have the binary/i.test(errors)
    ? `Run "elan toolchain install ${REQUIRED_TOOLCHAIN}", or use the embedded Lean.`
    : null;
}

/** The last line with anything on it, at most 200 characters of it, in printable characters. */
function lastLine(text: string): string | null {
  const line = text.trim().split('\n').at(-1)?.trim() ?? '';
  return line === '' ? null : line.replace(/[^\x20-\x7e\u00a0-\uffff]/gu, '?').slice(0, 200);
}

export type BackendSetting = 'auto' | BackendName;

/** For the user: why a Lean that is installed, or was set, is not used; and what would mend that. Two sentences. */
export interface BackendNote {
  readonly message: string;
  readonly fix: string;
}

export type BackendChoice =
  | { readonly kind: 'embedded'; readonly why: string; readonly note: BackendNote | null }
  | { readonly kind: 'native'; readonly tools: NativeTools; readonly why: string }
  | { readonly kind: 'impossible'; readonly why: string; readonly fix: string };

/** `auto` takes a fit native toolchain where there is one, else the embedded Lean; a demand for one is never bent. */
export function chooseBackend(setting: BackendSetting, native: NativeDiscovery): BackendChoice {
  if (setting === 'embedded') return { kind: 'embedded', why: 'the embedded Lean is set', note: null };
  if (native.kind === 'found') {
    const why = setting === 'native' ? 'the native toolchain is set' : `${native.tools.lean} is installed`;
    return { kind: 'native', tools: native.tools, why };
  }
  const { reason, fix } = native;
  if (setting === 'native') return { kind: 'impossible', why: `The native toolchain is set, but ${reason}`, fix };
  const note = native.kind === 'unfit' ? { message: `The embedded Lean is used, because ${reason}.`, fix } : null;
  return { kind: 'embedded', why: reason, note };
}
