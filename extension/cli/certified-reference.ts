import type { CertificateContent } from '../core/certificate.ts';
import type { Checked } from '../core/problem.ts';
import type { Reference } from '../sweep/reference/reference.ts';
import type { LoadedProject } from './load-project.ts';
import { openReference } from './open-reference.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * The reference that computed a certificate's labels, and no other one; null where the labels are those of the data.
 * @param loaded the project as it was certified.
 * @param file the certificate, for messages.
 */
export async function openCertifiedReference(
  content: CertificateContent,
  loaded: LoadedProject,
  file: string,
  around: Surroundings,
): Promise<Checked<Reference | null>> {
  const opened = await openReference(loaded, around);
  if (opened.kind === 'rejected') return opened;
  if (opened.value?.identity.sha256 === content.reference?.sha256) return opened;
  await opened.value?.close();
  const message = 'The reference here is not the certified one.';
  const fix = 'Bring back the program that computed it, or certify again.';
  return { kind: 'rejected', problems: [{ kind: 'problem', severity: 'error', file, line: null, message, fix }] };
}
