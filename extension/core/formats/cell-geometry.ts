/** Determinant of three row vectors a, b, c: the signed volume they span, Å³. `lattice` has length 9. */
export function determinant(lattice: Float64Array): number {
  const [ax, ay, az, bx, by, bz, cx, cy, cz] = lattice as unknown as Nine;
  return ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx);
}
type Nine = readonly [number, number, number, number, number, number, number, number, number];

/** Volume of the cell, Å³; zero where a vector is missing. */
export function cellVolume(lattice: Float64Array): number {
  return Math.abs(determinant(lattice));
}

type Vector = [number, number, number];

const rowOf = (lattice: Float64Array, axis: number): Vector => [
  lattice[3 * axis]!,
  lattice[3 * axis + 1]!,
  lattice[3 * axis + 2]!,
];

/** a × b. */
function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

const lengthOf = (v: Vector): number => Math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);

/** v scaled to length 1; NaN for the zero vector. */
function unit(v: Vector): Vector {
  const length = lengthOf(v);
  return [v[0] / length, v[1] / length, v[2] / length];
}

/** A unit vector at right angles to `v`. */
function perpendicular(v: Vector): Vector {
  const [x, y, z] = v.map(Math.abs) as Vector;
  const smallest: Vector = x <= y && x <= z ? [1, 0, 0] : y <= z ? [0, 1, 0] : [0, 0, 1];
  return unit(cross(v, smallest));
}

/**
 * The lattice with the vectors of non-periodic axes replaced by unit vectors at right angles to the periodic ones, so
 * that it can be inverted wherever the periodic vectors are independent.
 */
export function completedLattice(lattice: Float64Array, periodic: readonly boolean[]): Float64Array {
  if (periodic[0] && periodic[1] && periodic[2]) return lattice;
  const rows = [0, 1, 2].map((axis) => rowOf(lattice, axis)) as [Vector, Vector, Vector];
  const axes = [0, 1, 2].filter((axis) => periodic[axis]);
  if (axes.length === 0) return Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  if (axes.length === 1) {
    const axis = axes[0]!;
    const first = perpendicular(rows[axis]!);
    rows[(axis + 1) % 3] = first;
    rows[(axis + 2) % 3] = unit(cross(rows[axis]!, first));
  } else if (axes.length === 2) {
    const missing = 3 - axes[0]! - axes[1]!;
    rows[missing] = unit(cross(rows[(missing + 1) % 3]!, rows[(missing + 2) % 3]!));
  }
  return Float64Array.from(rows.flat());
}

/** Inverse of a 3×3 matrix, row-major: fractional = position · inverse(lattice). Not finite where it is singular. */
export function inverse(m: Float64Array): Float64Array {
  const rows = [rowOf(m, 0), rowOf(m, 1), rowOf(m, 2)] as const;
  const det = determinant(m);
  const columns = [cross(rows[1], rows[2]), cross(rows[2], rows[0]), cross(rows[0], rows[1])] as const;
  const result = new Float64Array(9);
  for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) result[3 * i + j] = columns[j]![i]! / det;
  return result;
}

/**
 * How degenerate the periodic vectors are: the volume (area, length) they span over the product of their lengths, in
 * [0, 1], and the smallest distance between opposite faces, Å. NaN or 0 where a vector vanishes.
 */
export function cellShape(
  lattice: Float64Array,
  periodic: readonly boolean[],
): { readonly relativeVolume: number; readonly smallestHeight: number } {
  const complete = completedLattice(lattice, periodic);
  const volume = cellVolume(complete);
  const rows = [rowOf(complete, 0), rowOf(complete, 1), rowOf(complete, 2)] as const;
  const relativeVolume = volume / (lengthOf(rows[0]) * lengthOf(rows[1]) * lengthOf(rows[2]));
  let smallestHeight = Infinity;
  for (let axis = 0; axis < 3; axis++) {
    const height = volume / lengthOf(cross(rows[(axis + 1) % 3]!, rows[(axis + 2) % 3]!));
    // Written so that NaN is kept.
    if (periodic[axis] && !(height >= smallestHeight)) smallestHeight = height;
  }
  return { relativeVolume, smallestHeight };
}
