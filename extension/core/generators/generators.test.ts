import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { determinant, inverse } from '../formats/cell-geometry.ts';
import { randomStream } from '../random.ts';
import type { Structure } from '../structure.ts';
import { CLOSEST_CONTACT, hasRoomForAtoms } from './contact-limit.ts';
import { goldenPower, goldenRatio, type GoldenRatioRecord } from './golden-ratio.ts';
import { isovalentClasses, isovalentPartners } from './isovalent-classes.ts';
import { r3Point, R3_ROOT } from './r3-sequence.ts';
import { LARGEST_RATTLE, LARGEST_STRAIN, strainRattle } from './strain-rattle.ts';
import type { BaseStructure } from './structure-generator.ts';
import { substitution, type SubstitutionRecord } from './substitution.ts';
import { generatorIds, generatorRecordSchema, generators, rebuildStructure } from './table.ts';
import { changedStructure } from './changed-structure.ts';
import { volumePerAtom } from '../features/geometry.ts';

const PHI = (1 + Math.sqrt(5)) / 2;

function crystal(lattice: number[], species: number[], fractional: number[]): Structure {
  const cell = Float64Array.from(lattice);
  const positions = new Float64Array(fractional.length);
  for (let at = 0; at < fractional.length; at++) {
    const atom = at - (at % 3);
    for (let row = 0; row < 3; row++) positions[at]! += fractional[atom + row]! * cell[3 * row + (at % 3)]!;
  }
  return {
    lattice: cell,
    periodic: [true, true, true],
    species: Uint8Array.from(species),
    positions,
    energy: -7,
    forces: new Float64Array(fractional.length),
    label: 'base',
    source: { file: 'data/base.xyz', index: 2, line: 17 },
  };
}

const rockSalt = crystal([0, 2.82, 2.82, 2.82, 0, 2.82, 2.82, 2.82, 0], [11, 17], [0, 0, 0, 0.5, 0.5, 0.5]);
const perovskite = crystal(
  [3.9, 0.1, 0, 0, 3.95, 0, 0.2, 0, 4],
  [38, 22, 8, 8, 8],
  [0, 0, 0, 0.5, 0.5, 0.5, 0.5, 0.5, 0, 0.5, 0, 0.5, 0, 0.5, 0.5],
);
const slab: Structure = {
  ...crystal([3.9, 0, 0, 0, 3.9, 0, 0, 0, 1], [12, 8], [0, 0, 0, 0.5, 0.5, 0]),
  lattice: Float64Array.of(3.9, 0, 0, 0, 3.9, 0, 0, 0, 0),
  periodic: [true, true, false],
};
const bases: BaseStructure[] = [
  { id: '00000000000000aa', structure: rockSalt },
  { id: '00000000000000bb', structure: perovskite },
  { id: '00000000000000cc', structure: slab },
];
const baseOf = (id: string): Structure => bases.find((base) => base.id === id)!.structure;
const composition = ({ species }: Structure): Map<number, number> => {
  const counts = new Map<number, number>();
  for (const z of species) counts.set(z, (counts.get(z) ?? 0) + 1);
  return counts;
};

