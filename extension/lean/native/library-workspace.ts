import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../../core/problem.ts';
import { withLock } from '../embedded/preparation-lock.ts';
import { readLibrary } from '../library.ts';
import { writeTemplate } from '../workspace.ts';

export interface LibraryWorkspaceRequest {
  /** Folder of the library that comes with this program. */
  readonly library: string;
  readonly cacheFolder: string;
  /** Of the toolchain. */
  readonly version: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes a Lake workspace of our own, with the library as it comes with this program: certificates are checked against
 * that, never against the workspace they came with, whose `lakefile.lean` would run and whose compiled modules would be
 * believed.
 *
 * @returns its folder, named after library and toolchain, or why it could not be written
 */
export async function prepareLibraryWorkspace(
  request: LibraryWorkspaceRequest,
): Promise<
  { readonly kind: 'ready'; readonly folder: string } | { readonly kind: 'failed'; readonly problem: Problem }
> {
  const { library, cacheFolder, version, signal } = request;
  const hash = createHash('sha256').update(version);
  for (const name of ['template/lakefile.toml', 'lean-toolchain'])
    hash.update(`\n${await readFile(join(library, name), 'utf8')}`);
  for (const { path, source } of await readLibrary(library)) hash.update(`\n${path} ${source.length}\n${source}`);
  const folder = join(cacheFolder, `native-${hash.digest('hex').slice(0, 24)}`);
  const problem = await withLock(
    buildLock(folder),
    () => undefined,
    signal,
    () => writeTemplate(folder, library),
  );
  return problem === null ? { kind: 'ready', folder } : { kind: 'failed', problem };
}

/** Lake does not guard a workspace against two builds at once. */
export const buildLock = (workspace: string): string => `${workspace}.lock`;
