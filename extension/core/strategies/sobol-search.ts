import { matchPoints } from './match-points.ts';
import { scrambledSobol } from './sobol-sequence.ts';
import type { Strategy } from './strategy.ts';

/**
 * Spreads the tests evenly over the whole box at once, not only along each axis as a Latin hypercube does: the first
 * points of a Sobol sequence (Joe & Kuo 2008), scrambled anew each time (Owen 1995, Burley 2020), each answered by the
 * nearest candidate that is still free. At most 32 features, which is all that a project can have.
 */
export const sobolSearch: Strategy = {
  id: 'sobol',
  description:
    'Evenly over the whole box by a scrambled Sobol sequence, each point matched to the nearest untested structure.',
  propose(context, count, random) {
    const size = Math.min(count, context.candidates.length);
    return matchPoints(scrambledSobol(size, context.columns.length, random), context);
  },
};
