import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path';
import { elanHome } from './elan.ts';

/** Where a `lake` and a `lean` may lie, and what is in the way. */
export type Candidate =
  | { readonly kind: 'pair'; readonly lake: string; readonly lean: string }
  | { readonly kind: 'obstacle'; readonly reason: string; readonly fix: string };

export interface CandidateSearch {
  /** Folder with `lake` and `lean`, or one of the two programs, as the user set it; null where nothing is set. */
  readonly setting: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** Different folders that are looked into; a `PATH` has some dozens. */
const MOST_FOLDERS = 512;

/**
 * The places with anything of Lean in them, best first: what is set and nothing else; else elan's folder, else `PATH`.
 * Relative entries of `PATH` are passed over, so that a workspace cannot bring its own Lean.
 */
export async function listCandidates(search: CandidateSearch): Promise<Candidate[]> {
  const { setting, environment, home } = search;
  if (setting !== null) return [await setCandidate(setting)];
  const path = environment['PATH'] ?? environment['Path'] ?? '';
  const folders = [join(elanHome(environment, home), 'bin'), ...path.split(delimiter)].filter(isAbsolute);
  const candidates: Candidate[] = [];
  const seen = new Set<string>();
  for (const folder of folders.slice(0, MOST_FOLDERS)) {
    const real = await realpath(folder).catch(() => null);
    if (real === null || seen.has(real)) continue;
    seen.add(real);
    const candidate = await lookInto(folder);
    if (candidate !== null) candidates.push(candidate);
  }
  return candidates;
}

async function setCandidate(setting: string): Promise<Candidate> {
  const fix = 'Set the Lean path to the folder that holds lake and lean, or leave it unset.';
  if (!isAbsolute(setting)) {
    return { kind: 'obstacle', reason: `the Lean path ${setting} is not absolute`, fix };
  }
  const found = await stat(setting).catch(() => null);
  if (found === null) return { kind: 'obstacle', reason: `the Lean path ${setting} does not exist`, fix };
  if (!found.isDirectory() && !/^(lean|lake)(\.exe)?$/.test(basename(setting))) {
    return { kind: 'obstacle', reason: `the Lean path ${setting} is neither a folder nor lake nor lean`, fix };
  }
  const folder = found.isDirectory() ? setting : dirname(setting);
  // The folder of a toolchain holds its programs in bin.
  const candidate = (await lookInto(folder)) ?? (await lookInto(join(folder, 'bin')));
  return candidate ?? { kind: 'obstacle', reason: `there is no lake and lean in ${folder}`, fix };
}

/** Null where there is nothing of Lean. */
async function lookInto(folder: string): Promise<Candidate | null> {
  const [lake, lean] = await Promise.all([findProgram(folder, 'lake'), findProgram(folder, 'lean')]);
  if (lake.kind === 'runnable' && lean.kind === 'runnable') return { kind: 'pair', lake: lake.path, lean: lean.path };
  if (lake.kind === 'absent' && lean.kind === 'absent') return null;
  const locked = [lake, lean].find(({ kind }) => kind === 'not-executable');
  if (locked !== undefined) {
    return {
      kind: 'obstacle',
      reason: `${locked.path} may not be executed`,
      fix: `Make it executable (chmod +x ${locked.path}), or install the toolchain again.`,
    };
  }
  const [there, absent] = lake.kind === 'runnable' ? [lake, 'lean'] : [lean, 'lake'];
  return {
    kind: 'obstacle',
    reason: `${there.path} has no ${absent} beside it`,
    fix: 'Install the whole toolchain with elan, or set the Lean path to a folder that holds both lake and lean.',
  };
}

interface Program {
  readonly kind: 'runnable' | 'not-executable' | 'absent';
  readonly path: string;
}

async function findProgram(folder: string, name: string): Promise<Program> {
  const path = join(folder, process.platform === 'win32' ? `${name}.exe` : name);
  const found = await stat(path).catch(() => null);
  if (found?.isFile() !== true) return { kind: 'absent', path };
  return await access(path, constants.X_OK).then(
    () => ({ kind: 'runnable', path }) as const,
    () => ({ kind: 'not-executable', path }) as const,
  );
}
