import type { Box } from '../certificate.ts';
import type { ObservedPoints } from './observed-points.ts';
import { moveFace, type Side, workingBox } from './working-box.ts';

/** One bound that a round moved, and what fell out by it. Values are scaled integers. */
export interface FaceMove {
  readonly feature: number;
  readonly side: Side;
  readonly from: number;
  readonly to: number;
  readonly removedPassing: number;
  readonly removedFailing: number;
}

/**
 * The way from one box to a smaller one, bound by bound: next comes the bound that removes the most counterexamples of
 * those still inside (equal ones: fewer passing structures, then lower feature, lower bound first).
 */
export function traceFaces(points: ObservedPoints, before: Box, after: Box): FaceMove[] {
  const box = workingBox(
    points,
    Float64Array.from(before, (interval) => interval.lower),
    Float64Array.from(before, (interval) => interval.upper),
  );
  const pending = after.flatMap((interval, feature) => [
    { feature, side: 'lower' as const, from: before[feature]!.lower, to: interval.lower },
    { feature, side: 'upper' as const, from: before[feature]!.upper, to: interval.upper },
  ]);
  const trace: FaceMove[] = [];
  let open = pending.filter((move) => move.from !== move.to);
  while (open.length > 0) {
    let best: FaceMove | null = null;
    for (const move of open) {
      const { passing, failing } = box;
      moveFace(points, box, move.feature, move.side, move.to);
      const removed = { ...move, removedPassing: passing - box.passing, removedFailing: failing - box.failing };
      moveFace(points, box, move.feature, move.side, move.from);
      if (
        best === null ||
        removed.removedFailing > best.removedFailing ||
        (removed.removedFailing === best.removedFailing && removed.removedPassing < best.removedPassing)
      ) {
        best = removed;
      }
    }
    const chosen = best!;
    moveFace(points, box, chosen.feature, chosen.side, chosen.to);
    trace.push(chosen);
    open = open.filter((move) => move.feature !== chosen.feature || move.side !== chosen.side);
  }
  return trace;
}
