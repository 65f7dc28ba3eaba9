import type { CertificateContent } from '../core/certificate.ts';
import { compareIdentities } from '../core/model-identity.ts';
import type { Problem } from '../core/problem.ts';
import type { OracleSource } from '../sweep/oracles/oracle-source.ts';

/** Why a model at hand is not the one that was certified; null if it is. */
export function identityProblem(
  { model }: CertificateContent,
  { identity, file }: Pick<OracleSource, 'identity' | 'file'>,
): Problem | null {
  const compared = compareIdentities(model, identity);
  if (compared.kind === 'same') return null;
  const what = compared.differences.length === 0 ? '' : ` (${compared.differences.join('; ')})`;
  return {
    kind: 'problem',
    severity: 'error',
    file,
    line: null,
    message: `This model is not the one that was certified: its sha-256 is another${what}.`,
    fix:
      compared.kind === 'other-versions'
        ? 'Install the certified versions, or certify again.'
        : 'Put the certified model back, or certify again.',
  };
}
