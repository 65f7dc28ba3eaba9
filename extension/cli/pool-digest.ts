import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { Checked } from '../core/problem.ts';
import { writeFileAtomically } from '../sweep/atomic-file.ts';
import { findDataFiles } from '../sweep/data-files.ts';
import { poolDigest } from '../sweep/shards/sweep-state.ts';
import type { LoadedProject } from './load-project.ts';
import { openProjectPool, stateFolder } from './open-pool.ts';
import type { Surroundings } from './surroundings.ts';

const cacheSchema = z.strictObject({
  format: z.literal('pcm-pool-digest'),
  version: z.literal(1),
  files: z.array(z.tuple([z.string(), z.number(), z.number()])),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
});
type Cache = z.infer<typeof cacheSchema>;

/** Name, size and time of every data file: while they are the same, so are the structures. */
async function filesOf({ folder, config, project }: LoadedProject): Promise<Checked<Cache['files']>> {
  const found = await findDataFiles(folder, project.data, config);
  if (found.kind === 'rejected') return found;
  const files: Cache['files'] = [];
  for (const { path: name, absolute } of found.value) {
    const { size, mtimeMs } = await stat(absolute);
    files.push([name, size, mtimeMs]);
  }
  return { kind: 'ok', value: files, warnings: [] };
}

const cacheFile = ({ folder }: LoadedProject): string => path.join(stateFolder(folder), 'pool-digest.json');

/**
 * Hash of the set of structures of the project (`poolDigest`). Reading them all takes a while, so it is kept for as long
 * as no data file changes.
 */
export async function projectPoolDigest(loaded: LoadedProject, around: Surroundings): Promise<Checked<string>> {
  const files = await filesOf(loaded);
  if (files.kind === 'rejected') return files;
  try {
    const cache = cacheSchema.parse(JSON.parse(await readFile(cacheFile(loaded), 'utf8')));
    if (JSON.stringify(cache.files) === JSON.stringify(files.value))
      return { kind: 'ok', value: cache.digest, warnings: [] };
  } catch {
    // There is none yet, or it is damaged: it is made anew.
  }
  const pool = await openProjectPool(loaded, [], around);
  if (pool.kind === 'rejected') return pool;
  try {
    const digest = poolDigest(pool.value);
    await writeFileAtomically(
      cacheFile(loaded),
      JSON.stringify({ format: 'pcm-pool-digest', version: 1, files: files.value, digest } satisfies Cache),
    );
    return { kind: 'ok', value: digest, warnings: [] };
  } finally {
    await pool.value.close();
  }
}
