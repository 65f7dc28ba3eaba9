import type { CertificateContent } from '../../core/certificate.ts';
import type { Checked } from '../../core/problem.ts';
import { findDataFiles } from '../data-files.ts';
import { buildPoolIndex, type PoolIndex } from '../pool-index.ts';

/**
 * Opens the data files that a certificate names and holds them against its hashes: other files are other structures.
 * @param folder absolute path of the project folder; files must lie in it.
 * @param certificate name for messages.
 * @param features to compute; structures for which one is not defined are left out.
 * @throws AbortSignal's reason when aborted.
 */
export async function openCertifiedData(
  data: CertificateContent['data'],
  folder: string,
  certificate: string,
  spoolFolder: string,
  signal: AbortSignal,
  features: readonly string[] = [],
): Promise<Checked<PoolIndex>> {
  const names = data.map(({ file }) => file);
  const files = await findDataFiles(folder, names, certificate);
  if (files.kind === 'rejected') return files;
  const pool = await buildPoolIndex({ files: files.value, features, spoolFolder, signal });
  if (pool.kind === 'rejected') return pool;
  const hashes = new Map(pool.value.files.map(({ path, sha256 }) => [path, sha256]));
  const changed = data.find(({ file, sha256 }) => hashes.get(file) !== sha256);
  if (changed === undefined) return pool;
  await pool.value.close();
  return {
    kind: 'rejected',
    problems: [
      {
        kind: 'problem',
        severity: 'error',
        file: changed.file,
        line: null,
        message: 'This file is not the one that was certified: its sha-256 is another.',
        fix: 'Put the certified file back, or certify again.',
      },
    ],
  };
}
