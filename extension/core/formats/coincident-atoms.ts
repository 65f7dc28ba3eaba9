import { completedLattice, inverse } from './cell-geometry.ts';

/** Atoms closer than this, Å, stand at one place. */
export const COINCIDENCE_DISTANCE = 1e-3;
/** Edge of a bin, Å, before it is stretched to divide the cell; far wider than the distance looked for. */
const BIN_WIDTH = 0.5;

export interface CoincidentPair {
  readonly first: number;
  readonly second: number;
  /** Å. */
  readonly distance: number;
}

/**
 * A pair of atoms less than `COINCIDENCE_DISTANCE` apart, periodic images included, or null. Needs periodic vectors that
 * are independent, with opposite faces more than 2 × that distance apart, and finite positions (length 3n). Linear in n:
 * atoms are put into bins, and a neighbouring bin is looked into only from within that distance of its face.
 */
export function findCoincidentAtoms(
  lattice: Float64Array,
  periodic: readonly boolean[],
  positions: Float64Array,
): CoincidentPair | null {
  const n = positions.length / 3;
  const basis = completedLattice(lattice, periodic);
  const toFractional = inverse(basis);
  const bins = new Float64Array(3);
  const margins = new Float64Array(3);
  for (let axis = 0; axis < 3; axis++) {
    // 1 / height of the cell along this axis is the length of the reciprocal vector.
    const x = toFractional[axis]!;
    const y = toFractional[3 + axis]!;
    const z = toFractional[6 + axis]!;
    const height = 1 / Math.sqrt(x * x + y * y + z * z);
    bins[axis] = Math.max(1, Math.floor(height / BIN_WIDTH));
    // In units of a bin, doubled for rounding.
    margins[axis] = (2 * COINCIDENCE_DISTANCE * bins[axis]!) / height;
  }
  const fractional = new Float64Array(3 * n);
  const heads = new Map<number, number>();
  const nextInBin = new Int32Array(n).fill(-1);
  const near = [new NearBins(), new NearBins(), new NearBins()] as const;
  for (let atom = 0; atom < n; atom++) {
    for (let axis = 0; axis < 3; axis++) {
      let f =
        positions[3 * atom]! * toFractional[axis]! +
        positions[3 * atom + 1]! * toFractional[3 + axis]! +
        positions[3 * atom + 2]! * toFractional[6 + axis]!;
      if (periodic[axis]) f -= Math.floor(f);
      fractional[3 * atom + axis] = f;
      near[axis]!.find(f * bins[axis]!, margins[axis]!, bins[axis]!, periodic[axis]!);
    }
    const [x, y, z] = near;
    for (let a = 0; a < x.count; a++)
      for (let b = 0; b < y.count; b++)
        for (let c = 0; c < z.count; c++) {
          const key = binKey(x.bins[a]!, y.bins[b]!, z.bins[c]!);
          for (let other = heads.get(key) ?? -1; other >= 0; other = nextInBin[other]!) {
            const distance = nearestDistance(fractional, other, atom, basis, periodic);
            if (!(distance >= COINCIDENCE_DISTANCE)) return { first: other, second: atom, distance };
          }
        }
    const key = binKey(x.bins[0]!, y.bins[0]!, z.bins[0]!);
    nextInBin[atom] = heads.get(key) ?? -1;
    heads.set(key, atom);
  }
  return null;
}

/** The bin that holds a place along one axis, and the neighbours whose faces are near. Made once, filled per atom. */
class NearBins {
  readonly bins = new Float64Array(3);
  count = 0;

  /** `place` and `margin` in bins; `total` bins wrap around along a periodic axis. */
  find(place: number, margin: number, total: number, periodic: boolean): void {
    const own = Math.floor(place);
    this.count = 0;
    this.#add(own, total, periodic);
    if (place - own < margin) this.#add(own - 1, total, periodic);
    if (own + 1 - place < margin) this.#add(own + 1, total, periodic);
  }

  #add(bin: number, total: number, periodic: boolean): void {
    this.bins[this.count++] = periodic ? ((bin % total) + total) % total : bin;
  }
}

/** Bins that share a key only cost a comparison more. */
function binKey(a: number, b: number, c: number): number {
  return Math.imul(a, 73856093) ^ Math.imul(b, 19349663) ^ Math.imul(c, 83492791);
}

/** Distance after reducing each periodic fractional difference to the nearest integer: exact for coinciding atoms. */
function nearestDistance(
  fractional: Float64Array,
  first: number,
  second: number,
  basis: Float64Array,
  periodic: readonly boolean[],
): number {
  let x = 0;
  let y = 0;
  let z = 0;
  for (let axis = 0; axis < 3; axis++) {
    let f = fractional[3 * second + axis]! - fractional[3 * first + axis]!;
    if (periodic[axis]) f -= Math.round(f);
    x += f * basis[3 * axis]!;
    y += f * basis[3 * axis + 1]!;
    z += f * basis[3 * axis + 2]!;
  }
  return Math.sqrt(x * x + y * y + z * z);
}
