import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowsTimes } from '../generators/changed-structure.ts';
import { supercell } from '../generators/supercell.ts';
import { randomDirection, randomDisplacements, randomRotation } from '../physics/random-geometry.ts';
import { randomStream, shuffle, type RandomStream } from '../random.ts';
import type { Structure } from '../structure.ts';
import { crystalFingerprint, sameFingerprint } from './crystal-fingerprint.ts';
import { crystalRegistry } from './crystal-registry.ts';

const crystalOf = (lattice: number[], species: number[], fractional: number[]): Structure => {
  const rows = Float64Array.from(lattice);
  return {
    lattice: rows,
    periodic: [true, true, true],
    species: Uint8Array.from(species),
    positions: rowsTimes(Float64Array.from(fractional), rows),
    source: { file: 'a.xyz', index: 0, line: 1 },
  };
};

/** A random cell, not too flat, with atoms at least somewhat apart. */
function randomCrystal(random: RandomStream): Structure {
  const atoms = 1 + random.integer(6);
  const lattice = [4, 0, 0, 0, 4, 0, 0, 0, 4].map((x) => x + 2 * (random.uniform() - 0.5));
  const elements = [8, 14, 26].slice(0, 1 + random.integer(3));
  return crystalOf(
    lattice,
    Array.from({ length: atoms }, () => elements[random.integer(elements.length)]!),
    Array.from({ length: 3 * atoms }, () => random.uniform()),
  );
}

const transformed = (structure: Structure, matrix: Float64Array): Structure => ({
  ...structure,
  lattice: rowsTimes(structure.lattice, matrix),
  positions: rowsTimes(structure.positions, matrix),
});

/** The same crystal, told in another way: cell, size, origin, orientation, images and order of atoms. */
function retold(structure: Structure, random: RandomStream): Structure {
  const times: [number, number, number] = [1 + random.integer(2), 1 + random.integer(3), 1 + random.integer(2)];
  const large: Structure = { ...structure, ...supercell(structure, times) };
  const lattice = Float64Array.from(large.lattice);
  // Lattice vectors plus whole numbers of others: every choice of cell, a Niggli-reduced one included, comes about so.
  for (let step = 0; step < 3; step++) {
    const to = random.integer(3);
    const from = (to + 1 + random.integer(2)) % 3;
    const sign = random.integer(2) === 0 ? 1 : -1;
    for (let axis = 0; axis < 3; axis++) lattice[3 * to + axis]! += sign * lattice[3 * from + axis]!;
  }
  const origin = randomDirection(random);
  const positions = large.positions.map((x, at) => x + 3 * origin[at % 3]!);
  for (let atom = 0; atom < large.species.length; atom++) {
    const image = random.integer(3);
    for (let axis = 0; axis < 3; axis++) positions[3 * atom + axis]! += lattice[3 * image + axis]!;
  }
  const order = Int32Array.from(large.species.keys());
  shuffle(order, random);
  return transformed(
    {
      ...large,
      lattice,
      species: Uint8Array.from(order, (atom) => large.species[atom]!),
      positions: Float64Array.from([...order].flatMap((atom) => [...positions.subarray(3 * atom, 3 * atom + 3)])),
    },
    randomRotation(random),
  );
}

const same = (one: Structure, other: Structure): boolean =>
  sameFingerprint(crystalFingerprint(one)!, crystalFingerprint(other)!);
const fcc = [0, 1, 1, 1, 0, 1, 1, 1, 0];

describe('crystals', () => {
  it('are the same in every cell, orientation, origin and order of atoms', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = randomStream(seed, 'crystals');
        const structure = randomCrystal(random);
        const other = retold(structure, random);
        expect(same(structure, other)).toBe(true);
        const registry = crystalRegistry<string>(10);
        expect(registry.meet(structure, 'first')).toBeNull();
        expect(registry.meet(other, 'second')).toBe('first');
      }),
      { numRuns: 60 },
    );
  });

  it('are the same with the decimals of a file, and different when an atom moves', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = randomStream(seed, 'moved');
        const structure = randomCrystal(random);
        const rounded = {
          ...structure,
          lattice: structure.lattice.map((x) => Number(x.toFixed(5))),
          positions: structure.positions.map((x) => Number(x.toFixed(5))),
        };
        expect(same(structure, rounded)).toBe(true);
        if (structure.species.length < 2) return;
        const shift = randomDisplacements(1, 0.3, random);
        const length = Math.hypot(...shift);
        fc.pre(length > 0.15);
        const moved = { ...structure, positions: Float64Array.from(structure.positions) };
        for (let axis = 0; axis < 3; axis++) moved.positions[axis]! += shift[axis]!;
        expect(same(structure, moved)).toBe(false);
        expect(crystalRegistry<number>(2).meet(moved, 1)).toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  it('tell stackings and arrangements of one density apart', () => {
    const a = 2.5;
    const c = a * Math.sqrt(8 / 3);
    const hexagonal = [a, 0, 0, -a / 2, (a * Math.sqrt(3)) / 2, 0, 0, 0, c];
    const hcp = crystalOf(hexagonal, [27, 27], [0, 0, 0, 1 / 3, 2 / 3, 1 / 2]);
    const cubic = crystalOf(
      fcc.map((x) => (x * a) / Math.SQRT2),
      [27],
      [0, 0, 0],
    );
    expect(same(hcp, cubic)).toBe(false);
    const zincblende = crystalOf(
      fcc.map((x) => 2.7 * x),
      [30, 16],
      [0, 0, 0, 0.25, 0.25, 0.25],
    );
    const rocksalt = crystalOf(
      fcc.map((x) => 2.7 * x),
      [30, 16],
      [0, 0, 0, 0.5, 0.5, 0.5],
    );
    expect(same(zincblende, rocksalt)).toBe(false);
    // The two sublattices of either are alike, so that which element sits where makes no difference.
    expect(same(zincblende, { ...zincblende, species: Uint8Array.of(16, 30) })).toBe(true);
  });

  it('have no fingerprint where there is none, and are then never the same', () => {
    const flat = crystalOf([3, 0, 0, 0, 3, 0, 3, 3, 0], [6], [0, 0, 0]);
    const slab: Structure = {
      ...crystalOf([3, 0, 0, 0, 3, 0, 0, 0, 3], [6], [0, 0, 0]),
      periodic: [true, true, false],
    };
    const huge = crystalOf([90, 0, 0, 0, 90, 0, 0, 0, 90], Array<number>(1001).fill(6), Array<number>(3003).fill(0));
    const needle = crystalOf([1e-4, 0, 0, 0, 1e6, 0, 0, 0, 1e6], [6], [0, 0, 0]);
    for (const structure of [flat, slab, huge, needle]) {
      expect(crystalFingerprint(structure)).toBeNull();
      const registry = crystalRegistry<number>(10);
      expect(registry.meet(structure, 1)).toBeNull();
      expect(registry.meet(structure, 2)).toBeNull();
    }
  });

  it('are kept up to a limit, and compared beyond it', () => {
    const registry = crystalRegistry<number>(1);
    const one = crystalOf([3, 0, 0, 0, 3, 0, 0, 0, 3], [6], [0, 0, 0]);
    const two = crystalOf([4, 0, 0, 0, 4, 0, 0, 0, 4], [6], [0, 0, 0]);
    expect([registry.meet(one, 1), registry.meet(two, 2), registry.meet(two, 3), registry.meet(one, 4)]).toEqual([
      null,
      null,
      null,
      1,
    ]);
  });
});
