import { nearestCandidate } from './nearest-candidate.ts';
import type { SearchContext } from './strategy.ts';

/**
 * Answers each point of the unit cube, which stands for the current box, with the nearest candidate that is still free.
 *
 * @param points row-major, one row per point and one coordinate per column of the context; no more points than candidates
 * @returns one row of the pool per point
 */
export function matchPoints(points: Float64Array, context: SearchContext): Int32Array {
  const dimensions = context.columns.length;
  const candidates = nearestCandidate(context.candidates, context.columns, context.box);
  const rows = new Int32Array(points.length / dimensions);
  for (let at = 0; at < rows.length; at++) {
    rows[at] = candidates.take(points.subarray(at * dimensions, (at + 1) * dimensions));
  }
  return rows;
}
