import type { Rational } from '../certificate.ts';
import { conformalRank, conformalSamplesNeeded } from './conformal-rank.ts';

/** A split-conformal error bound, or why there is none. */
export type ConformalBound =
  /** A further exchangeable structure has an error of at most `bound` with a probability of at least 1 − α. */
  | { readonly kind: 'bounded'; readonly samples: number; readonly rank: number; readonly bound: number }
  /** The rank falls on a structure without a finite prediction. */
  | { readonly kind: 'unbounded'; readonly samples: number; readonly rank: number }
  | { readonly kind: 'too-few'; readonly samples: number; readonly needed: number };

/**
 * The ⌈(n + 1)(1 − α)⌉-th smallest error (Vovk, Gammerman & Shafer 2005; Papadopoulos et al., ECML 2002). A NaN error counts as
 * infinite.
 */
export function conformalBound(errors: ArrayLike<number>, miscoverage: Rational): ConformalBound {
  const samples = errors.length;
  const rank = conformalRank(samples, miscoverage);
  if (rank > samples) return { kind: 'too-few', samples, needed: conformalSamplesNeeded(miscoverage) };
  const sorted = Float64Array.from(errors, (error) => (Number.isNaN(error) ? Infinity : error)).sort();
  const bound = sorted[Math.max(1, rank) - 1]!;
  return Number.isFinite(bound) ? { kind: 'bounded', samples, rank, bound } : { kind: 'unbounded', samples, rank };
}

export interface MondrianBounds {
  readonly marginal: ConformalBound;
  /** One bound per group, in the order of their names. */
  readonly groups: readonly { readonly group: string; readonly bound: ConformalBound }[];
}

/**
 * The marginal bound, and one per group (Mondrian conformal prediction; Vovk, Lindsay, Nouretdinov & Gammerman 2003): the marginal
 * one may hold on the average and fail for every halide; a group's bound holds for the group's own structures, with the
 * same guarantee, at the price of the group's own sample.
 *
 * @param groups a name per error; must not depend on the errors
 */
export function mondrianBounds(
  errors: ArrayLike<number>,
  groups: readonly string[],
  miscoverage: Rational,
): MondrianBounds {
  const names = [...new Set(groups)].sort();
  return {
    marginal: conformalBound(errors, miscoverage),
    groups: names.map((group) => ({
      group,
      bound: conformalBound(
        Array.from(errors).filter((_, row) => groups[row] === group),
        miscoverage,
      ),
    })),
  };
}
