import { solvePositiveDefinite } from '../risk/positive-definite.ts';

/** Below this distance from the hull, in standardised units, a point counts as inside. */
const TOLERANCE = 1e-9;

/** Each step brings in a vertex; far more than a point near the hull of thousands of others ever takes. */
const MOST_STEPS = 1000;

/**
 * Whether a point lies in the convex hull of others, in any dimension, without building the hull: the point of the hull
 * nearest to it by Wolfe's finite algorithm (Math. Program. 11, 128, 1976). Outside is only said with a separating plane at
 * hand, or a distance above 1e-9; a search that does not end says outside.
 *
 * @param points flat, one point after another
 * @param count how many of them, from the first one, span the hull
 * @param from index of the asked point's first coordinate in `asked`
 * @see scipy.optimize.linprog for the same question as a linear program
 */
export function isInHull(
  points: Float64Array,
  count: number,
  asked: Float64Array,
  from: number,
  size: number,
): boolean {
  if (count === 0) return false;
  /** Coordinate of a vertex relative to the asked point. */
  const at = (vertex: number, f: number): number => points[vertex * size + f]! - asked[from + f]!;
  const along = (direction: Float64Array, vertex: number): number => {
    let sum = 0;
    for (let f = 0; f < size; f++) sum += direction[f]! * at(vertex, f);
    return sum;
  };
  const nearest = new Float64Array(size);
  let corral = [0];
  let weights = [1];
  for (let step = 0; step < MOST_STEPS; step++) {
    nearest.fill(0);
    for (const [place, vertex] of corral.entries()) {
      for (let f = 0; f < size; f++) nearest[f] = nearest[f]! + weights[place]! * at(vertex, f);
    }
    const square = nearest.reduce((sum, value) => sum + value * value, 0);
    if (square <= TOLERANCE * TOLERANCE) return true;
    let best = -1;
    let least = Infinity;
    for (let vertex = 0; vertex < count; vertex++) {
      const reach = along(nearest, vertex);
      if (reach < least) [best, least] = [vertex, reach];
    }
    // All vertices lie beyond the plane through the nearest point: no vertex brings the hull closer.
    if (least > 0 || corral.includes(best)) return false;
    corral = [...corral, best];
    weights = [...weights, 0];
    const settled = settle(corral, weights, at, size);
    if (settled === null) return false;
    ({ corral, weights } = settled);
  }
  return false;
}

/** Moves to the nearest point of the corral's affine hull, dropping vertices until it is inside of their own hull. */
function settle(
  corral: readonly number[],
  weights: readonly number[],
  at: (vertex: number, f: number) => number,
  size: number,
): { corral: number[]; weights: number[] } | null {
  let vertices = [...corral];
  let current = [...weights];
  while (vertices.length > 0) {
    const wanted = affineMinimum(vertices, at, size);
    if (wanted === null) return null;
    let length = 1;
    for (const [place, target] of wanted.entries()) {
      const now = current[place]!;
      if (target <= 0 && now > target) length = Math.min(length, now / (now - target));
    }
    const moved = current.map((now, place) => now + length * (wanted[place]! - now));
    if (length === 1 && wanted.every((target) => target > 0)) return { corral: vertices, weights: wanted };
    const smallest = Math.min(...moved);
    // At least the vertex that ended the step leaves, whatever rounding says.
    const kept = moved.map((weight) => weight > 0 && weight > smallest);
    if (!kept.includes(true)) return null;
    vertices = vertices.filter((_, place) => kept[place]);
    current = moved.filter((_, place) => kept[place]);
    const sum = current.reduce((total, weight) => total + weight, 0);
    current = current.map((weight) => weight / sum);
  }
  return null;
}

/** Weights, summing to 1, of the affine hull's point nearest to the origin; null where the vertices are dependent. */
function affineMinimum(
  vertices: readonly number[],
  at: (vertex: number, f: number) => number,
  size: number,
): number[] | null {
  const order = vertices.length;
  const matrix = new Float64Array(order * order);
  for (let i = 0; i < order; i++) {
    for (let j = 0; j <= i; j++) {
      // The ones turn the singular Gram matrix of an affinely independent corral into a regular one.
      let entry = 1;
      for (let f = 0; f < size; f++) entry += at(vertices[i]!, f) * at(vertices[j]!, f);
      matrix[i * order + j] = entry;
      matrix[j * order + i] = entry;
    }
  }
  const solved = solvePositiveDefinite(matrix, new Float64Array(order).fill(1));
  if (solved === null) return null;
  const sum = solved.reduce((total, value) => total + value, 0);
  return Array.from(solved, (value) => value / sum);
}
