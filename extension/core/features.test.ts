import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LARGEST_CELL } from './certificate.ts';
import {
  computeFeatures,
  defaultFeatures,
  featureById,
  featureIds,
  features,
  scaledFeature,
  suggestFeature,
} from './features.ts';
import { readExtxyz } from './formats/extxyz.ts';
import type { Structure } from './structure.ts';

interface Case {
  name: string;
  lattice: number[];
  periodic: [boolean, boolean, boolean];
  species: number[];
  positions: number[];
  features: Record<string, number | null>;
}

const cases = JSON.parse(
  readFileSync(new URL('../../test/fixtures/crystals/features.json', import.meta.url), 'utf8'),
) as Case[];

const structure = (c: Omit<Case, 'name' | 'features'>): Structure => ({
  lattice: Float64Array.from(c.lattice),
  periodic: c.periodic,
  species: Uint8Array.from(c.species),
  positions: Float64Array.from(c.positions),
  source: { file: 'fixture', index: 0, line: 1 },
});

function valueOf(s: Structure, id: string): number {
  const outcome = computeFeatures(s, [id]);
  if (outcome.kind !== 'ok') throw new Error(`${id}: ${outcome.reason}`);
  return outcome.values[0]!;
}

describe('features against numpy and ASE', () => {
  it('covers exactly the features there are', () => {
    expect(Object.keys(cases[0]!.features).sort()).toEqual([...featureIds].sort());
  });

  it.each(cases)('$name', (c) => {
    const s = structure(c);
    for (const [id, expected] of Object.entries(c.features)) {
      const outcome = computeFeatures(s, [id]);
      if (expected === null) {
        expect(outcome, id).toMatchObject({ kind: 'undefined', feature: id });
      } else {
        expect(outcome.kind === 'ok' ? outcome.values[0] : outcome, id).toBeCloseTo(expected, 9);
      }
    }
  });
});

const turn = (x: number, y: number, z: number): number[] => {
  // A fixed rotation with rational entries: columns are orthonormal to the last bit that matters.
  const r = [2 / 7, -6 / 7, 3 / 7, 3 / 7, -2 / 7, -6 / 7, 6 / 7, 3 / 7, 2 / 7];
  return [0, 3, 6].map((k) => r[k]! * x + r[k + 1]! * y + r[k + 2]! * z);
};
const turned = (values: Float64Array): Float64Array =>
  Float64Array.from(
    Array.from({ length: values.length / 3 }, (_, k) =>
      turn(values[3 * k]!, values[3 * k + 1]!, values[3 * k + 2]!),
    ).flat(),
  );

const crystal = fc
  .record({
    diagonal: fc.array(fc.integer({ min: 300, max: 700 }), { minLength: 3, maxLength: 3 }),
    off: fc.array(fc.integer({ min: -120, max: 120 }), { minLength: 6, maxLength: 6 }),
    // Elements for which every feature is defined: all up to Bi but the noble gases that lack a figure.
    atoms: fc.array(
      fc.tuple(
        fc.integer({ min: 1, max: 83 }).filter((z) => ![2, 10, 18].includes(z)),
        fc.array(fc.integer({ min: -999, max: 999 }), { minLength: 3, maxLength: 3 }),
      ),
      { minLength: 1, maxLength: 6 },
    ),
  })
  .map(({ diagonal: [x, y, z], off, atoms }) =>
    structure({
      lattice: [x!, off[0]!, off[1]!, off[2]!, y!, off[3]!, off[4]!, off[5]!, z!].map((k) => k / 100),
      periodic: [true, true, true],
      species: atoms.map(([element]) => element),
      positions: atoms.flatMap(([, position]) => position.map((k) => k / 117)),
    }),
  );

function expectSame(changed: Structure, original: Structure): void {
  // Within 1e-10 relative: the coordinates themselves are rounded when a crystal is moved, turned or repeated.
  for (const id of featureIds) {
    const difference = Math.abs(valueOf(changed, id) - valueOf(original, id));
    expect(difference, id).toBeLessThanOrEqual(1e-10 * (1 + valueOf(original, id)));
  }
}

describe('features do not depend on how a crystal is written down', () => {
  it('a different origin', () => {
    fc.assert(
      fc.property(crystal, (s) => {
        const moved = s.positions.map((x, k) => x + [11.1, -7.3, 0.77][k % 3]!);
        expectSame({ ...s, positions: moved }, s);
      }),
      { seed: 5 },
    );
  });

  it('a rotated and mirrored frame', () => {
    fc.assert(
      fc.property(crystal, (s) => {
        expectSame({ ...s, lattice: turned(s.lattice), positions: turned(s.positions) }, s);
        const flip = (values: Float64Array): Float64Array => values.map((x, k) => (k % 3 === 0 ? -x : x));
        expectSame({ ...s, lattice: flip(s.lattice), positions: flip(s.positions) }, s);
      }),
      { seed: 6 },
    );
  });

  it('permuted atoms: composition features to the last bit', () => {
    fc.assert(
      fc.property(crystal, (s) => {
        const n = s.species.length;
        const order = Array.from({ length: n }, (_, k) => n - 1 - k);
        const permuted = {
          ...s,
          species: Uint8Array.from(order, (k) => s.species[k]!),
          positions: Float64Array.from(order.flatMap((k) => [...s.positions.subarray(3 * k, 3 * k + 3)])),
        };
        expectSame(permuted, s);
        for (const id of featureIds) expect(valueOf(permuted, id)).toBe(valueOf(s, id));
      }),
      { seed: 7 },
    );
  });

  it('a supercell: composition features to the last bit', () => {
    fc.assert(
      fc.property(crystal, fc.integer({ min: 2, max: 3 }), fc.integer({ min: 0, max: 2 }), (s, times, axis) => {
        const vector = s.lattice.subarray(3 * axis, 3 * axis + 3);
        const supercell = {
          ...s,
          lattice: s.lattice.map((x, k) => (Math.floor(k / 3) === axis ? times * x : x)),
          species: Uint8Array.from(Array.from({ length: times }, () => [...s.species]).flat()),
          positions: Float64Array.from(
            Array.from({ length: times }, (_, t) => [...s.positions.map((x, k) => x + t * vector[k % 3]!)]).flat(),
          ),
        };
        expectSame(supercell, s);
        for (const { id } of features.filter(({ id: name }) => /_(mean|range|spread|fraction)$/.test(name))) {
          if (id !== 'packing_fraction') expect(valueOf(supercell, id), id).toBe(valueOf(s, id));
        }
      }),
      { seed: 8 },
    );
  });
});

