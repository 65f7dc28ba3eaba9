import type { CertificateContent } from '../core/certificate.ts';
import { finalBox } from '../core/obligations.ts';
import { networkSource } from './certificate-source-network.ts';
import { integer, type Add } from './certificate-source-text.ts';
import { treesSource } from './certificate-source-trees.ts';

/** What `universal` states and how it is proved, from the definitions that {@link addRisk} adds. */
export interface RiskTheorem {
  readonly statement: string;
  readonly proof: string;
}

/**
 * The definitions of the risk model, of how the envelope is cut, and of `risk_claim`; null where no risk bound is claimed.
 *
 * @throws RangeError where there is a risk model without a bound, or a bound without a risk model
 */
export function addRisk(content: CertificateContent, add: Add): RiskTheorem | null {
  const { claim, risk } = content;
  if (risk === null && claim.risk === null) return null;
  if (risk === null || claim.risk === null) {
    throw new RangeError('A risk bound and a risk model are claimed together or not at all.');
  }
  const { head, partition } = risk;
  const box = finalBox(content);
  const source =
    head.kind === 'trees'
      ? treesSource(head, partition, box, claim.risk)
      : networkSource(head, partition, box, claim.risk);
  const model = 'ensemble' in source ? `.trees ${source.ensemble}` : '.network network';
  add(...source.definitions);
  add('/-- The risk model, and the greatest score that it may have inside the envelope. -/');
  add(`noncomputable def risk_claim : RiskClaim := ⟨${model}, ${integer(claim.risk)}⟩`, '');
  return source;
}