describe.each(generatorIds)('generator %s', (id) => {
  const generator = generators[id];

  it('is listed under its own id', () => expect(generator.id).toBe(id));

  it('rebuilds every structure from its line in a log, bit for bit', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        for (const { structure, record } of generator.propose(bases, 12, randomStream(seed, id))) {
          const read = generatorRecordSchema.parse(JSON.parse(JSON.stringify(record)));
          expect(read).toEqual(record);
          expect(rebuildStructure(baseOf(read.base), read)).toEqual({ kind: 'ok', structure });
        }
      }),
      { numRuns: 25 },
    );
  });

  it('proposes the same again from the same stream, and every record once', () => {
    const once = generator.propose(bases, 60, randomStream(3, id));
    expect(once.length).toBeGreaterThan(50);
    expect(generator.propose(bases, 60, randomStream(3, id))).toEqual(once);
    expect(generator.propose(bases, 60, randomStream(4, id))).not.toEqual(once);
    expect(new Set(once.map(({ record }) => JSON.stringify({ ...record, rejected: 0 }))).size).toBe(once.length);
  });

  it('keeps atoms apart, and takes over no labels', () => {
    for (const { structure } of generator.propose(bases, 60, randomStream(5, id))) {
      expect(hasRoomForAtoms(structure)).toBe(true);
      expect(structure.energy).toBeUndefined();
      expect(structure.forces).toBeUndefined();
      expect(structure.label).toBeUndefined();
      expect(structure.source).toEqual(rockSalt.source);
    }
  });

  it('counts what it threw away, and gives up where nothing fits', () => {
    const tight: BaseStructure = {
      id: '00000000000000dd',
      structure: changedStructure(perovskite, {
        lattice: perovskite.lattice.map((x) => 0.6 * x),
        positions: perovskite.positions.map((x) => 0.6 * x),
      }),
    };
    const counts = generator.propose([tight], 40, randomStream(6, id)).map(({ record }) => record.rejected);
    const hopeless: BaseStructure = {
      id: '00000000000000ee',
      structure: changedStructure(perovskite, {
        lattice: perovskite.lattice.map((x) => 0.1 * x),
        positions: perovskite.positions.map((x) => 0.1 * x),
      }),
    };
    expect(Math.max(...counts)).toBeGreaterThan(0);
    expect(generator.propose([hopeless], 10, randomStream(6, id))).toEqual([]);
  });

  it('makes nothing with other elements than those that are allowed', () => {
    const allowed = new Set([11, 19, 17, 12, 8]);
    const proposed = generator.propose(bases, 60, randomStream(10, id), allowed);
    expect(proposed.length).toBeGreaterThan(30);
    // The perovskite holds strontium and titanium.
    expect(proposed.some(({ record }) => record.base.endsWith('bb'))).toBe(false);
    const made = new Set(proposed.flatMap(({ structure }) => [...structure.species]));
    expect([...made].filter((z) => !allowed.has(z))).toEqual([]);
    if (id === 'substitution') expect(made.has(19)).toBe(true);
    const unchangeable = generator.propose(bases, 20, randomStream(10, id), new Set([11, 17]));
    expect(unchangeable.length > 0).toBe(id !== 'substitution');
    expect(generator.propose(bases, 20, randomStream(10, id), new Set())).toEqual([]);
  });

  it('has nothing to make of nothing', () => {
    expect(generator.propose([], 10, randomStream(1))).toEqual([]);
    expect(generator.propose(bases, 0, randomStream(1))).toEqual([]);
  });
});

describe('golden ratio', () => {
  it('raises φ to whole sixteenths', () => {
    expect(goldenPower(0)).toBe(1);
    for (const k of [-32, -16, -3, 1, 2, 8, 16, 32]) {
      expect(Math.abs(goldenPower(k) / PHI ** (k / 16) - 1)).toBeLessThan(1e-14);
    }
  });

  const proposed = goldenRatio.propose(bases, 400, randomStream(7, 'golden'));

  it('stretches lattice vectors by the powers in the record, angles and fractional coordinates kept', () => {
    for (const { structure, record } of proposed) {
      const base = baseOf(record.base);
      record.sixteenths.forEach((k, axis) => {
        for (let at = 3 * axis; at < 3 * axis + 3; at++)
          expect(structure.lattice[at]!).toBeCloseTo(base.lattice[at]! * PHI ** (k / 16), 10);
      });
      if (record.atoms.placement === 'kept') {
        expect(fractional(structure).every((x, at) => Math.abs(x - fractional(base)[at]!) < 1e-12)).toBe(true);
      }
    }
  });

  it('keeps the volume exactly where the exponents add up to zero', () => {
    const ratio = ({ structure, record }: (typeof proposed)[number]): number =>
      determinant(structure.lattice) / determinant(baseOf(record.base).lattice);
    const sum = (record: GoldenRatioRecord): number => record.sixteenths.reduce((total, k) => total + k, 0);
    for (const each of proposed) {
      expect(Math.abs(ratio(each) / PHI ** (sum(each.record) / 16) - 1)).toBeLessThan(1e-12);
    }
    const kept = proposed.filter(({ record }) => sum(record) === 0).length;
    expect(kept).toBeGreaterThan(80);
    expect(proposed.length - kept).toBeGreaterThan(80);
  });

  it('goes from small to large', () => {
    const sizes = proposed.map(({ record }) => Math.max(...record.sixteenths.map(Math.abs)));
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(new Set(sizes)).toEqual(new Set([1, 2, 4, 8, 16]));
  });

  it('places atoms by the R3 sequence in about a quarter of the structures', () => {
    const placed = proposed.filter(({ record }) => record.atoms.placement === 'r3');
    expect(placed.length).toBeGreaterThan(30);
    for (const { structure, record } of placed) {
      if (record.atoms.placement !== 'r3') continue;
      const expected = [...structure.species.keys()].flatMap((n) =>
        r3Point(n, (record.atoms as { offset: [number, number, number] }).offset),
      );
      fractional(structure).forEach((x, at) => expect(x).toBeCloseTo(expected[at]!, 10));
    }
  });

  it('passes over bases without a volume', () => {
    expect(proposed.some(({ record }) => record.base.endsWith('cc'))).toBe(false);
    expect(goldenRatio.rebuild(slab, proposed[0]!.record).kind).toBe('misfit');
  });
});

