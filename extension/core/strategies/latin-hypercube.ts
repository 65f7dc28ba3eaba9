import type { RandomStream } from '../random.ts';
import { shuffle } from '../random.ts';
import { matchPoints } from './match-points.ts';
import type { Strategy } from './strategy.ts';

/**
 * `count` points in the unit cube, one in each of `count` equal slabs of every axis (McKay, Beckman & Conover 1979).
 *
 * @returns row-major, count × dimensions
 */
export function latinHypercube(count: number, dimensions: number, random: RandomStream): Float64Array {
  const points = new Float64Array(count * dimensions);
  const slabs = new Int32Array(count);
  for (let f = 0; f < dimensions; f++) {
    for (let at = 0; at < count; at++) slabs[at] = at;
    shuffle(slabs, random);
    for (let at = 0; at < count; at++) points[at * dimensions + f] = (slabs[at]! + random.uniform()) / count;
  }
  return points;
}

/**
 * Spreads the tests evenly over every feature's range: a Latin hypercube in the current box, each point answered by the
 * nearest candidate that is still free. Sparse corners of the pool are tested more than their share, dense ones less.
 */
export const latinHypercubeSearch: Strategy = {
  id: 'latin-hypercube',
  description: 'Evenly over the range of every feature, each point matched to the nearest untested structure.',
  propose(context, count, random) {
    const size = Math.min(count, context.candidates.length);
    return matchPoints(latinHypercube(size, context.columns.length, random), context);
  },
};
