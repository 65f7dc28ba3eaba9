import type { CertificateContent } from './certificate.ts';
import { finalBox, validationCounts } from './obligations.ts';
import { lowerFailureRate, upperFailureRate } from './statistics/clopper-pearson.ts';
import { fisherExact } from './statistics/contingency.ts';

/** Exact one-sided bound on a failure rate. */
export interface RateBound {
  readonly inside: number;
  readonly failures: number;
  /** 1 where nothing is inside. */
  readonly upperBound: number;
}

export interface Falsification {
  readonly verdict: 'stands' | 'revoked' | 'undecided';
  readonly reasons: readonly string[];
  readonly claimed: number;
  readonly significance: number;
  /** Of the validation structures of the certificate, of the new data, and of both together. */
  readonly certified: RateBound;
  readonly fresh: RateBound;
  readonly pooled: RateBound;
  /** Two-sided p-value of one failure rate in both (Fisher's exact test). */
  readonly homogeneity: number;
}

/** Names of the features that put a scaled feature vector outside the final envelope; the first, or null if it is inside. */
export function leavingFeature(content: CertificateContent, values: readonly number[]): string | null {
  const at = finalBox(content).findIndex(({ lower, upper }, f) => values[f]! < lower || values[f]! > upper);
  return at < 0 ? null : content.features[at]!.id;
}

/**
 * What new structures inside the final envelope do to a certificate. It is revoked when
 *
 * - failures inside, those that the certificate tolerates among its own observations included, are more than it tolerates; or
 * - the new data alone contradict the claimed failure rate: an exact binomial test at the claimed significance.
 *
 * New data were not there when the envelope was drawn, so that they bound the failure rate as validation structures do.
 * Both together do so where they come from the same source and were not chosen by who knew the model's errors: that nobody
 * can see in numbers, but `homogeneity` tells where it is not so.
 */
export function falsification(content: CertificateContent, inside: number, failures: number): Falsification {
  const { claim, search, criterion } = content;
  const significance = claim.significance.numerator / claim.significance.denominator;
  const claimed = claim.failureRate.numerator / claim.failureRate.denominator;
  const bound = (trials: number, failed: number): RateBound => ({
    inside: trials,
    failures: failed,
    upperBound: trials === 0 ? 1 : upperFailureRate(failed, trials, significance),
  });
  const before = validationCounts(content);
  const tolerated = search.error.filter(
    (error, row) =>
      error > criterion.scaledThreshold &&
      leavingFeature(
        content,
        search.features.map((column) => column[row]!),
      ) === null,
  ).length;
  const reasons: string[] = [];
  if (failures > 0 && tolerated + failures > claim.violations) {
    const own = tolerated === 0 ? '' : ` beside the ${tolerated} among its own observations`;
    reasons.push(
      `${failures} new ${failures === 1 ? 'structure fails' : 'structures fail'} inside the envelope${own}; the certificate tolerates ${claim.violations}.`,
    );
  }
  if (lowerFailureRate(failures, inside, significance) > claimed) {
    reasons.push(
      `${failures} of ${inside} new structures fail: at significance ${significance}, more than the claimed rate of ${claimed} can explain.`,
    );
  }
  return {
    verdict: reasons.length > 0 ? 'revoked' : inside === 0 ? 'undecided' : 'stands',
    reasons:
      reasons.length === 0 && inside === 0 ? ['No new structure inside the envelope could be decided.'] : reasons,
    claimed,
    significance,
    certified: bound(before.inside, before.failures),
    fresh: bound(inside, failures),
    pooled: bound(before.inside + inside, before.failures + failures),
    homogeneity: fisherExact(before.failures, before.inside, failures, inside),
  };
}
