import type { CertificateContent } from '../certificate.ts';
import type { RefinementSection } from './sections.ts';

/** How the envelope was drawn, round by round, as the certificate states it. */
export function refinementOf(content: CertificateContent): RefinementSection {
  const { features, initial, rounds, claim, replicates } = content;
  const { numerator, denominator } = claim.confidence;
  const drawn = replicates[0]?.counts.reduce((sum, count) => sum + count, 0);
  return {
    confidence: numerator / denominator,
    replicates: drawn ?? null,
    features: features.map(({ id, unit, scale }, f) => ({
      id,
      unit,
      initial: { lower: initial[f]!.lower / scale, upper: initial[f]!.upper / scale },
    })),
    rounds: rounds.map(({ tested, failed, discovered, coverage, bounds, compression }, at) => ({
      round: at + 1,
      tested,
      failed,
      passRate: tested === 0 ? null : (tested - failed) / tested,
      discovered,
      coverage,
      bounds: bounds.map(({ lower, upper }, f) => ({ lower, upper, compression: compression[f]! })),
    })),
  };
}
