import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { contentHash } from '../core/certificate-assembly.ts';
import { inconsistencyOf } from '../core/certificate-consistency.ts';
import { certificateSchema, type Certificate } from '../core/certificate.ts';
import type { Checked, Problem } from '../core/problem.ts';

/** Largest certificate that is read, bytes: about a million observations. */
const LARGEST_CERTIFICATE = 512 * 1024 * 1024;

export const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

/** Reads a certificate and holds it against its own hash; a file that was changed by hand is not a certificate. */
export async function readCertificate(file: string): Promise<Checked<Certificate>> {
  const rejected = (message: string, fix: string): Checked<never> => ({
    kind: 'rejected',
    problems: [{ kind: 'problem', severity: 'error', file, line: null, message, fix } satisfies Problem],
  });
  let text: string;
  try {
    const { size } = await stat(file);
    if (size > LARGEST_CERTIFICATE) return rejected(`It has ${size} bytes.`, 'Check that this is a certificate.');
    text = await readFile(file, 'utf8');
  } catch (error) {
    return rejected(
      `It cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).`,
      'Name a file that pcm certify has written.',
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return rejected('It is not JSON.', 'Name a file that pcm certify has written, or certify again.');
  }
  const parsed = certificateSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return rejected(
      `It is not a certificate: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`,
      'Certify again with this version.',
    );
  }
  const inconsistency = inconsistencyOf(parsed.data.content);
  if (inconsistency !== null)
    return rejected(`It contradicts itself: ${inconsistency}.`, 'Certify again; do not edit certificates.');
  if (contentHash(parsed.data.content, sha256) !== parsed.data.hash) {
    return rejected('Its content does not have the hash that it states.', 'Certify again; do not edit certificates.');
  }
  return { kind: 'ok', value: parsed.data, warnings: [] };
}
