import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Certificate, CertificateContent } from '../core/certificate.ts';
import type { Checked, Problem } from '../core/problem.ts';
import { writeFileAtomically } from '../sweep/atomic-file.ts';
import { leanSource } from './certificate-source.ts';

/**
 * A certificate on disk: `<out>/<model>.pcm-cert.json`, and beside it a Lean workspace that a Lean user can open as it
 * is: `lean/` with lakefile, toolchain, a copy of the library, and `Certificates/<Module>.lean`.
 */

/**
 * What a workspace holds besides certificates, and where in the library's folder it is copied from. The library's own
 * lakefile builds its tests, which users do not get: Lake fails on a library whose folder is missing.
 */
const TEMPLATE_FILES: readonly (readonly [name: string, source: string])[] = [
  ['lakefile.toml', 'template/lakefile.toml'],
  ['lean-toolchain', 'lean-toolchain'],
  ['README.md', 'README.md'],
  ['TRUST.md', 'TRUST.md'],
  ['PCM.lean', 'PCM.lean'],
];
const LIBRARY_FOLDER = 'PCM';

export interface CertificateToWrite {
  readonly content: CertificateContent;
  readonly hash: string;
  /** Module below `Certificates`, e.g. `Tensornet`. */
  readonly moduleName: string;
  /** Absolute folder for certificates. */
  readonly out: string;
  /** Absolute folder of the Lean library that comes with this program. */
  readonly library: string;
  readonly sha256: (text: string) => string;
}

/** Writes workspace, Lean file and certificate, each as a whole; the certificate last, with every verdict `unchecked`. */
export async function writeCertificate(
  request: CertificateToWrite,
): Promise<Checked<{ certificate: Certificate; file: string }>> {
  const { content, hash, moduleName, out, library } = request;
  const workspace = path.join(out, 'lean');
  const template = await writeTemplate(workspace, library);
  if (template !== null) return { kind: 'rejected', problems: [template] };
  const source = leanSource(content, moduleName).text;
  const relative = `lean/Certificates/${moduleName}.lean`;
  const certificate: Certificate = {
    hash,
    content,
    lean: { file: relative, sha256: request.sha256(source), module: moduleName },
    verdicts: content.obligations.map(({ id, kind, theorem }) => ({
      id,
      kind,
      theorem,
      verdict: 'unchecked',
      reason: 'Not checked yet.',
    })),
    checked: null,
  };
  const file = path.join(out, `${content.model.id}.pcm-cert.json`);
  const problem = (await saveLeanFile(path.join(out, relative), source)) ?? (await saveCertificate(file, certificate));
  return problem === null
    ? { kind: 'ok', value: { certificate, file }, warnings: [] }
    : { kind: 'rejected', problems: [problem] };
}

/** Replaces a certificate's file; null, or why it could not be written. */
export const saveCertificate = (file: string, certificate: Certificate): Promise<Problem | null> =>
  write(file, `${JSON.stringify(certificate)}\n`);

/** Replaces a generated Lean file; null, or why it could not be written. */
export const saveLeanFile = (file: string, source: string): Promise<Problem | null> => write(file, source);

/** Brings the template and the library of a workspace up to this program's; null, or why that failed. */
export async function writeTemplate(workspace: string, library: string): Promise<Problem | null> {
  const modules = (await libraryFiles(library)).map((name) => [name, name] as const);
  for (const [name, source] of [...TEMPLATE_FILES, ...modules]) {
    const wanted = await readFile(path.join(library, source), 'utf8');
    const present = await readFile(path.join(workspace, name), 'utf8').catch(() => null);
    if (present === wanted) continue;
    const problem = await write(path.join(workspace, name), wanted);
    if (problem !== null) return problem;
  }
  return null;
}

/** The library's modules below its root file, relative to its folder, in a fixed order. */
async function libraryFiles(library: string): Promise<string[]> {
  const entries = await readdir(path.join(library, LIBRARY_FOLDER), { recursive: true });
  return entries
    .filter((entry) => entry.endsWith('.lean'))
    .map((entry) => path.join(LIBRARY_FOLDER, entry))
    .sort();
}

async function write(file: string, text: string): Promise<Problem | null> {
  const outcome = await writeFileAtomically(file, text);
  if (outcome.kind === 'written') return null;
  return {
    kind: 'problem',
    severity: 'error',
    file,
    line: null,
    message: `It could not be written: ${outcome.message}.`,
    fix: outcome.fix,
  };
}