describe('features at their limits', () => {
  const salt = structure({
    lattice: [5.64, 0, 0, 0, 5.64, 0, 0, 0, 5.64],
    periodic: [true, true, true],
    species: [11, 17],
    positions: [0, 0, 0, 2.82, 0, 0],
  });

  it('refuses a structure that lacks a figure, and says which element', () => {
    expect(
      computeFeatures({ ...salt, species: Uint8Array.from([18, 17]) }, [
        'atomic_number_mean',
        'electronegativity_mean',
      ]),
    ).toEqual({ kind: 'undefined', feature: 'electronegativity_mean', reason: 'no electronegativity is known for Ar' });
    expect(computeFeatures({ ...salt, species: Uint8Array.from([118, 17]) }, ['atomic_number_range']).kind).toBe(
      'undefined',
    );
  });

  it.each([
    ['an unknown name', salt, 'volume'],
    ['no atoms', { ...salt, species: new Uint8Array(0), positions: new Float64Array(0) }, 'number_of_species'],
    ['a cell without volume', { ...salt, lattice: new Float64Array(9) }, 'volume_per_atom'],
    ['a cell without volume, contacts', { ...salt, lattice: new Float64Array(9) }, 'mean_coordination'],
    ['NaN in the lattice', { ...salt, lattice: new Float64Array(9).fill(NaN) }, 'volume_per_atom'],
    ['NaN in the positions', { ...salt, positions: new Float64Array(6).fill(NaN) }, 'min_distance_ratio'],
    [
      'an atom alone',
      { ...salt, periodic: [false, false, false], species: Uint8Array.of(11), positions: new Float64Array(3) },
      'min_distance_ratio',
    ],
    ['a huge cell', { ...salt, lattice: salt.lattice.map((x) => 1e9 * x) }, 'volume_per_atom'],
    ['a collapsed cell', { ...salt, lattice: salt.lattice.map((x) => x / 100) }, 'mean_coordination'],
  ] as const)('is undefined for %s', (_, s, id) => {
    expect(computeFeatures(s, [id])).toMatchObject({
      kind: 'undefined',
      feature: id,
      reason: expect.stringMatching(/\w/) as string,
    });
  });

  it('is zero, not undefined, where two atoms share a place', () => {
    expect(valueOf({ ...salt, positions: new Float64Array(6) }, 'min_distance_ratio')).toBe(0);
  });

  it('returns values in the order asked for', () => {
    const outcome = computeFeatures(salt, ['number_of_species', 'halogen_fraction', 'alkali_fraction']);
    expect(outcome.kind === 'ok' && [...outcome.values]).toEqual([2, 0.5, 0.5]);
  });

  it('rounds half up and refuses what does not fit', () => {
    expect(scaledFeature(0.12345, 10000)).toBe(1235);
    expect(scaledFeature(0.5, 1)).toBe(1);
    expect(scaledFeature(0, 1000)).toBe(0);
    expect(scaledFeature(LARGEST_CELL, 1)).toBe(LARGEST_CELL);
    for (const value of [-1, NaN, Infinity, LARGEST_CELL + 1])
      expect(() => scaledFeature(value, 1)).toThrow(RangeError);
  });

  it('has short default features, unique ids, and finds what a typo meant', () => {
    expect(new Set(featureIds).size).toBe(featureIds.length);
    expect(defaultFeatures.length).toBeLessThanOrEqual(10);
    for (const id of defaultFeatures) expect(featureById(id)?.id).toBe(id);
    expect(suggestFeature('electronegativty_mean')).toBe('electronegativity_mean');
    expect(suggestFeature('volume_per_atoms')).toBe('volume_per_atom');
    expect(suggestFeature('xyzzy')).toBeUndefined();
  });
});

const realData = new URL('../../../shared/data/mptrj-random-1k.xyz', import.meta.url);
if (!existsSync(realData))
  console.warn(`skipped: ${realData.pathname} is missing, so features of real crystals are not tried`);
describe.skipIf(!existsSync(realData))('features of 1,000 real crystals', () => {
  it('are all defined, apart from elements without a figure, and scale to less than 2^24', async () => {
    async function* bytes(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(readFileSync(realData));
    }
    let defined = 0;
    for await (const item of readExtxyz(bytes(), 'mptrj')) {
      if (item.kind !== 'structure') throw new Error(item.problem.message);
      for (const { id, scale } of features) {
        const outcome = computeFeatures(item.structure, [id]);
        if (outcome.kind === 'ok') {
          defined++;
          expect(scaledFeature(outcome.values[0]!, scale), id).toBeLessThan(2 ** 24);
        } else {
          expect(outcome.reason).toMatch(/known for (He|Ne|Ar)$/);
        }
      }
    }
    expect(defined).toBeGreaterThan(999 * features.length);
  });
});
