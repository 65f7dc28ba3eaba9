import { bothDirections, directedCount, sortImages, transposed, type EdgeColumns } from './neighbour-list-assembly.ts';
import { layBins, searchCells, visitedShare } from './neighbour-list-cells.ts';
import { searchDirectly } from './neighbour-list-direct.ts';
import { alongAxes, searchFrame, type SearchFrame } from './neighbour-list-frame.ts';
import type { RawEdges, SearchTask } from './neighbour-list-raw.ts';

/** A crystal and how far its atoms see. A `Structure` with a cutoff added is one. */
export interface NeighbourQuery {
  /** Rows are lattice vectors, Å; length 9. Rows of non-periodic axes are not used and may be zero. */
  readonly lattice: Float64Array;
  readonly periodic: readonly [boolean, boolean, boolean];
  /** Cartesian, Å; length 3n. Atoms may lie anywhere, also outside the cell. */
  readonly positions: Float64Array;
  /** Å, > 0. A pair at exactly this distance is an edge. */
  readonly cutoff: number;
  /** More directed edges than this are refused (default 4 million, about 80 MB). */
  readonly maximumEdges?: number;
}

/**
 * Full directed list: with v = r_j − r_i + shift · lattice, every (i, j, shift) such that |v| ≤ cutoff, except an atom
 * with itself at zero shift. Two *different* atoms at one place are an edge of length zero: it is the caller who knows
 * whether that is an error. (i, j, s) is in the list exactly if (j, i, −s) is. Sorted by i, then j, then shift.
 */
export interface NeighbourList extends EdgeColumns {
  readonly kind: 'ok';
}

export type NeighbourOutcome =
  | NeighbourList
  /** The lattice vectors along the periodic axes are linearly dependent (a cell without volume). */
  | { readonly kind: 'singular-cell' }
  | { readonly kind: 'too-many-edges'; readonly maximumEdges: number }
  /** A number that is not finite, an array of the wrong length, or atoms more than 10^8 cells apart. */
  | { readonly kind: 'bad-input'; readonly reason: string };

const DEFAULT_MAXIMUM_EDGES = 4_000_000;
/** Fewer atoms than this are always searched pair by pair. */
const FEWEST_FOR_BINS = 128;
/** Bins pay below this `visitedShare` (measured; the result does not depend on it). */
const LARGEST_SHARE_FOR_BINS = 0.7;
const LARGEST_SHIFT = 1e8;

function complaint(query: NeighbourQuery): string | null {
  const { lattice, positions, cutoff, maximumEdges } = query;
  if (lattice.length !== 9) return `the lattice has ${lattice.length} numbers instead of 9`;
  if (positions.length % 3 !== 0) return `${positions.length} coordinates are not three per atom`;
  if (!(cutoff > 0 && Number.isFinite(cutoff))) return `the cutoff is ${cutoff} Å`;
  if (maximumEdges !== undefined && !(maximumEdges >= 0)) return `the limit on edges is ${maximumEdges}`;
  if (!lattice.every(Number.isFinite)) return 'a lattice vector is not finite';
  if (!positions.every(Number.isFinite)) return 'a position is not finite';
  return null;
}

/** Largest magnitude in an array, 0 for an empty one. */
function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}

function task(query: NeighbourQuery, frame: SearchFrame, limit: number): SearchTask | null {
  const { lattice, positions, cutoff } = query;
  const rotated = alongAxes(frame, positions);
  const far = largest(rotated);
  // Steps along the reduced vectors, and with them every shift, must stay far inside 32-bit integers.
  const steps = (2 * far + cutoff) * largest(frame.inverse);
  if (!(4 * steps * largest(Float64Array.from(frame.steps)) < LARGEST_SHIFT)) return null;
  const reach = cutoff * (1 + 1e-9) + 1e-13 * (far + steps * largest(lattice));
  return { lattice, positions, rotated, cutoff, reach, limit };
}

/**
 * Periodic neighbour list of any cell: skewed, left-handed, much smaller than the cutoff, partly periodic or not at all.
 * Small crystals are searched image by image, large ones through bins in linear time; both decide |v|² ≤ cutoff² with
 * the same operations on the numbers given, so the result depends on neither the route nor the machine.
 */
export function neighbourList(query: NeighbourQuery): NeighbourOutcome {
  const reason = complaint(query);
  if (reason !== null) return { kind: 'bad-input', reason };
  const maximumEdges = query.maximumEdges ?? DEFAULT_MAXIMUM_EDGES;
  const frame = searchFrame(query.lattice, query.periodic);
  if (frame === null) return { kind: 'singular-cell' };
  const search = task(query, frame, maximumEdges);
  if (search === null) return { kind: 'bad-input', reason: 'atoms lie more than 10^8 cells apart' };

  const atoms = query.positions.length / 3;
  const raw: RawEdges = { data: new Int32Array(5 * Math.max(64, 32 * atoms)), count: 0 };
  const bins = atoms < FEWEST_FOR_BINS ? null : layBins(frame, search);
  if (bins !== null && visitedShare(frame, bins) < LARGEST_SHARE_FOR_BINS) {
    searchCells(frame, search, bins, raw);
    if (raw.count > maximumEdges) return { kind: 'too-many-edges', maximumEdges };
    const edges = transposed(raw, atoms);
    sortImages(edges);
    return { kind: 'ok', ...edges };
  }
  searchDirectly(frame, search, raw);
  if (raw.count > maximumEdges || directedCount(raw) > maximumEdges) return { kind: 'too-many-edges', maximumEdges };
  const edges = bothDirections(raw, atoms);
  if (!frame.asGiven) sortImages(edges);
  return { kind: 'ok', ...edges };
}

/** Vectors v = r_j − r_i + shift · lattice of the edges, Å; length 3 × count. */
export function edgeVectors(query: NeighbourQuery, edges: EdgeColumns): Float64Array {
  const { positions: r } = query;
  const { count, centre, neighbour, shift } = edges;
  const [ax = 0, ay = 0, az = 0, bx = 0, by = 0, bz = 0, cx = 0, cy = 0, cz = 0] = query.lattice;
  const vectors = new Float64Array(3 * count);
  for (let e = 0; e < count; e++) {
    const i = 3 * centre[e]!;
    const j = 3 * neighbour[e]!;
    const sa = shift[3 * e]!;
    const sb = shift[3 * e + 1]!;
    const sc = shift[3 * e + 2]!;
    vectors[3 * e] = r[j]! - r[i]! + (sa * ax + sb * bx + sc * cx);
    vectors[3 * e + 1] = r[j + 1]! - r[i + 1]! + (sa * ay + sb * by + sc * cy);
    vectors[3 * e + 2] = r[j + 2]! - r[i + 2]! + (sa * az + sb * bz + sc * cz);
  }
  return vectors;
}

/** Squared lengths of the edges, Å²: exactly the numbers that were compared with cutoff². */
export function squaredLengths(query: NeighbourQuery, edges: EdgeColumns): Float64Array {
  const vectors = edgeVectors(query, edges);
  const squares = new Float64Array(edges.count);
  for (let e = 0; e < edges.count; e++) {
    const x = vectors[3 * e]!;
    const y = vectors[3 * e + 1]!;
    const z = vectors[3 * e + 2]!;
    squares[e] = x * x + y * y + z * z;
  }
  return squares;
}
