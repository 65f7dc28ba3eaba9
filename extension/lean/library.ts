import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { auditSource, listImports, type AuditFinding } from './audit.ts';
import { runEmbeddedLean, type EmbeddedLean } from './embedded-session.ts';
import { hashFile } from './embedded/package-files.ts';
import { moveIntoPlace, PACKED_MODULES, temporarySibling } from './embedded/prepare.ts';
import { withLock } from './embedded/preparation-lock.ts';
import { judgeRun } from './outcome.ts';
import { LARGEST_MEMORY } from './embedded-session.ts';

/** A compiled library: a folder for `libraryPaths`. */
export interface CompiledLibrary {
  readonly folder: string;
  /** Names the sources and the Lean that compiled them. */
  readonly key: string;
  readonly modules: readonly string[];
}

export type LibraryOutcome =
  | { readonly kind: 'ready'; readonly library: CompiledLibrary }
  | { readonly kind: 'failed'; readonly module: string | null; readonly reason: string };

export interface LibraryRequest {
  readonly lean: EmbeddedLean;
  /** Holds `PCM.lean` and `PCM/`. */
  readonly sourceFolder: string;
  readonly cacheFolder: string;
  /** A packed Lean, which brings modules that are compiled already; see {@link file://./embedded/pack.ts}. */
  readonly packedFolder?: string | null;
  /** Modules that are wanted, with all that they import; the whole library by default. Names that it lacks are ignored. */
  readonly roots?: readonly string[];
  /** For each module, milliseconds. */
  readonly timeLimitMs: number;
  /** Modules compiled at the same time, each with up to 1.2 GB of memory; 2 by default. */
  readonly parallel?: number;
  /** Told before each module: how many of how many are compiled. */
  readonly onProgress?: (done: number, total: number, module: string) => void;
  readonly signal?: AbortSignal;
}

/** One module of the library. */
export interface LibraryModule {
  readonly name: string;
  /** Relative to the source folder, with forward slashes. */
  readonly path: string;
  readonly source: string;
  /** Imported modules of the library itself. */
  readonly imports: readonly string[];
}

const MOST_MODULES = 500;

/** Reads `PCM.lean` (if there is one) and everything below `PCM/`. */
export async function readLibrary(sourceFolder: string): Promise<LibraryModule[]> {
  const below = await readdir(join(sourceFolder, 'PCM'), { recursive: true, withFileTypes: true });
  const paths = below
    .filter((entry) => entry.isFile() && entry.name.endsWith('.lean'))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(sourceFolder.length + 1)
        .replaceAll('\\', '/'),
    );
  const top = await readFile(join(sourceFolder, 'PCM.lean'), 'utf8').catch(() => null);
  if (paths.length > MOST_MODULES) throw new RangeError(`${sourceFolder} holds ${paths.length} modules`);
  const sources = await Promise.all(
    paths.map(async (path) => ({ path, source: await readFile(join(sourceFolder, path), 'utf8') })),
  );
  if (top !== null) sources.push({ path: 'PCM.lean', source: top });
  return sources.map(({ path, source }) => ({
    name: path.slice(0, -'.lean'.length).replaceAll('/', '.'),
    path,
    source,
    imports: listImports(source).filter((name) => name === 'PCM' || name.startsWith('PCM.')),
  }));
}

/** Findings in all modules of the library. */
export function auditLibrary(modules: readonly LibraryModule[]): AuditFinding[] {
  return modules.flatMap(({ path, source }) => auditSource(path, source, 'library'));
}

/**
 * The modules with every import before its importer, equal ranks by name.
 *
 * @returns null and the reason when an import is missing or goes in a circle
 */
export function orderModules(
  modules: readonly LibraryModule[],
): { readonly order: LibraryModule[] } | { readonly reason: string } {
  const waiting = new Map(
    [...modules].sort((a, b) => (a.name < b.name ? -1 : 1)).map((module) => [module.name, module]),
  );
  const names = new Set(waiting.keys());
  const order: LibraryModule[] = [];
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter(({ imports }) =>
      imports.every((name) => names.has(name) && !waiting.has(name)),
    );
    if (ready.length === 0) {
      const [first] = waiting.values();
      const missing = first?.imports.find((name) => !names.has(name));
      return {
        reason:
          missing === undefined
            ? `${first?.name ?? ''} is part of a circle of imports`
            : `${first?.name ?? ''} imports ${missing}, which is not there`,
      };
    }
    for (const module of ready) {
      order.push(module);
      waiting.delete(module.name);
    }
  }
  return { order };
}

