import type { EdgeColumns } from '../core/neighbour-list-assembly.ts';

/** Undirected pairs and angles of one structure's edges. */
export interface AngleGraph {
  /** Undirected pair of each directed edge; length `edges.count`. */
  readonly edgePair: Int32Array;
  /** One directed edge of each pair, the first in the list; length: number of pairs. */
  readonly pairEdge: Int32Array;
  /** Ordered pairs of different directed edges that leave one centre, both no longer than the angle cutoff. */
  readonly angleFirst: Int32Array;
  readonly angleSecond: Int32Array;
}

/** Index of the first edge of each atom, and the number of edges at the end; edges are sorted by centre. */
function firstEdges(edges: EdgeColumns, atoms: number): Int32Array {
  const first = new Int32Array(atoms + 1);
  for (let e = 0; e < edges.count; e++) first[edges.centre[e]! + 1]!++;
  for (let i = 0; i < atoms; i++) first[i + 1]! += first[i]!;
  return first;
}

/** Where edge (j, i, −shift) stands, by binary search in the sorted list; −1 if it is missing, which is a bug. */
function reverseOf(edges: EdgeColumns, first: Int32Array, e: number): number {
  const { centre, neighbour, shift } = edges;
  const i = centre[e]!;
  const j = neighbour[e]!;
  const a = -shift[3 * e]!;
  const b = -shift[3 * e + 1]!;
  const c = -shift[3 * e + 2]!;
  let low = first[j]!;
  let high = first[j + 1]! - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const order =
      neighbour[middle]! - i || shift[3 * middle]! - a || shift[3 * middle + 1]! - b || shift[3 * middle + 2]! - c;
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/**
 * Pairs and angles as CHGNet and M3GNet want them. For k short edges at a centre there are k (k − 1) angles: each
 * unordered pair counts twice.
 * @param squared squared length of each edge, Å².
 * @param angleCutoff Å.
 * @param maximumAngles more angles than this give null.
 */
export function angleGraph(
  edges: EdgeColumns,
  squared: Float64Array,
  atoms: number,
  angleCutoff: number,
  maximumAngles: number,
): AngleGraph | null {
  const first = firstEdges(edges, atoms);
  const edgePair = new Int32Array(edges.count).fill(-1);
  const pairEdge = new Int32Array(edges.count);
  let pairs = 0;
  for (let e = 0; e < edges.count; e++) {
    if (edgePair[e] !== -1) continue;
    const reverse = reverseOf(edges, first, e);
    if (reverse < 0) throw new Error('an edge has no reverse');
    edgePair[e] = pairs;
    edgePair[reverse] = pairs;
    pairEdge[pairs++] = e;
  }

  const limit = angleCutoff * angleCutoff;
  const isShort = (e: number): boolean => squared[e]! <= limit;
  let angles = 0;
  for (let i = 0; i < atoms; i++) {
    let short = 0;
    for (let e = first[i]!; e < first[i + 1]!; e++) if (isShort(e)) short++;
    angles += short * (short - 1);
  }
  if (angles > maximumAngles) return null;
  const angleFirst = new Int32Array(angles);
  const angleSecond = new Int32Array(angles);
  let filled = 0;
  for (let i = 0; i < atoms; i++) {
    for (let e = first[i]!; e < first[i + 1]!; e++) {
      if (!isShort(e)) continue;
      for (let f = first[i]!; f < first[i + 1]!; f++) {
        if (f === e || !isShort(f)) continue;
        angleFirst[filled] = e;
        angleSecond[filled++] = f;
      }
    }
  }
  return { edgePair, pairEdge: pairEdge.slice(0, pairs), angleFirst, angleSecond };
}
