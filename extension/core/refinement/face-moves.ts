import type { ObservedPoints } from './observed-points.ts';
import { firstAbove, firstAtLeast, moveFace, type Side, type WorkingBox } from './working-box.ts';

const SIDES = ['lower', 'upper'] as const satisfies readonly Side[];

/** How a move is valued. Noise turns one greedy path into many different ones; without it the path is unique. */
export interface MoveTaste {
  /**
   * What a peel is worth: removed failing × (1 + balance) / (removed passing + balance). A small balance cuts off the
   * cleanest corner first, a large one the corner with the most counterexamples.
   */
  readonly balance: number;
  /** Factor for the worth of a move of this face, around 1. */
  readonly noise: () => number;
}

export const plainTaste: MoveTaste = { balance: 1, noise: () => 1 };

interface Move {
  readonly feature: number;
  readonly side: Side;
  readonly bound: number;
  readonly worth: number;
}

/** The best way to pull one face inwards: for each depth, what would fall outside; null if nothing failing would. */
function bestPeel(
  points: ObservedPoints,
  box: WorkingBox,
  feature: number,
  side: Side,
  excess: number,
  taste: MoveTaste,
): Move | null {
  const values = points.values[feature]!;
  const order = points.order[feature]!;
  const step = side === 'lower' ? 1 : -1;
  let position =
    side === 'lower'
      ? firstAtLeast(values, order, box.lower[feature]!)
      : firstAbove(values, order, box.upper[feature]!) - 1;
  const end =
    side === 'lower'
      ? firstAbove(values, order, box.upper[feature]!)
      : firstAtLeast(values, order, box.lower[feature]!) - 1;
  let removedPassing = 0;
  let removedFailing = 0;
  let bestBound = NaN;
  let bestWorth = 0;
  // A value on which the cut could end, and what the cut would be worth.
  let pendingWorth = 0;
  let lastValue = NaN;
  for (; position !== end; position += step) {
    const at = order[position]!;
    if (box.outside[at] !== 0) continue;
    const passing = points.passing[at]!;
    const failing = points.failing[at]!;
    if (passing + failing === 0) continue;
    const value = values[at]!;
    if (value !== lastValue) {
      if (pendingWorth > bestWorth) {
        bestWorth = pendingWorth;
        bestBound = value;
      }
      // Cutting deeper than needed, or everything that passes, is never an improvement.
      if (removedFailing >= excess || removedPassing >= box.passing) break;
      lastValue = value;
    }
    removedPassing += passing;
    removedFailing += failing;
    if (removedFailing > 0 && removedPassing < box.passing) {
      pendingWorth = (Math.min(removedFailing, excess) * (1 + taste.balance)) / (removedPassing + taste.balance);
    } else {
      pendingWorth = 0;
    }
  }
  return bestWorth > 0 ? { feature, side, bound: bestBound, worth: bestWorth * taste.noise() } : null;
}

/**
 * Pulls faces inwards, the best cut first, until at most `allowed` failing observations are inside (patient rule
 * induction's peeling, with whole value groups; Friedman & Fisher, Statistics and Computing 9, 123, 1999).
 *
 * @returns whether it got there with something passing left inside
 */
export function peel(points: ObservedPoints, box: WorkingBox, allowed: number, taste: MoveTaste): boolean {
  while (box.failing > allowed) {
    let best: Move | null = null;
    for (let feature = 0; feature < points.dimensions; feature++) {
      for (const side of SIDES) {
        const move = bestPeel(points, box, feature, side, box.failing - allowed, taste);
        if (move !== null && (best === null || move.worth > best.worth)) best = move;
      }
    }
    if (best === null) return false;
    moveFace(points, box, best.feature, best.side, best.bound);
  }
  return box.passing > 0;
}

/** The best way to push one face outwards with at most `budget` more failing observations inside; null if none gains. */
function bestGrowth(
  points: ObservedPoints,
  box: WorkingBox,
  feature: number,
  side: Side,
  budget: number,
  limit: number,
  taste: MoveTaste,
): Move | null {
  const values = points.values[feature]!;
  const order = points.order[feature]!;
  const upwards = side === 'upper';
  const step = upwards ? 1 : -1;
  let position = upwards
    ? firstAbove(values, order, box.upper[feature]!)
    : firstAtLeast(values, order, box.lower[feature]!) - 1;
  const end = upwards ? firstAbove(values, order, limit) : firstAtLeast(values, order, limit) - 1;
  let gained = 0;
  let cost = 0;
  let best: { bound: number; worth: number } | null = null;
  while (position !== end) {
    const value = values[order[position]!]!;
    let passing = 0;
    for (; position !== end && values[order[position]!]! === value; position += step) {
      const at = order[position]!;
      // Outside in this feature alone: the only points that this face brings in.
      if (box.outside[at] !== 1) continue;
      passing += points.passing[at]!;
      cost += points.failing[at]!;
    }
    if (cost > budget) break;
    if (passing === 0) continue;
    gained += passing;
    const worth = gained / (cost + 1);
    if (best === null || worth > best.worth) best = { bound: value, worth };
  }
  return best === null ? null : { feature, side, bound: best.bound, worth: best.worth * taste.noise() };
}

/**
 * Pushes faces outwards, the best gain first, while at most `allowed` failing observations are inside and the box stays
 * within `limits`; ends when no face can take in one more passing observation (pasting).
 */
export function grow(
  points: ObservedPoints,
  box: WorkingBox,
  allowed: number,
  limits: { readonly lower: Float64Array; readonly upper: Float64Array },
  taste: MoveTaste,
): void {
  for (;;) {
    let best: Move | null = null;
    for (let feature = 0; feature < points.dimensions; feature++) {
      for (const side of SIDES) {
        const limit = (side === 'lower' ? limits.lower : limits.upper)[feature]!;
        const move = bestGrowth(points, box, feature, side, allowed - box.failing, limit, taste);
        if (move !== null && (best === null || move.worth > best.worth)) best = move;
      }
    }
    if (best === null) return;
    moveFace(points, box, best.feature, best.side, best.bound);
  }
}

/** Pulls every face inwards to the outermost passing observation inside; an empty box stays as it is. */
export function shrinkToPassing(points: ObservedPoints, box: WorkingBox): void {
  if (box.passing === 0) return;
  // Pulling one face can only drop failing points, so the outermost passing ones never change.
  for (let feature = 0; feature < points.dimensions; feature++) {
    for (const side of SIDES) {
      const bound = outermostPassing(points, box, feature, side, 0);
      if (bound !== null) moveFace(points, box, feature, side, bound);
    }
  }
}

/** Value of the passing observation inside that has `skip` others (with multiplicity) beyond it on that side. */
export function outermostPassing(
  points: ObservedPoints,
  box: WorkingBox,
  feature: number,
  side: Side,
  skip: number,
): number | null {
  const values = points.values[feature]!;
  const order = points.order[feature]!;
  const step = side === 'lower' ? 1 : -1;
  const end = side === 'lower' ? order.length : -1;
  let seen = 0;
  for (let position = side === 'lower' ? 0 : order.length - 1; position !== end; position += step) {
    const at = order[position]!;
    if (box.outside[at] !== 0) continue;
    seen += points.passing[at]!;
    if (seen > skip) return values[at]!;
  }
  return null;
}