const fractional = (structure: Structure): number[] => {
  const toFractional = inverse(structure.lattice);
  const rows: number[] = [];
  for (let at = 0; at < structure.positions.length; at++) {
    const atom = at - (at % 3);
    rows.push([0, 1, 2].reduce((sum, k) => sum + structure.positions[atom + k]! * toFractional[3 * k + (at % 3)]!, 0));
  }
  return rows;
};

describe('R3 sequence', () => {
  it('steps by the powers of the root of x⁴ = x + 1', () => {
    expect(Math.abs(R3_ROOT ** 4 - R3_ROOT - 1)).toBeLessThan(1e-14);
    const [x, y, z] = r3Point(1, [0, 0, 0]);
    expect([x, y, z].map((value, k) => Math.abs(value - R3_ROOT ** -(k + 1)) < 1e-14)).toEqual([true, true, true]);
  });

  it('fills the cube more evenly than random points do', () => {
    const counts = (pointOf: (n: number) => number[]): number => {
      const cells = new Int32Array(64);
      for (let n = 0; n < 640; n++) {
        const [x, y, z] = pointOf(n).map((value) => Math.floor(4 * value));
        cells[16 * x! + 4 * y! + z!]!++;
      }
      return cells.reduce((sum, count) => sum + (count - 10) ** 2, 0);
    };
    const random = randomStream(2, 'cube');
    expect(counts((n) => r3Point(n, [0.1, 0.2, 0.3]))).toBeLessThan(
      counts(() => [0, 1, 2].map(() => random.uniform())) / 4,
    );
  });
});

