import type { Columns } from '../risk/gradient-boosting-options.ts';
import { points, scaleOf } from '../risk/baseline-scores.ts';
import { rowsOf } from '../risk/grouped-cross-validation.ts';
import { quantileOfSorted } from '../statistics/quantile.ts';
import { isInHull } from './hull-membership.ts';

/** Neighbours whose distances are averaged. */
const NEIGHBOURS = 5;

/**
 * How far outside of the passing training rows each asked row lies, by three simple ways to draw a region around them.
 * Each is a family of nested regions, so that a region of any coverage is the rows with the lowest scores.
 */
export interface RegionScores {
  /** The share of the passing rows, in the middle of every feature, whose box takes the row in; above 1 outside of all. */
  readonly quantileBox: Float64Array;
  /** How many of the most central passing rows it takes for their convex hull to hold the row; Infinity outside of all. */
  readonly convexHull: Float64Array;
  /** Mean distance to the five nearest passing rows, in standardised features. */
  readonly nearestNeighbours: Float64Array;
}

/**
 * @param passing rows whose verdicts may be used, all of them passing
 * @param asked rows to score; their verdicts are not looked at
 */
export function regionScores(columns: Columns, passing: Int32Array, asked: Int32Array): RegionScores {
  const size = columns.length;
  const scales = rowsOf(columns, passing).map(scaleOf);
  const known = points(columns, passing, scales);
  const wanted = points(columns, asked, scales);
  const sorted = rowsOf(columns, passing).map((column) => column.sort());
  const inOrder = byCentrality(known, size);
  const quantileBox = new Float64Array(asked.length);
  const convexHull = new Float64Array(asked.length);
  const nearestNeighbours = new Float64Array(asked.length);
  for (const [place, row] of asked.entries()) {
    for (const [f, values] of sorted.entries()) {
      quantileBox[place] = Math.max(quantileBox[place]!, middleShare(values, columns[f]![row]!));
    }
    convexHull[place] = hullDepth(inOrder, wanted, place * size, size);
    nearestNeighbours[place] = meanNearest(known, wanted, place * size, size);
  }
  return { quantileBox, convexHull, nearestNeighbours };
}

/** The smallest middle share of the sorted values, as many cut off at either end, whose range holds the value; 2 beyond. */
function middleShare(sorted: Float64Array, value: number): number {
  if (!(value >= sorted[0]! && value <= sorted[sorted.length - 1]!)) return 2;
  const atMost = firstWhere(sorted, (other) => other > value);
  const atLeast = sorted.length - firstWhere(sorted, (other) => other >= value);
  return Math.max(0, 1 - (2 * (Math.min(atMost, atLeast) - 1)) / sorted.length);
}

/** First position of ascending values from which on a condition holds. */
function firstWhere(sorted: Float64Array, holds: (value: number) => boolean): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (holds(sorted[middle]!)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** The points again, those nearest to the median of all first. */
function byCentrality(known: Float64Array, size: number): Float64Array {
  const count = known.length / size;
  const medians = Array.from({ length: size }, (_, f) =>
    quantileOfSorted(Float64Array.from({ length: count }, (_value, at) => known[at * size + f]!).sort(), 0.5),
  );
  const squares = Float64Array.from({ length: count }, (_, at) =>
    medians.reduce((sum, median, f) => sum + (known[at * size + f]! - median) ** 2, 0),
  );
  const order = new Int32Array(count).map((_, at) => at).sort((a, b) => squares[a]! - squares[b]! || a - b);
  const sorted = new Float64Array(known.length);
  order.forEach((at, place) => sorted.set(known.subarray(at * size, (at + 1) * size), place * size));
  return sorted;
}

function hullDepth(inOrder: Float64Array, asked: Float64Array, from: number, size: number): number {
  const count = inOrder.length / size;
  if (!isInHull(inOrder, count, asked, from, size)) return Infinity;
  let [low, high] = [0, count];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (isInHull(inOrder, middle, asked, from, size)) high = middle;
    else low = middle;
  }
  return high;
}

function meanNearest(known: Float64Array, asked: Float64Array, from: number, size: number): number {
  const nearest: number[] = [];
  for (let start = 0; start < known.length; start += size) {
    let square = 0;
    for (let f = 0; f < size; f++) square += (known[start + f]! - asked[from + f]!) ** 2;
    if (nearest.length === NEIGHBOURS && square >= nearest[NEIGHBOURS - 1]!) continue;
    let place = nearest.length;
    while (place > 0 && nearest[place - 1]! > square) place--;
    nearest.splice(place, 0, square);
    if (nearest.length > NEIGHBOURS) nearest.pop();
  }
  return nearest.reduce((sum, square) => sum + Math.sqrt(square), 0) / nearest.length;
}
