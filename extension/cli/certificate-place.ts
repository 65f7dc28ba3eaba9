import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Certificate, CertificateContent } from '../core/certificate.ts';
import type { Checked } from '../core/problem.ts';
import type { PoolIndex } from '../sweep/pool-index.ts';
import { openCertifiedData } from '../sweep/reference/certified-data.ts';
import { loadProject, type LoadedProject } from './load-project.ts';
import { stateFolder } from './open-pool.ts';
import { readCertificate } from './read-certificate.ts';

/** How far above a certificate its project is looked for. */
const MOST_FOLDERS_UP = 8;

/** The project that a certificate lies in: the nearest folder above it that holds the project file. */
export async function projectOf(certificate: string, config: string): Promise<Checked<LoadedProject>> {
  let folder = path.dirname(await realpath(certificate));
  for (let up = 0; up < MOST_FOLDERS_UP; up++) {
    if (existsSync(path.join(folder, config))) return loadProject(folder, config, undefined);
    folder = path.dirname(folder);
  }
  const message = `No folder above this certificate holds ${config}.`;
  const fix =
    'Leave certificates inside their project, whose data and model are needed, or name its file with --config.';
  return {
    kind: 'rejected',
    problems: [{ kind: 'problem', severity: 'error', file: certificate, line: null, message, fix }],
  };
}

/** A certificate, and the project that it lies in. */
export async function openCertificate(
  file: string,
  config: string,
): Promise<Checked<{ readonly certificate: Certificate; readonly loaded: LoadedProject }>> {
  const certificate = await readCertificate(file);
  if (certificate.kind === 'rejected') return certificate;
  const loaded = await projectOf(file, config);
  if (loaded.kind === 'rejected') return loaded;
  return { kind: 'ok', value: { certificate: certificate.value, loaded: loaded.value }, warnings: [] };
}

/**
 * Data files of a certificate in its project's folder, which must be those that were certified.
 * @param file of the certificate.
 * @param features that are computed; none unless given.
 */
export const openDataOf = (
  data: CertificateContent['data'],
  folder: string,
  file: string,
  signal: AbortSignal,
  features: readonly string[] = [],
): Promise<Checked<PoolIndex>> =>
  openCertifiedData(data, folder, file, path.join(stateFolder(folder), 'spool'), signal, features);
