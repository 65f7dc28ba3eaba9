import type { Box } from '../certificate.ts';
import type { ObservedPoints } from './observed-points.ts';

export type Side = 'lower' | 'upper';

/**
 * A box while it is being moved. `outside[point]` is the number of features in which the point lies outside: 0 means
 * inside, 1 means that a single face keeps it out.
 */
export interface WorkingBox {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly outside: Int16Array;
  /** Passing and failing observations inside, with multiplicity. */
  passing: number;
  failing: number;
}

export function workingBox(points: ObservedPoints, lower: Float64Array, upper: Float64Array): WorkingBox {
  const outside = new Int16Array(points.size);
  for (let f = 0; f < points.dimensions; f++) {
    const values = points.values[f]!;
    const from = lower[f]!;
    const to = upper[f]!;
    for (let at = 0; at < points.size; at++) {
      if (values[at]! < from || values[at]! > to) outside[at]!++;
    }
  }
  let passing = 0;
  let failing = 0;
  for (let at = 0; at < points.size; at++) {
    if (outside[at] !== 0) continue;
    passing += points.passing[at]!;
    failing += points.failing[at]!;
  }
  return { lower: Float64Array.from(lower), upper: Float64Array.from(upper), outside, passing, failing };
}

/** The box that holds every point: the hull of all of them, or an empty box if there are none. */
export function hullOfAll(points: ObservedPoints): WorkingBox {
  const lower = new Float64Array(points.dimensions);
  const upper = new Float64Array(points.dimensions);
  for (let f = 0; f < points.dimensions; f++) {
    const order = points.order[f]!;
    lower[f] = points.size > 0 ? points.values[f]![order[0]!]! : 0;
    upper[f] = points.size > 0 ? points.values[f]![order[points.size - 1]!]! : -1;
  }
  return workingBox(points, lower, upper);
}

export function copyOf(box: WorkingBox): WorkingBox {
  return {
    lower: Float64Array.from(box.lower),
    upper: Float64Array.from(box.upper),
    outside: Int16Array.from(box.outside),
    passing: box.passing,
    failing: box.failing,
  };
}

export function asBox(box: WorkingBox): Box {
  return Array.from(box.lower, (lower, f) => ({ lower, upper: box.upper[f]! }));
}

/** First position in `order` whose value is at least `bound`. */
export function firstAtLeast(values: Float64Array, order: Int32Array, bound: number): number {
  let from = 0;
  let to = order.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (values[order[middle]!]! >= bound) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** First position in `order` whose value is above `bound`. */
export function firstAbove(values: Float64Array, order: Int32Array, bound: number): number {
  let from = 0;
  let to = order.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (values[order[middle]!]! > bound) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** Moves one face to `bound`, inwards or outwards, and keeps the counts right. Costs only the points in between. */
export function moveFace(points: ObservedPoints, box: WorkingBox, feature: number, side: Side, bound: number): void {
  const values = points.values[feature]!;
  const order = points.order[feature]!;
  const faces = side === 'lower' ? box.lower : box.upper;
  const before = faces[feature]!;
  if (bound === before) return;
  faces[feature] = bound;
  const inwards = side === 'lower' ? bound > before : bound < before;
  const [low, high] = bound < before ? [bound, before] : [before, bound];
  const from = side === 'lower' ? firstAtLeast(values, order, low) : firstAbove(values, order, low);
  const to = side === 'lower' ? firstAtLeast(values, order, high) : firstAbove(values, order, high);
  for (let position = from; position < to; position++) {
    const at = order[position]!;
    if (inwards) {
      if (box.outside[at] === 0) {
        box.passing -= points.passing[at]!;
        box.failing -= points.failing[at]!;
      }
      box.outside[at]!++;
    } else {
      box.outside[at]!--;
      if (box.outside[at] === 0) {
        box.passing += points.passing[at]!;
        box.failing += points.failing[at]!;
      }
    }
  }
}
