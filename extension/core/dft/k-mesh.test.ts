import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kMesh } from './k-mesh.ts';

const length = fc.double({ min: 1, max: 30, noNaN: true });
const slant = fc.double({ min: -0.9, max: 0.9, noNaN: true });
/** Lower-triangular cells with a volume. */
const cell = fc
  .tuple(length, length, length, slant, slant, slant)
  .map(([a, b, c, x, y, z]) => Float64Array.of(a, 0, 0, x * b, b, 0, y * c, z * c, c));
const spacing = fc.double({ min: 0.05, max: 2, noNaN: true });

/** Distance between the planes of lattice points along an axis, by projecting the lattice vector on their normal. */
function planeDistance(lattice: Float64Array, axis: number): number {
  const row = (k: number): number[] => Array.from(lattice.subarray(3 * (k % 3), 3 * (k % 3) + 3));
  const [a, b, c] = [row(axis), row(axis + 1), row(axis + 2)] as [number[], number[], number[]];
  const normal = [0, 1, 2].map((k) => b[(k + 1) % 3]! * c[(k + 2) % 3]! - b[(k + 2) % 3]! * c[(k + 1) % 3]!);
  return Math.abs(a[0]! * normal[0]! + a[1]! * normal[1]! + a[2]! * normal[2]!) / Math.hypot(...normal);
}

describe('the mesh of k-points', () => {
  it('is what is counted by hand for simple cells', () => {
    // 2π / 4 Å = 1.5708 1/Å, in steps of at most 0.5: 4 points; 2π / 8 Å: 2 points; 2π / 40 Å: 1 point.
    expect(kMesh(Float64Array.of(4, 0, 0, 0, 8, 0, 0, 0, 40), 0.5)).toEqual([4, 2, 1]);
    // Primitive silicon: planes a/√3 apart.
    expect(kMesh(Float64Array.of(0, 2.73, 2.73, 2.73, 0, 2.73, 2.73, 2.73, 0), 0.3)).toEqual([7, 7, 7]);
    // A spacing that fits exactly adds no point.
    expect(kMesh(Float64Array.of(4, 0, 0, 0, 4, 0, 0, 0, 4), (2 * Math.PI) / 4 / 3)).toEqual([3, 3, 3]);
  });

  it('is the coarsest one that keeps the spacing', () => {
    fc.assert(
      fc.property(cell, spacing, (lattice, wanted) => {
        kMesh(lattice, wanted).forEach((points, axis) => {
          const reciprocal = (2 * Math.PI) / planeDistance(lattice, axis);
          expect(reciprocal / points).toBeLessThanOrEqual(wanted * (1 + 1e-6));
          if (points > 1) expect(reciprocal / (points - 1)).toBeGreaterThan(wanted * (1 - 1e-6));
        });
      }),
    );
  });

  it('never gets finer for a longer cell', () => {
    fc.assert(
      fc.property(cell, spacing, fc.integer({ min: 2, max: 4 }), (lattice, wanted, factor) => {
        const once = kMesh(lattice, wanted);
        const longer = kMesh(
          lattice.map((x, k) => (k < 3 ? factor * x : x)),
          wanted,
        );
        expect(longer[0]).toBeLessThanOrEqual(once[0]);
        expect(longer.slice(1)).toEqual(once.slice(1));
      }),
    );
  });

  it('needs a volume', () => {
    expect(() => kMesh(new Float64Array(9), 0.3)).toThrow(RangeError);
  });
});
