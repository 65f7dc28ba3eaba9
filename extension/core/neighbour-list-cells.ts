import type { SearchFrame } from './neighbour-list-frame.ts';
import { grown, type RawEdges, type SearchTask } from './neighbour-list-raw.ts';

/** Bins over the reduced cell (periodic levels) and over the extent of the atoms (open levels). */
export interface Bins {
  /** Number of bins along each level, at least 1. */
  readonly counts: readonly [number, number, number];
  /** How many bins to each side can hold a neighbour. */
  readonly range: readonly [number, number, number];
  /** Smallest coordinate along each axis of the frame, Å; used on open levels. */
  readonly origin: readonly [number, number, number];
  /** Thickness of all bins together along each level, Å. */
  readonly height: readonly [number, number, number];
}

type Triple = [number, number, number];

/** At most this many bins per atom, so that a thin gas in a large box costs no memory. */
const BINS_PER_ATOM = 4;

/** Lays bins no thinner than the search radius where the cell allows it. */
export function layBins(frame: SearchFrame, task: SearchTask): Bins {
  const { rotated, reach } = task;
  const atoms = rotated.length / 3;
  const [, t01 = 0, t02 = 0, , , t12 = 0] = frame.triangle;
  const [i0 = 0, i1 = 0, i2 = 0] = frame.inverse;
  // Distances between the faces of the reduced cell: 1 / length of the columns of the inverse triangle.
  const u = t01 * i0 * i1;
  const v = (t01 * t12 * i1 - t02) * i0 * i2;
  const w = t12 * i1 * i2;
  const height: Triple = [1 / i0, 1 / Math.sqrt(i1 * i1 + u * u), 1 / Math.sqrt(i2 * i2 + v * v + w * w)];
  const origin: Triple = [0, 0, 0];
  for (let level = 0; level < 3; level++) {
    if (frame.inverse[level] !== 0) continue;
    let low = Infinity;
    let high = -Infinity;
    for (let i = level; i < rotated.length; i += 3) {
      low = Math.min(low, rotated[i]!);
      high = Math.max(high, rotated[i]!);
    }
    origin[level] = low;
    height[level] = Math.max(high - low, reach);
  }
  const most = BINS_PER_ATOM * atoms + 1;
  const counts = height.map((h) => Math.max(1, Math.min(most, Math.floor(h / reach)))) as Triple;
  while (counts[0] * counts[1] * counts[2] > most) {
    const widest = counts.indexOf(Math.max(...counts));
    counts[widest] = Math.ceil(counts[widest]! / 2);
  }
  const range = counts.map((count, level) => Math.ceil((reach * count) / height[level]!)) as Triple;
  return { counts, range, origin, height };
}

/** Share of all atoms (times images) that one atom is compared with: well below 1 the bins pay. */
export function visitedShare(frame: SearchFrame, bins: Bins): number {
  let share = 1;
  for (let level = 0; level < 3; level++) {
    const seen = 2 * bins.range[level]! + 1;
    const count = bins.counts[level]!;
    share *= frame.inverse[level] === 0 ? Math.min(1, seen / count) : seen / count;
  }
  return share;
}

interface BinnedAtoms {
  /** First entry of each bin in the arrays below; one more entry than bins. */
  readonly start: Int32Array;
  /** Atom of each entry, ascending within a bin. */
  readonly atom: Int32Array;
  /** Coordinates of each entry along the axes, moved into the reduced cell. */
  readonly inside: Float64Array;
  /** Per atom: bin along each level. */
  readonly bin: Int32Array;
  /** Per atom: lattice steps that moved it inside. */
  readonly moved: Int32Array;
  /** Per atom: its entry. */
  readonly entry: Int32Array;
}

function binAtoms(frame: SearchFrame, task: SearchTask, bins: Bins): BinnedAtoms {
  const { rotated } = task;
  const n = rotated.length / 3;
  const [l0 = 0, t01 = 0, t02 = 0, , l1 = 0, t12 = 0, , , l2 = 0] = frame.triangle;
  const [i0 = 0, i1 = 0, i2 = 0] = frame.inverse;
  const [n0, n1, n2] = bins.counts;
  const bin = new Int32Array(3 * n);
  const moved = new Int32Array(3 * n);
  const wrapped = new Float64Array(3 * n);
  const flat = new Int32Array(n);
  const start = new Int32Array(n0 * n1 * n2 + 1);
  const place = (level: number, coordinate: number, fraction: number): number => {
    const count = bins.counts[level]!;
    const share =
      frame.inverse[level] === 0
        ? (coordinate - bins.origin[level]!) / bins.height[level]!
        : fraction - Math.floor(fraction);
    return Math.max(0, Math.min(count - 1, Math.floor(share * count)));
  };
  for (let i = 0; i < n; i++) {
    const q0 = rotated[3 * i]!;
    const q1 = rotated[3 * i + 1]!;
    const q2 = rotated[3 * i + 2]!;
    const f0 = q0 * i0;
    const f1 = (q1 - f0 * t01) * i1;
    const f2 = (q2 - f0 * t02 - f1 * t12) * i2;
    const m0 = Math.floor(f0);
    const m1 = Math.floor(f1);
    const m2 = Math.floor(f2);
    moved[3 * i] = m0;
    moved[3 * i + 1] = m1;
    moved[3 * i + 2] = m2;
    wrapped[3 * i] = q0 - m0 * l0;
    wrapped[3 * i + 1] = q1 - (m0 * t01 + m1 * l1);
    wrapped[3 * i + 2] = q2 - (m0 * t02 + m1 * t12 + m2 * l2);
    bin[3 * i] = place(0, q0, f0);
    bin[3 * i + 1] = place(1, q1, f1);
    bin[3 * i + 2] = place(2, q2, f2);
    flat[i] = (bin[3 * i]! * n1 + bin[3 * i + 1]!) * n2 + bin[3 * i + 2]!;
    start[flat[i]! + 1]!++;
  }
  for (let b = 1; b < start.length; b++) start[b]! += start[b - 1]!;
  const cursor = start.slice();
  const atom = new Int32Array(n);
  const entry = new Int32Array(n);
  const inside = new Float64Array(3 * n);
  for (let i = 0; i < n; i++) {
    const e = cursor[flat[i]!]!++;
    atom[e] = i;
    entry[i] = e;
    inside[3 * e] = wrapped[3 * i]!;
    inside[3 * e + 1] = wrapped[3 * i + 1]!;
    inside[3 * e + 2] = wrapped[3 * i + 2]!;
  }
  return { start, atom, inside, bin, moved, entry };
}