/**
 * Compiles the library with the embedded Lean, or finds it compiled. Modules whose sources and imports are unchanged are
 * taken from the cache. Errors, holes and audit findings fail the whole.
 *
 * @throws the reason of `signal` when that is aborted, and what the file system throws
 */
export async function compileLibrary(request: LibraryRequest): Promise<LibraryOutcome> {
  const modules = reachableFrom(request.roots, await readLibrary(request.sourceFolder));
  const [finding] = auditLibrary(modules);
  if (finding !== undefined)
    return {
      kind: 'failed',
      module: finding.file,
      reason: `${finding.file}, line ${finding.line}: ${finding.message}`,
    };
  const ordered = orderModules(modules);
  if ('reason' in ordered) return { kind: 'failed', module: null, reason: ordered.reason };

  const keys = moduleKeys(ordered.order, request.lean.runtime.key);
  const key = shortHash([...keys.values()].join('\n'));
  const folder = join(request.cacheFolder, `library-${key}`);
  const library = { folder, key, modules: ordered.order.map(({ name }) => name) };
  const isGood = (): Promise<boolean> => isComplete(folder, ordered.order);
  if (await isGood()) return { kind: 'ready', library };
  return await withLock(
    `${folder}.lock`,
    () => undefined,
    request.signal,
    async () => {
      if (await isGood()) return { kind: 'ready', library };
      const draft = temporarySibling(folder);
      try {
        const failure = await compileInto(draft, request, ordered.order, keys);
        if (failure !== null) return failure;
        await writeHashes(draft, ordered.order);
        await moveIntoPlace(draft, folder, isGood);
        return { kind: 'ready', library };
      } finally {
        await rm(draft, { recursive: true, force: true });
      }
    },
  );
}

/**
 * Copies the compiled modules of a library that {@link compileLibrary} has just made ready out of its cache.
 *
 * @returns how many
 */
export async function copyCompiledModules(request: LibraryRequest, target: string): Promise<number> {
  const ordered = orderModules(await readLibrary(request.sourceFolder));
  if ('reason' in ordered) throw new Error(ordered.reason);
  const keys = [...moduleKeys(ordered.order, request.lean.runtime.key).values()];
  const stored = await readdir(join(request.cacheFolder, 'modules'));
  await mkdir(target, { recursive: true });
  for (const key of keys) {
    const name = stored.find((each) => each.startsWith(`${key}-`));
    if (name === undefined) throw new Error(`a compiled module is missing in ${request.cacheFolder}`);
    await copyFile(join(request.cacheFolder, 'modules', name), join(target, name));
  }
  return keys.length;
}

function reachableFrom(roots: readonly string[] | undefined, modules: readonly LibraryModule[]): LibraryModule[] {
  if (roots === undefined) return [...modules];
  const byName = new Map(modules.map((module) => [module.name, module]));
  const wanted = new Set<LibraryModule>();
  const pending = [...roots];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const module = byName.get(name);
    if (module === undefined || wanted.has(module)) continue;
    wanted.add(module);
    pending.push(...module.imports);
  }
  return modules.filter((module) => wanted.has(module));
}

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 24);

const compiledPath = ({ path }: LibraryModule): string => path.replace(/\.lean$/, '.olean');

/** Name → key of a module's source, of all that it imports, and of the Lean that compiles it. */
function moduleKeys(order: readonly LibraryModule[], runtimeKey: string): Map<string, string> {
  const keys = new Map<string, string>();
  for (const { name, source, imports } of order) {
    keys.set(
      name,
      shortHash([runtimeKey, name, ...imports.map((imported) => keys.get(imported) ?? ''), source].join('\0')),
    );
  }
  return keys;
}

