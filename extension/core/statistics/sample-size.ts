import type { Rational } from '../certificate.ts';
import { binomialCdf } from './binomial.ts';
import { trialsNeeded } from './exact-binomial.ts';

/** How large a validation sample has to be if it may hold this many failures. */
export interface SampleSize {
  readonly failures: number;
  /** Structures inside, at least, failures among them. */
  readonly needed: number;
  /** Of these, how many are still missing. */
  readonly more: number;
  /**
   * Probability that so many structures hold no more failures than that, if the true failure rate is the expected one:
   * how likely the plan is to work out. Null where no rate is expected.
   */
  readonly chance: number | null;
}

/**
 * "To claim ε at significance δ, n more structures are needed": sizes for `failures`, `failures` + 1, … failures in the
 * final sample, by the exact one-sided Clopper–Pearson bound in whole numbers. The sample has to be planned before it is looked
 * at; whoever adds structures until the claim holds tests more often than δ allows for.
 *
 * @param inside validation structures inside so far, `failures` of them failing
 * @param expectedRate failure rate that is expected inside, or null
 * @param rows how many sizes
 * @returns fewer rows where more than a million structures would be needed
 */
export function sampleSizes(
  { failures, inside }: { readonly failures: number; readonly inside: number },
  rate: Rational,
  significance: Rational,
  expectedRate: number | null,
  rows = 5,
): SampleSize[] {
  const sizes: SampleSize[] = [];
  for (let allowed = failures; sizes.length < rows; allowed++) {
    const least = trialsNeeded(allowed, rate, significance);
    if (least === null) return sizes;
    const needed = Math.max(least, inside);
    const chance = expectedRate === null ? null : binomialCdf(allowed, needed, expectedRate);
    sizes.push({ failures: allowed, needed, more: needed - inside, chance });
  }
  return sizes;
}

/** Failure rate to expect after `failures` of `trials`: (k + ½)/(n + 1), the mean of Jeffreys' posterior; null without trials. */
export function expectedFailureRate(failures: number, trials: number): number | null {
  return trials > 0 ? (failures + 0.5) / (trials + 1) : null;
}
