import type { RawEdges } from './neighbour-list-raw.ts';

/** Directed edges grouped by centre. */
export interface EdgeColumns {
  readonly count: number;
  readonly centre: Int32Array;
  readonly neighbour: Int32Array;
  /** Three integers per edge. */
  readonly shift: Int32Array;
}

function columns(count: number): EdgeColumns {
  return {
    count,
    centre: new Int32Array(count),
    neighbour: new Int32Array(count),
    shift: new Int32Array(3 * count),
  };
}

/** First edge of each centre, given how many edges each centre has; also the write positions while filling. */
function starts(degree: Int32Array): Int32Array {
  const start = new Int32Array(degree.length);
  for (let i = 1; i < degree.length; i++) start[i] = start[i - 1]! + degree[i - 1]!;
  return start;
}

/** Number of directed edges that pairs i ≤ j stand for. */
export function directedCount(raw: RawEdges): number {
  let count = 0;
  for (let e = 0; e < 5 * raw.count; e += 5) count += raw.data[e] === raw.data[e + 1] ? 1 : 2;
  return count;
}

/**
 * Both directions of pairs i ≤ j that come sorted by i and then by j: each centre's neighbours are then in ascending
 * order without any sorting, because smaller atoms write their mirror images first. Images of one pair keep their order
 * (and mirrored ones reverse it, since their shifts are negated).
 */
export function bothDirections(raw: RawEdges, atoms: number): EdgeColumns {
  const { data, count } = raw;
  const degree = new Int32Array(atoms);
  for (let e = 0; e < 5 * count; e += 5) {
    degree[data[e]!]!++;
    if (data[e] !== data[e + 1]) degree[data[e + 1]!]!++;
  }
  const edges = columns(directedCount(raw));
  const { centre, neighbour, shift } = edges;
  const cursor = starts(degree);
  for (let first = 0; first < 5 * count;) {
    const i = data[first]!;
    const j = data[first + 1]!;
    let end = first;
    while (end < 5 * count && data[end] === i && data[end + 1] === j) end += 5;
    for (let e = first; e < end; e += 5) {
      const at = cursor[i]!++;
      centre[at] = i;
      neighbour[at] = j;
      shift[3 * at] = data[e + 2]!;
      shift[3 * at + 1] = data[e + 3]!;
      shift[3 * at + 2] = data[e + 4]!;
    }
    if (i !== j) {
      for (let e = end - 5; e >= first; e -= 5) {
        const at = cursor[j]!++;
        centre[at] = j;
        neighbour[at] = i;
        shift[3 * at] = -data[e + 2]!;
        shift[3 * at + 1] = -data[e + 3]!;
        shift[3 * at + 2] = -data[e + 4]!;
      }
    }
    first = end;
  }
  return edges;
}

/**
 * All directed edges, given sorted by centre only: their mirror images are the same set, and writing those in order
 * leaves each centre's neighbours ascending (a transposition in linear time).
 */
export function transposed(raw: RawEdges, atoms: number): EdgeColumns {
  const { data, count } = raw;
  const degree = new Int32Array(atoms);
  for (let e = 0; e < 5 * count; e += 5) degree[data[e + 1]!]!++;
  const edges = columns(count);
  const { centre, neighbour, shift } = edges;
  const cursor = starts(degree);
  for (let e = 0; e < 5 * count; e += 5) {
    const j = data[e + 1]!;
    const at = cursor[j]!++;
    centre[at] = j;
    neighbour[at] = data[e]!;
    shift[3 * at] = -data[e + 2]!;
    shift[3 * at + 1] = -data[e + 3]!;
    shift[3 * at + 2] = -data[e + 4]!;
  }
  return edges;
}

function compareShifts(shift: Int32Array, p: number, q: number): number {
  for (let c = 0; c < 3; c++) {
    const difference = shift[3 * p + c]! - shift[3 * q + c]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Puts the images of each pair into lexicographic order of their shifts, in place. */
export function sortImages(edges: EdgeColumns): void {
  const { count, centre, neighbour, shift } = edges;
  for (let first = 0; first < count;) {
    let end = first + 1;
    let sorted = true;
    while (end < count && centre[end] === centre[first] && neighbour[end] === neighbour[first]) {
      if (compareShifts(shift, end - 1, end) > 0) sorted = false;
      end++;
    }
    if (!sorted) {
      const order = Int32Array.from({ length: end - first }, (_, k) => first + k);
      order.sort((p, q) => compareShifts(shift, p, q));
      const copy = new Int32Array(3 * order.length);
      order.forEach((edge, k) => copy.set(shift.subarray(3 * edge, 3 * edge + 3), 3 * k));
      shift.set(copy, 3 * first);
    }
    first = end;
  }
}
