import path from 'node:path';
import type { Checked } from '../core/problem.ts';
import { findDataFiles } from '../sweep/data-files.ts';
import { buildPoolIndex, type PoolIndex } from '../sweep/pool-index.ts';
import type { LoadedProject } from './load-project.ts';
import { progressOf } from './progress.ts';
import type { Surroundings } from './surroundings.ts';

/** What belongs to a project but is no result: observation logs and temporary copies. */
export const stateFolder = (folder: string): string => path.join(folder, '.pcm');

/** Finds and reads the project's data once. Structures that take no part are reported on the way. */
export async function openProjectPool(
  { folder, config, project }: LoadedProject,
  features: readonly string[],
  around: Surroundings,
): Promise<Checked<PoolIndex>> {
  const files = await findDataFiles(folder, project.data, config);
  if (files.kind === 'rejected') return files;
  const report = progressOf(around, null, 'read', 'structures');
  const pool = await buildPoolIndex({
    files: files.value,
    features,
    spoolFolder: path.join(stateFolder(folder), 'spool'),
    signal: around.signal,
    onProgress: (structures) => report(structures, null),
  });
  if (pool.kind === 'rejected') return pool;
  for (const problem of pool.value.problems) around.reporter.emit(problem);
  const { furtherProblems, size, refused } = pool.value;
  if (furtherProblems > 0) around.reporter.note(`  and ${furtherProblems} more problems of this kind`);
  report(size + refused.length, size + refused.length);
  return pool;
}
