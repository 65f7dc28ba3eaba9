import { cellVolume } from '../formats/cell-geometry.ts';

/** Rounding that must not add a point to a mesh that fits exactly. */
const SLACK = 1e-9;

/** A mesh of k-points: whole numbers ≥ 1 along the three reciprocal vectors, Γ included. */
export type KMesh = readonly [number, number, number];

/**
 * The coarsest Γ-centred mesh whose points lie at most `spacing` apart along each reciprocal vector:
 * nᵢ = max(1, ⌈|bᵢ| / spacing⌉) with bᵢ · aⱼ = 2π δᵢⱼ, so |b₁| = 2π |a₂ × a₃| / V. The 2π belongs to the spacing, as in
 * VASP's KSPACING.
 *
 * @param lattice rows are lattice vectors, Å; must span a volume
 * @param spacing 1/Å, > 0
 */
export function kMesh(lattice: Float64Array, spacing: number): KMesh {
  const volume = cellVolume(lattice);
  if (!(volume > 0) || !(spacing > 0)) throw new RangeError('A k-mesh needs a cell with a volume and a spacing.');
  const along = (axis: number): number => {
    const length = (2 * Math.PI * crossLength(lattice, (axis + 1) % 3, (axis + 2) % 3)) / volume;
    return Math.max(1, Math.ceil(length / spacing - SLACK));
  };
  return [along(0), along(1), along(2)];
}

/** |a × b| of two rows. */
function crossLength(lattice: Float64Array, a: number, b: number): number {
  const [ax, ay, az] = lattice.subarray(3 * a, 3 * a + 3) as unknown as [number, number, number];
  const [bx, by, bz] = lattice.subarray(3 * b, 3 * b + 3) as unknown as [number, number, number];
  const x = ay * bz - az * by;
  const y = az * bx - ax * bz;
  const z = ax * by - ay * bx;
  return Math.sqrt(x * x + y * y + z * z);
}
