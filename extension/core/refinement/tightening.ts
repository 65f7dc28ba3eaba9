import type { Box } from '../certificate.ts';
import { grow, peel, plainTaste, shrinkToPassing } from './face-moves.ts';
import { finished } from './finishing.ts';
import { type Caution, type CoreDemand, marginOf } from './core-search.ts';
import type { ObservedPoints } from './observed-points.ts';
import {
  firstAbove,
  firstAtLeast,
  hullOfAll,
  moveFace,
  type Side,
  type WorkingBox,
  workingBox,
} from './working-box.ts';

/** Everything that a round's search has settled; what is left is a deterministic, local, fast step. */
export interface TighteningPlan {
  /** Box before the round. */
  readonly before: Box;
  /** The core from which the local step starts. */
  readonly core: Box;
  readonly demand: CoreDemand;
  readonly caution: Caution;
  /** Failing observations that this round leaves inside; more than the demand's violations except in the last round. */
  readonly allowed: number;
  readonly isLast: boolean;
}

/**
 * The local step: from the planned core, peel and grow until the core is maximal again, then publish. On the data that
 * the plan was made from it returns the plan's own box; on a resample it returns where the bounds go when the data
 * change but the branch of the search does not. This is the statistic whose bootstrap intervals are reported.
 *
 * @returns null if nothing passing is left
 */
export function tighten(points: ObservedPoints, plan: TighteningPlan): WorkingBox | null {
  const hull = hullOfAll(points);
  const core = workingBox(
    points,
    Float64Array.from(plan.core, (interval) => interval.lower),
    Float64Array.from(plan.core, (interval) => interval.upper),
  );
  if (!peel(points, core, plan.demand.violations, plainTaste)) return null;
  grow(points, core, plan.demand.violations, hull, plainTaste);
  if (plan.isLast) return finished(points, core, hull, marginOf(plan.caution, core), plan.demand);
  grow(points, core, plan.allowed, hull, plainTaste);
  shrinkToPassing(points, core);
  openHalfWay(points, core, plan.before);
  return core;
}

/**
 * Pushes every face half-way to the next counterexample that it alone keeps out, or back to where it was before the
 * round if there is none: a round that is not the last gives nothing away without a counterexample.
 */
function openHalfWay(points: ObservedPoints, box: WorkingBox, before: Box): void {
  for (let feature = 0; feature < points.dimensions; feature++) {
    for (const side of ['lower', 'upper'] as const) {
      const face = (side === 'lower' ? box.lower : box.upper)[feature]!;
      const blocking = nextFailing(points, box, feature, side);
      const bound =
        blocking === null
          ? before[feature]![side]
          : side === 'lower'
            ? Math.ceil((face + blocking) / 2)
            : Math.floor((face + blocking) / 2);
      moveFace(points, box, feature, side, bound);
    }
  }
}

/** Value of the nearest failing observation beyond a face that no other face keeps out. */
function nextFailing(points: ObservedPoints, box: WorkingBox, feature: number, side: Side): number | null {
  const values = points.values[feature]!;
  const order = points.order[feature]!;
  const upwards = side === 'upper';
  const step = upwards ? 1 : -1;
  const start = upwards
    ? firstAbove(values, order, box.upper[feature]!)
    : firstAtLeast(values, order, box.lower[feature]!) - 1;
  for (let position = start; position >= 0 && position < order.length; position += step) {
    const at = order[position]!;
    if (box.outside[at] === 1 && points.failing[at]! > 0) return values[at]!;
  }
  return null;
}