describe('strain and rattle', () => {
  const proposed = strainRattle.propose(bases, 100, randomStream(8, 'strain'));

  it('stays within its limits, and grows from small to large', () => {
    proposed.forEach(({ record }) => {
      expect(record.strain.every((x) => Math.abs(x) <= LARGEST_STRAIN)).toBe(true);
      expect(record.rattle.amplitude).toBeLessThanOrEqual(LARGEST_RATTLE);
    });
    const early = proposed.slice(0, 10);
    expect(early.every(({ record }) => record.rattle.amplitude <= LARGEST_RATTLE / 10)).toBe(true);
    expect(early.every(({ record }) => record.strain.every((x) => Math.abs(x) <= LARGEST_STRAIN / 10))).toBe(true);
  });

  it('deforms cell and atoms alike, and moves uniformly rattled atoms no further than the amplitude', () => {
    const [xx, yy, zz, yz, xz, xy] = [0.02, -0.01, 0.03, 0.004, -0.005, 0.006];
    const strain = [xx, yy, zz, yz, xz, xy] as [number, number, number, number, number, number];
    const base = { generator: 'strain-rattle' as const, base: 'x', rejected: 0, strain };
    const still = strainRattle.rebuild(perovskite, {
      ...base,
      rattle: { distribution: 'gaussian', amplitude: 0, seed: 1 },
    });
    const moved = strainRattle.rebuild(perovskite, {
      ...base,
      rattle: { distribution: 'uniform', amplitude: 0.2, seed: 1 },
    });
    if (still.kind !== 'ok' || moved.kind !== 'ok') throw new Error('The record fits every structure.');
    expect(still.structure.lattice[1]).toBeCloseTo(3.9 * xy + 0.1 * (1 + yy), 12);
    fractional(still.structure).forEach((x, at) => expect(x).toBeCloseTo(fractional(perovskite)[at]!, 12));
    const steps = moved.structure.positions.map((x, at) => x - still.structure.positions[at]!);
    expect(steps.every((step) => Math.abs(step) <= 0.2)).toBe(true);
    expect(new Set(steps).size).toBe(15);
  });

  it('gives the same displacements, made smaller, for a smaller amplitude', () => {
    const displacements = (amplitude: number): Float64Array => {
      const record = {
        generator: 'strain-rattle' as const,
        base: 'x',
        rejected: 0,
        strain: [0, 0, 0, 0, 0, 0] as [number, number, number, number, number, number],
        rattle: { distribution: 'gaussian' as const, amplitude, seed: 9 },
      };
      const rebuilt = strainRattle.rebuild(perovskite, record);
      if (rebuilt.kind !== 'ok') throw new Error(rebuilt.reason);
      return rebuilt.structure.positions.map((x, at) => x - perovskite.positions[at]!);
    };
    const small = displacements(0.1);
    displacements(0.2).forEach((x, at) => expect(x).toBeCloseTo(2 * small[at]!, 12));
  });

  it('rattles with the standard deviation it says', () => {
    const many = crystal([40, 0, 0, 0, 40, 0, 0, 0, 40], Array<number>(2000).fill(29), Array<number>(6000).fill(0));
    const rebuilt = strainRattle.rebuild(many, {
      generator: 'strain-rattle',
      base: 'x',
      rejected: 0,
      strain: [0, 0, 0, 0, 0, 0],
      rattle: { distribution: 'gaussian', amplitude: 0.1, seed: 4 },
    });
    if (rebuilt.kind !== 'ok') throw new Error(rebuilt.reason);
    const variance = rebuilt.structure.positions.reduce((sum, x) => sum + x * x, 0) / 6000;
    expect(Math.abs(variance / 0.01 - 1)).toBeLessThan(4 * Math.sqrt(2 / 6000));
  });
});

