import { describeCertificate, resultOf } from './certificate-summary.ts';
import { readCertificate } from './read-certificate.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/** `pcm inspect`: what a certificate says, for people, and its verdicts as they are stored. */
export async function inspect(file: string, { reporter }: Surroundings): Promise<ExitCode> {
  const certificate = await readCertificate(file);
  if (certificate.kind === 'rejected') {
    certificate.problems.forEach(reporter.emit);
    return 2;
  }
  describeCertificate(certificate.value).forEach(reporter.note);
  const model = certificate.value.content.model.id;
  for (const { id, kind, theorem, verdict, reason } of certificate.value.verdicts) {
    reporter.emit({ kind: 'verdict', model, id, obligation: kind, theorem, verdict, reason });
  }
  reporter.emit(resultOf(certificate.value, file));
  return 0;
}
