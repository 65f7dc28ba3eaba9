import { shrinkToPassing } from './face-moves.ts';
import type { ObservedPoints } from './observed-points.ts';
import { copyOf, firstAbove, firstAtLeast, moveFace, type WorkingBox } from './working-box.ts';

/**
 * Where the slabs of an interval of integers begin, and one past where the last one ends: slab j holds the values v with
 * edges[j] ≤ v < edges[j + 1], edges[j] = lower + ⌊(upper − lower + 1) j / s⌋ with s = min(slabs, upper − lower + 1).
 */
export function slabEdges(lower: number, upper: number, slabs: number): Float64Array {
  const width = upper - lower + 1;
  const count = Math.min(slabs, width);
  // width × count stays below 2^53 for widths below 2^40 and any sensible number of slabs.
  return Float64Array.from({ length: count + 1 }, (_, j) => lower + Math.floor((width * j) / count));
}

/** Passing observations inside the box per slab of one feature, with multiplicity. */
export function passingPerSlab(
  points: ObservedPoints,
  box: WorkingBox,
  feature: number,
  edges: Float64Array,
): Int32Array {
  const counts = new Int32Array(edges.length - 1);
  const values = points.values[feature]!;
  const order = points.order[feature]!;
  const end = firstAbove(values, order, box.upper[feature]!);
  let slab = 0;
  for (let position = firstAtLeast(values, order, box.lower[feature]!); position < end; position++) {
    const at = order[position]!;
    if (box.outside[at] !== 0) continue;
    while (values[at]! >= edges[slab + 1]!) slab++;
    counts[slab]! += points.passing[at]!;
  }
  return counts;
}

/**
 * Cuts gaps off until every slab of every feature holds at least `minimum` passing observations, and puts every face at
 * the outermost passing observation inside. A gap is cut off on the side where fewer passing observations are lost.
 *
 * @returns whether something is left
 */
export function trimGaps(points: ObservedPoints, box: WorkingBox, slabs: number, minimum: number): boolean {
  shrinkToPassing(points, box);
  for (;;) {
    if (box.passing === 0) return false;
    const gap = firstGap(points, box, slabs, minimum);
    if (gap === null) return true;
    const above = copyOf(box);
    moveFace(points, above, gap.feature, 'lower', gap.end);
    const below = copyOf(box);
    moveFace(points, below, gap.feature, 'upper', gap.start - 1);
    const kept = above.passing >= below.passing ? above : below;
    if (kept.passing === 0) return false;
    moveFace(points, box, gap.feature, kept === above ? 'lower' : 'upper', kept === above ? gap.end : gap.start - 1);
    shrinkToPassing(points, box);
  }
}

/** The slab with the fewest passing observations, if that is below the minimum. */
function firstGap(
  points: ObservedPoints,
  box: WorkingBox,
  slabs: number,
  minimum: number,
): { feature: number; start: number; end: number } | null {
  let worst: { feature: number; start: number; end: number } | null = null;
  let worstCount = minimum;
  for (let feature = 0; feature < points.dimensions; feature++) {
    const edges = slabEdges(box.lower[feature]!, box.upper[feature]!, slabs);
    const counts = passingPerSlab(points, box, feature, edges);
    for (let slab = 0; slab < counts.length; slab++) {
      if (counts[slab]! >= worstCount) continue;
      worstCount = counts[slab]!;
      worst = { feature, start: edges[slab]!, end: edges[slab + 1]! };
    }
  }
  return worst;
}
