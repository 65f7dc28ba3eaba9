import type { CertificateContent } from '../certificate.ts';
import { failing, type Finding } from './evaluation.ts';

/** The risk head's score is at most the claimed one everywhere in the envelope. */
export function universal(content: CertificateContent): Finding {
  return failing(content, 'The risk head was not evaluated.');
}
