import { LARGEST_CELL, type Claim } from './certificate.ts';
import type { Project } from './project.ts';
import { rationalFromDecimal } from './rational.ts';
import { conformalRank, conformalSamplesNeeded } from './statistics/conformal-rank.ts';

/** What is claimed of the error's quantile, or why nothing can be. */
export type ConformalClaim =
  | { readonly kind: 'claimed'; readonly claim: NonNullable<Claim['conformal']> }
  | { readonly kind: 'none-wanted' }
  /** The bound has a finer step than 1 / scale. */
  | { readonly kind: 'coarse' }
  /** Without a bound to claim, so many validation structures inside are needed. */
  | { readonly kind: 'too-few'; readonly inside: number; readonly needed: number }
  /** The quantile itself is a structure without a finite prediction. */
  | { readonly kind: 'unbounded' };

/**
 * The claim of a project, in steps of 1 / scale. A bound that the user gives is claimed as it is, whatever the data say;
 * without one, the data's own conformal quantile is.
 *
 * @param errors scaled errors of the validation structures inside the final envelope
 * @param steps the user's bound in whole steps, or null where it does not lie on one
 */
export function conformalClaim(
  wanted: Project['claim']['conformal'],
  errors: readonly number[],
  steps: (bound: number) => number | null,
): ConformalClaim {
  if (wanted === null) return { kind: 'none-wanted' };
  const miscoverage = rationalFromDecimal(wanted.miscoverage);
  if (miscoverage === undefined) throw new RangeError('The share was accepted as an exact decimal and is none.');
  if (wanted.bound !== undefined) {
    const bound = steps(wanted.bound);
    return bound === null ? { kind: 'coarse' } : { kind: 'claimed', claim: { miscoverage, bound } };
  }
  const rank = conformalRank(errors.length, miscoverage);
  if (rank > errors.length) {
    return { kind: 'too-few', inside: errors.length, needed: conformalSamplesNeeded(miscoverage) };
  }
  const bound = [...errors].sort((a, b) => a - b)[rank - 1]!;
  return bound >= LARGEST_CELL ? { kind: 'unbounded' } : { kind: 'claimed', claim: { miscoverage, bound } };
}
