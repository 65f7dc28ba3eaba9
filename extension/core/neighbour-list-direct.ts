import type { SearchFrame } from './neighbour-list-frame.ts';
import { grown, type RawEdges, type SearchTask } from './neighbour-list-raw.ts';

/**
 * Every pair of atoms i ≤ j with every image that can be within reach, each once: i < j in one direction only, i = j
 * with all images but the atom itself. Images are enumerated level by level in the triangular frame with what is left
 * of the radius (Fincke and Pohst, Math. Comp. 44, 463 (1985)), so nearly every candidate is an edge.
 *
 * Quadratic in the number of atoms, hence for small cells. Edges of one pair come in lexicographic order of the shift
 * where `frame.asGiven`. Writes into `raw`; stops with `raw.count > task.limit` where there are too many.
 */
export function searchDirectly(frame: SearchFrame, task: SearchTask, raw: RawEdges): void {
  const { positions, rotated, lattice, limit } = task;
  const [ax = 0, ay = 0, az = 0, bx = 0, by = 0, bz = 0, cx = 0, cy = 0, cz = 0] = lattice;
  const [l0 = 0, t01 = 0, t02 = 0, , l1 = 0, t12 = 0] = frame.triangle;
  const [i0 = 0, i1 = 0, i2 = 0] = frame.inverse;
  const [u00 = 0, u01 = 0, u02 = 0, u10 = 0, u11 = 0, u12 = 0, u20 = 0, u21 = 0, u22 = 0] = frame.steps;
  const reach = task.reach;
  const square = reach * reach;
  const cutoff2 = task.cutoff * task.cutoff;
  const n = positions.length;
  let data = raw.data;
  let length = 5 * raw.count;
  const stop = 5 * limit;

  for (let i = 0; i < n; i += 3) {
    const xi = positions[i]!;
    const yi = positions[i + 1]!;
    const zi = positions[i + 2]!;
    const pi = rotated[i]!;
    const qi = rotated[i + 1]!;
    const ri = rotated[i + 2]!;
    for (let j = i; j < n; j += 3) {
      const dx = positions[j]! - xi;
      const dy = positions[j + 1]! - yi;
      const dz = positions[j + 2]! - zi;
      const d0 = rotated[j]! - pi;
      const d1 = rotated[j + 1]! - qi;
      const d2 = rotated[j + 2]! - ri;
      const end0 = Math.floor((reach - d0) * i0);
      for (let s0 = Math.ceil((-reach - d0) * i0); s0 <= end0; s0++) {
        const v0 = d0 + s0 * l0;
        const left1 = square - v0 * v0;
        if (left1 < 0) continue;
        const reachPlane = Math.sqrt(left1);
        const w1 = d1 + s0 * t01;
        const end1 = Math.floor((reachPlane - w1) * i1);
        for (let s1 = Math.ceil((-reachPlane - w1) * i1); s1 <= end1; s1++) {
          const v1 = w1 + s1 * l1;
          const left2 = left1 - v1 * v1;
          if (left2 < 0) continue;
          const reachLine = Math.sqrt(left2);
          const w2 = d2 + s0 * t02 + s1 * t12;
          const end2 = Math.floor((reachLine - w2) * i2);
          for (let s2 = Math.ceil((-reachLine - w2) * i2); s2 <= end2; s2++) {
            const sa = s0 * u00 + s1 * u10 + s2 * u20;
            const sb = s0 * u01 + s1 * u11 + s2 * u21;
            const sc = s0 * u02 + s1 * u12 + s2 * u22;
            // The definition, in the user's own numbers: both search routes decide with exactly these operations.
            const x = dx + (sa * ax + sb * bx + sc * cx);
            const y = dy + (sa * ay + sb * by + sc * cy);
            const z = dz + (sa * az + sb * bz + sc * cz);
            if (!(x * x + y * y + z * z <= cutoff2)) continue;
            if (i === j && sa === 0 && sb === 0 && sc === 0) continue;
            if (length === stop) {
              raw.count = limit + 1;
              return;
            }
            if (length === data.length) data = raw.data = grown(data);
            data[length] = i / 3;
            data[length + 1] = j / 3;
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