/** Compiles as many modules at once as allowed, each after those that it imports. */
async function compileInto(
  draft: string,
  request: LibraryRequest,
  order: readonly LibraryModule[],
  keys: ReadonlyMap<string, string>,
): Promise<LibraryOutcome | null> {
  await mkdir(join(request.cacheFolder, 'modules'), { recursive: true });
  const waiting = [...order];
  const compiled = new Set<string>();
  const running = new Map<string, Promise<{ readonly module: LibraryModule; readonly reason: string | null }>>();
  let failure: LibraryOutcome | null = null;
  while (running.size > 0 || (failure === null && waiting.length > 0)) {
    while (failure === null && running.size < (request.parallel ?? 2)) {
      const next = waiting.findIndex(({ imports }) => imports.every((name) => compiled.has(name)));
      const [module] = next < 0 ? [] : waiting.splice(next, 1);
      if (module === undefined) break;
      request.onProgress?.(compiled.size, order.length, module.name);
      running.set(
        module.name,
        obtainModule(request, draft, module, keys.get(module.name)!).then((reason) => ({ module, reason })),
      );
    }
    const { module, reason } = await Promise.race(running.values());
    running.delete(module.name);
    compiled.add(module.name);
    if (reason !== null) failure ??= { kind: 'failed', module: module.name, reason };
  }
  request.signal?.throwIfAborted();
  request.onProgress?.(compiled.size, order.length, '');
  return failure;
}

/** Takes a module from the cache or compiles it. @returns null, or why that failed */
async function obtainModule(
  request: LibraryRequest,
  draft: string,
  module: LibraryModule,
  key: string,
): Promise<string | null> {
  if (request.signal?.aborted === true) return 'cancelled';
  const target = join(draft, compiledPath(module));
  await mkdir(dirname(target), { recursive: true });
  const stored = join(request.cacheFolder, 'modules', key);
  if (await restore(stored, target)) return null;
  const { packedFolder } = request;
  if (typeof packedFolder === 'string' && (await restore(join(packedFolder, PACKED_MODULES, key), target))) return null;
  const reason = await compileModule(request, draft, module);
  if (reason === null) await keep(target, stored);
  return reason;
}

/** @returns null, or why the module did not compile */
async function compileModule(request: LibraryRequest, draft: string, module: LibraryModule): Promise<string | null> {
  const outcome = judgeRun(
    await runEmbeddedLean(request.lean, {
      mounts: [
        { at: '/source', folder: request.sourceFolder },
        { at: '/compiled', folder: draft },
      ],
      libraryPaths: ['/compiled'],
      arguments: ['--json', '--root=/source', '-o', `/compiled/${compiledPath(module)}`, `/source/${module.path}`],
      memoryBytes: LARGEST_MEMORY,
      timeLimitMs: request.timeLimitMs,
      signal: request.signal,
    }),
    request.timeLimitMs,
  );
  if (outcome.kind !== 'finished') return outcome.reason;
  const bad = outcome.messages.find(({ severity, tag }) => severity === 'error' || tag === 'hasSorry');
  if (bad !== undefined) return `${module.path}, line ${bad.line}: ${bad.text.slice(0, 2000)}`;
  // Imports of this build read the public part only.
  for (const extension of ['.olean.private', '.olean.server', '.ir', '.ilean']) {
    await rm(join(draft, compiledPath(module).replace(/\.olean$/, extension)), { force: true });
  }
  return null;
}

/** Keeps a compiled module under its key, its hash in the name so that damage shows. */
async function keep(compiled: string, stored: string): Promise<void> {
  const draft = temporarySibling(stored);
  await copyFile(compiled, draft);
  await rename(draft, `${stored}-${await hashFile(draft)}`);
}

async function restore(stored: string, target: string): Promise<boolean> {
  const prefix = `${stored.slice(dirname(stored).length + 1)}-`;
  for (const name of await readdir(dirname(stored)).catch(() => [])) {
    if (!name.startsWith(prefix)) continue;
    await copyFile(join(dirname(stored), name), target);
    if ((await hashFile(target)) === name.slice(prefix.length)) return true;
    await rm(target, { force: true });
  }
  return false;
}

const HASHES = 'hashes.json';

async function writeHashes(folder: string, order: readonly LibraryModule[]): Promise<void> {
  const entries = await Promise.all(
    order.map(async (module) => [module.name, await hashFile(join(folder, compiledPath(module)))] as const),
  );
  await writeFile(join(folder, HASHES), JSON.stringify(Object.fromEntries(entries)));
}

async function isComplete(folder: string, order: readonly LibraryModule[]): Promise<boolean> {
  try {
    const hashes = JSON.parse(await readFile(join(folder, HASHES), 'utf8')) as Record<string, unknown>;
    for (const module of order)
      if ((await hashFile(join(folder, compiledPath(module)))) !== hashes[module.name]) return false;
    return true;
  } catch {
    return false;
  }
}
