import type { Structure } from '../structure.ts';

/** What a model sees of a structure. */
export type ProbeCrystal = Pick<Structure, 'lattice' | 'periodic' | 'species' | 'positions'>;

/** Every atom moved by a vector of its own. @param displacements Å, length 3n. */
export function displaced(crystal: ProbeCrystal, displacements: Float64Array, factor = 1): ProbeCrystal {
  return { ...crystal, positions: crystal.positions.map((x, k) => x + factor * displacements[k]!) };
}

/** Lattice and positions mapped by a linear map M, a row-major 3×3 matrix that acts on column vectors: r → M r. */
export function mapped(crystal: ProbeCrystal, map: Float64Array): ProbeCrystal {
  return { ...crystal, lattice: mappedVectors(crystal.lattice, map), positions: mappedVectors(crystal.positions, map) };
}

/** Vectors [x y z x y z …] mapped by a row-major 3×3 matrix. */
export function mappedVectors(vectors: Float64Array, map: Float64Array): Float64Array {
  const result = new Float64Array(vectors.length);
  for (let k = 0; k < vectors.length; k += 3) {
    for (let row = 0; row < 3; row++) {
      result[k + row] =
        map[3 * row]! * vectors[k]! + map[3 * row + 1]! * vectors[k + 1]! + map[3 * row + 2]! * vectors[k + 2]!;
    }
  }
  return result;
}

/** Everything made longer or shorter by one factor. */
export function scaled(crystal: ProbeCrystal, factor: number): ProbeCrystal {
  return {
    ...crystal,
    lattice: crystal.lattice.map((x) => factor * x),
    positions: crystal.positions.map((x) => factor * x),
  };
}

/** `copies` of the crystal side by side along lattice vector `axis`; copy k holds atoms [k n, (k + 1) n). */
export function repeated(crystal: ProbeCrystal, axis: number, copies: number): ProbeCrystal {
  const n = crystal.species.length;
  const species = new Uint8Array(copies * n);
  const positions = new Float64Array(3 * copies * n);
  for (let copy = 0; copy < copies; copy++) {
    species.set(crystal.species, copy * n);
    for (let k = 0; k < 3 * n; k++) {
      positions[3 * copy * n + k] = crystal.positions[k]! + copy * crystal.lattice[3 * axis + (k % 3)]!;
    }
  }
  const lattice = crystal.lattice.map((x, k) => (Math.floor(k / 3) === axis ? copies * x : x));
  return { lattice, periodic: crystal.periodic, species, positions };
}

/** Atoms in a cubic periodic box with edges of `edge` Å. */
export function boxed(species: ArrayLike<number>, positions: ArrayLike<number>, edge: number): ProbeCrystal {
  return {
    lattice: Float64Array.of(edge, 0, 0, 0, edge, 0, 0, 0, edge),
    periodic: [true, true, true],
    species: Uint8Array.from(species),
    positions: Float64Array.from(positions),
  };
}

/** Length of lattice vector `axis`, Å. */
export function edgeLength({ lattice }: ProbeCrystal, axis: number): number {
  const x = lattice[3 * axis]!;
  const y = lattice[3 * axis + 1]!;
  const z = lattice[3 * axis + 2]!;
  return Math.sqrt(x * x + y * y + z * z);
}

/** The largest number from which a model computes this crystal's distances: coordinate plus longest lattice vector, Å. */
export function extent(crystal: ProbeCrystal): number {
  let farthest = 0;
  for (const x of crystal.positions) farthest = Math.max(farthest, Math.abs(x));
  return farthest + Math.max(edgeLength(crystal, 0), edgeLength(crystal, 1), edgeLength(crystal, 2));
}