describe('substitution', () => {
  const proposed = substitution.propose(bases, 200, randomStream(9, 'substitution'));

  it('changes the composition as the record says, within a class', () => {
    for (const { structure, record } of proposed) {
      const members: readonly number[] = isovalentClasses[record.class];
      expect(members).toContain(record.from);
      expect(members).toContain(record.to);
      const images = record.supercell[0] * record.supercell[1] * record.supercell[2];
      const expected = new Map([...composition(baseOf(record.base))].map(([z, count]) => [z, count * images]));
      expected.set(record.from, expected.get(record.from)! - record.sites.length);
      expected.set(record.to, (expected.get(record.to) ?? 0) + record.sites.length);
      if (expected.get(record.from) === 0) expected.delete(record.from);
      expect(composition(structure)).toEqual(expected);
      expect(structure.species.length).toBeLessThanOrEqual(64);
    }
  });

  it('makes stoichiometries that one cell does not have', () => {
    const partial = proposed.filter(({ structure, record }) => composition(structure).has(record.from));
    expect(partial.length).toBeGreaterThan(30);
    expect(proposed.length - partial.length).toBeGreaterThan(30);
  });

  it('keeps the cell, or the packing fraction', () => {
    const radius: Record<number, number> = { 11: 1.66, 17: 1.02, 19: 2.03 };
    const whole: Omit<SubstitutionRecord, 'lengthScale'> = {
      generator: 'substitution',
      base: 'x',
      rejected: 0,
      supercell: [1, 1, 1],
      class: 'alkali +1',
      from: 11,
      to: 19,
      sites: [0],
    };
    const kept = substitution.rebuild(rockSalt, { ...whole, lengthScale: 1 });
    if (kept.kind !== 'ok') throw new Error(kept.reason);
    expect(kept.structure.lattice).toEqual(rockSalt.lattice);
    const scaled = proposed.find(
      ({ record }) => record.base.endsWith('aa') && record.from === 11 && record.to === 19 && record.lengthScale !== 1,
    );
    const share = scaled!.record.sites.length / (scaled!.structure.species.length / 2);
    const spheres = (1 - share) * radius[11]! ** 3 + share * radius[19]! ** 3 + radius[17]! ** 3;
    const before = radius[11]! ** 3 + radius[17]! ** 3;
    const volume = (structure: Structure): number => volumePerAtom(structure) as number;
    expect(volume(scaled!.structure) / volume(rockSalt)).toBeCloseTo(spheres / before, 10);
  });

  it('repeats cells along periodic axes only', () => {
    for (const { structure, record } of proposed.filter(({ record }) => record.base.endsWith('cc'))) {
      expect(record.supercell[2]).toBe(1);
      expect(structure.periodic).toEqual([true, true, false]);
    }
  });

  it('says why a record does not fit a structure', () => {
    const { record } = proposed.find((each) => each.record.base.endsWith('aa'))!;
    const reason = (changes: Partial<SubstitutionRecord>, base = rockSalt): string => {
      const rebuilt = substitution.rebuild(base, {
        ...record,
        class: 'alkali +1',
        from: 11,
        to: 19,
        supercell: [1, 1, 1],
        sites: [0],
        ...changes,
      });
      return rebuilt.kind === 'misfit' ? rebuilt.reason : '';
    };
    expect(reason({ sites: [1] })).toContain('not of element 11');
    expect(reason({ sites: [2] })).toContain('not of element 11');
    expect(reason({ sites: [0, 0] })).toContain('not of element 11');
    expect(reason({ to: 20 })).toContain('alkali');
    expect(reason({ supercell: [16, 16, 16] })).toContain('atoms');
    expect(reason({ supercell: [1, 1, 2] }, slab)).toContain('not periodic');
  });

  it('names every partner once per class', () => {
    for (const members of Object.values(isovalentClasses)) expect(new Set(members).size).toBe(members.length);
    expect(isovalentPartners(11).map(({ partner }) => partner)).toEqual([3, 19, 37, 55]);
    expect(isovalentPartners(1)).toEqual([]);
  });
});

describe('room for atoms', () => {
  const pair = (distance: number, species: [number, number]): Structure =>
    crystal([20, 0, 0, 0, 20, 0, 0, 0, 20], species, [0, 0, 0, distance / 20, 0, 0]);

  it('ends at the stated share of the covalent radii', () => {
    // Copper has a covalent radius of 1.32 Å, oxygen of 0.66 Å.
    const limit = CLOSEST_CONTACT * (1.32 + 0.66);
    expect(hasRoomForAtoms(pair(limit + 1e-9, [29, 8]))).toBe(true);
    expect(hasRoomForAtoms(pair(limit - 1e-9, [29, 8]))).toBe(false);
  });

  it('sees images, and is not there where radii or volumes are unknown', () => {
    expect(hasRoomForAtoms(crystal([1, 0, 0, 0, 9, 0, 0, 0, 9], [29], [0, 0, 0]))).toBe(false);
    expect(hasRoomForAtoms(pair(5, [29, 118]))).toBe(false);
    expect(hasRoomForAtoms(crystal([1, 0, 0, 2, 0, 0, 0, 0, 9], [29], [0, 0, 0]))).toBe(false);
    expect(hasRoomForAtoms(pair(NaN, [29, 8]))).toBe(false);
  });
});