/**
 * Every directed edge (both directions), by looking only into the bins around each atom: linear in the number of atoms
 * at fixed density. Centres ascend; the order within a centre is that of the bins. Writes into `raw`; stops with
 * `raw.count > task.limit` where there are too many.
 */
export function searchCells(frame: SearchFrame, task: SearchTask, bins: Bins, raw: RawEdges): void {
  const { positions, lattice, limit } = task;
  const { start, atom, inside, bin, moved, entry } = binAtoms(frame, task, bins);
  const [ax = 0, ay = 0, az = 0, bx = 0, by = 0, bz = 0, cx = 0, cy = 0, cz = 0] = lattice;
  const [l0 = 0, t01 = 0, t02 = 0, , l1 = 0, t12 = 0, , , l2 = 0] = frame.triangle;
  const [u00 = 0, u01 = 0, u02 = 0, u10 = 0, u11 = 0, u12 = 0, u20 = 0, u21 = 0, u22 = 0] = frame.steps;
  const [n0, n1, n2] = bins.counts;
  const [r0, r1, r2] = bins.range;
  const [open0, open1, open2] = [0, 1, 2].map((level) => frame.inverse[level] === 0);
  const square = task.reach * task.reach;
  const cutoff2 = task.cutoff * task.cutoff;
  const n = positions.length / 3;
  let data = raw.data;
  let length = 5 * raw.count;
  const stop = 5 * limit;

  for (let i = 0; i < n; i++) {
    const home = 3 * entry[i]!;
    const p0 = inside[home]!;
    const p1 = inside[home + 1]!;
    const p2 = inside[home + 2]!;
    const xi = positions[3 * i]!;
    const yi = positions[3 * i + 1]!;
    const zi = positions[3 * i + 2]!;
    for (let o0 = -r0; o0 <= r0; o0++) {
      const c0 = bin[3 * i]! + o0;
      const k0 = Math.floor(c0 / n0);
      if (open0 && k0 !== 0) continue;
      const row0 = (c0 - k0 * n0) * n1;
      for (let o1 = -r1; o1 <= r1; o1++) {
        const c1 = bin[3 * i + 1]! + o1;
        const k1 = Math.floor(c1 / n1);
        if (open1 && k1 !== 0) continue;
        const row1 = (row0 + c1 - k1 * n1) * n2;
        for (let o2 = -r2; o2 <= r2; o2++) {
          const c2 = bin[3 * i + 2]! + o2;
          const k2 = Math.floor(c2 / n2);
          if (open2 && k2 !== 0) continue;
          const b = row1 + c2 - k2 * n2;
          const v0 = k0 * l0 - p0;
          const v1 = k0 * t01 + k1 * l1 - p1;
          const v2 = k0 * t02 + k1 * t12 + k2 * l2 - p2;
          const end = start[b + 1]!;
          for (let e = start[b]!; e < end; e++) {
            const d0 = inside[3 * e]! + v0;
            const d1 = inside[3 * e + 1]! + v1;
            const d2 = inside[3 * e + 2]! + v2;
            if (d0 * d0 + d1 * d1 + d2 * d2 > square) continue;
            const j = atom[e]!;
            const s0 = k0 + moved[3 * i]! - moved[3 * j]!;
            const s1 = k1 + moved[3 * i + 1]! - moved[3 * j + 1]!;
            const s2 = k2 + moved[3 * i + 2]! - moved[3 * j + 2]!;
            const sa = s0 * u00 + s1 * u10 + s2 * u20;
            const sb = s0 * u01 + s1 * u11 + s2 * u21;
            const sc = s0 * u02 + s1 * u12 + s2 * u22;
            // The definition, in the user's own numbers: both search routes decide with exactly these operations.
            const x = positions[3 * j]! - xi + (sa * ax + sb * bx + sc * cx);
            const y = positions[3 * j + 1]! - yi + (sa * ay + sb * by + sc * cy);
            const z = positions[3 * j + 2]! - zi + (sa * az + sb * bz + sc * cz);
            if (!(x * x + y * y + z * z <= cutoff2)) continue;
            if (i === j && sa === 0 && sb === 0 && sc === 0) continue;
            if (length === stop) {
              raw.count = limit + 1;
              return;
            }
            if (length === data.length) data = raw.data = grown(data);
            data[length] = i;
            data[length + 1] = j;
            data[length + 2] = sa;
            data[length + 3] = sb;
            data[length + 4] = sc;
            length += 5;
          }
        }
      }
    }
  }
  raw.count = length / 5;
}
