import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { benchmarkContent } from '../../../test/bench/benchmark-content.ts';
import reference from '../../../test/fixtures/failure-modes/reference.json' with { type: 'json' };
import { BOHR_IN_ANGSTROM, HARTREE_IN_EV } from '../dft/units.ts';
import { randomStream } from '../random.ts';
import { failureModesSchema } from './failure-modes-schema.ts';
import type { AskedStructure } from './asked-structures.ts';
import { energyOffsetsOf } from './energy-offsets.ts';
import { failureClusters } from './failure-clusters.ts';
import { failureModesOf } from './failure-modes.ts';
import { directionOf, softeningOf } from './force-errors.ts';
import { leastSquares } from './least-squares.ts';
import { forceSizeFaultsOf, unitFaultsOf } from './unit-faults.ts';

/** Crystals of two to four elements with labels, and a model that is nearly right. */
function honest(count: number, seed: number): AskedStructure[] {
  const random = randomStream(seed, 'asked');
  const noise = (size: number): number => size * (random.uniform() + random.uniform() - 1);
  return Array.from({ length: count }, (_, index) => {
    const atoms = 2 + random.integer(7);
    const species = Uint8Array.from({ length: atoms }, () => [3, 8, 14, 26][random.integer(4)]!);
    const energy = species.reduce((sum, z) => sum - 1 - z / 10, 0) + noise(1);
    const forces = Float64Array.from({ length: 3 * atoms }, () => noise(2));
    return {
      structure: {
        lattice: Float64Array.of(4, 0, 0, 0, 4, 0, 0, 0, 4),
        periodic: [true, true, true],
        species,
        positions: new Float64Array(3 * atoms),
        energy,
        forces,
        source: { file: 'data/a.xyz', index, line: 1 + index },
      },
      energy: energy + noise(0.02) * atoms,
      forces: forces.map((force) => force + noise(0.1)),
    };
  });
}

const scaled = (asked: readonly AskedStructure[], energy: number, force: number): AskedStructure[] =>
  asked.map((one) => ({ ...one, energy: energy * one.energy, forces: one.forces.map((value) => force * value) }));

describe('least squares', () => {
  it('agree with statsmodels, HC3 errors and left-out residuals included', () => {
    for (const { columns, y, coefficients, standardErrors, leftOut } of reference.cases) {
      const fit = leastSquares(
        columns.map((column) => Float64Array.from(column)),
        Float64Array.from(y),
      );
      coefficients.forEach((value, at) => expect(fit.coefficients[at]).toBeCloseTo(value, 9));
      standardErrors.forEach((value, at) => expect(fit.standardErrors[at]).toBeCloseTo(value, 9));
      leftOut.forEach((value, row) => expect(fit.leftOut[row]).toBeCloseTo(value, 9));
    }
  });

  it('give no coefficient to columns that only their sum determines', () => {
    const a = Float64Array.of(1, 0, 0.5, 0.25, 0.75);
    const { coefficients, rank } = leastSquares(
      [a, a.map((one) => 2 * one), a.map((one) => 1 - one)],
      Float64Array.of(1, 2, 3, 4, 5),
    );
    expect(rank).toBe(2);
    expect(coefficients.slice(0, 2)).toEqual([null, null]);
    expect(coefficients[2]).not.toBeNull();
  });

  it('leave a row without a residual where it alone determines a coefficient', () => {
    const { leftOut } = leastSquares([Float64Array.of(1, 0, 0), Float64Array.of(0, 1, 1)], Float64Array.of(5, 1, 2));
    expect(leftOut[0]).toBeNaN();
    expect(leftOut[1]).toBeCloseTo(-1, 12);
  });
});

describe('energy offsets', () => {
  it('find constants that were put in', () => {
    const offsets = new Map([
      [3, 0.4],
      [8, -0.25],
      [14, 0],
      [26, 0.1],
    ]);
    const shifted = honest(120, 1).map((one) => ({
      ...one,
      energy: one.energy + one.structure.species.reduce((sum, z) => sum + offsets.get(z)!, 0),
    }));
    const found = energyOffsetsOf(shifted, 0.95)!;
    for (const { z, offset, interval } of found.elements) {
      expect(offset).toBeCloseTo(offsets.get(z)!, 1);
      expect(interval!.lower).toBeLessThan(offsets.get(z)! + 0.01);
      expect(interval!.upper).toBeGreaterThan(offsets.get(z)! - 0.01);
    }
    expect(found.explained).toBeGreaterThan(0.9);
    expect(found.meanError.offsets).toBeLessThan(0.2 * found.meanError.raw);
    expect(energyOffsetsOf(honest(120, 1), 0.95)!.explained).toBeLessThan(0.2);
  });

  it('need structures', () => expect(energyOffsetsOf(honest(9, 1), 0.95)).toBeNull());
});

describe('force errors', () => {
  it('find the slope that was put in', () => {
    const { slope, errorRescaled, error } = softeningOf(scaled(honest(60, 2), 1, 0.8), 0.95)!;
    expect(slope.value).toBeCloseTo(0.8, 2);
    expect(slope.interval!.upper).toBeLessThan(0.9);
    expect(errorRescaled).toBeLessThan(error);
    const { interval } = softeningOf(honest(60, 2), 0.95)!.slope;
    expect(interval!.lower).toBeLessThan(1);
    expect(interval!.upper).toBeGreaterThan(0.98);
  });

  it('tell lengths from directions', () => {
    const soft = directionOf(
      honest(40, 3).map((one) => ({ ...one, forces: one.structure.forces!.map((force) => 0.7 * force) })),
      0.95,
    )!;
    expect(soft.magnitudeShare.value).toBeCloseTo(1, 9);
    expect(soft.medianAngle.value).toBeLessThan(1e-4);
    expect(soft.medianRatio.value).toBeCloseTo(0.7, 9);
    const turned = directionOf(
      honest(40, 3).map((one) => {
        const { forces } = one.structure;
        // Every force turned by 90 degrees about z where it has no z component of its own.
        const flat = forces!.map((force, k) => (k % 3 === 2 ? 0 : force));
        const around = flat.map((_, k) => (k % 3 === 0 ? -flat[k + 1]! : k % 3 === 1 ? flat[k - 1]! : 0));
        return { ...one, structure: { ...one.structure, forces: flat }, forces: around };
      }),
      0.95,
    )!;
    expect(turned.directionShare.value).toBeCloseTo(1, 9);
    expect(turned.medianAngle.value).toBeCloseTo(90, 6);
  });

  it('of a perfect model have no shares', () => {
    const perfect = honest(20, 4).map((one) => ({ ...one, forces: one.structure.forces! }));
    expect(directionOf(perfect, 0.95)).toBeNull();
  });
});

describe('mistakes of unit and sign', () => {
  const cases: readonly (readonly [name: string, energy: number, force: number, faults: readonly string[]])[] = [
    ['none', 1, 1, []],
    ['softening', 1, 0.85, []],
    ['the sign of forces', 1, -1, ['forces sign']],
    ['energies in Hartree', 1 / HARTREE_IN_EV, 1, ['energies hartree']],
    ['energies in Rydberg', 2 / HARTREE_IN_EV, 1, ['energies rydberg']],
    ['energies in kcal/mol', 23.0605, 1, ['energies kcal-per-mol']],
    ['energies in kJ/mol', 96.4853, 1, ['energies kj-per-mol']],
    ['forces per Bohr', 1, BOHR_IN_ANGSTROM, ['forces bohr']],
    ['forces converted twice', 1, 1 / BOHR_IN_ANGSTROM, ['forces bohr-twice']],
    [
      'atomic units',
      1 / HARTREE_IN_EV,
      BOHR_IN_ANGSTROM / HARTREE_IN_EV,
      ['energies hartree', 'forces hartree-per-bohr'],
    ],
    ['gradients in Rydberg/Bohr', 1, (-2 * BOHR_IN_ANGSTROM) / HARTREE_IN_EV, ['forces rydberg-per-bohr, sign']],
  ];
  for (const [name, energy, force, faults] of cases) {
    it(`finds ${name}`, () => {
      const found = unitFaultsOf(scaled(honest(50, 5), energy, force));
      expect(found.map(({ quantity, fault }) => `${quantity} ${fault}`)).toEqual(faults);
      found.forEach(({ residual, residualAfter }) => expect(residualAfter).toBeLessThan(0.5 * residual));
    });
  }

  it('finds energies per atom, on either side', () => {
    const perAtom = honest(50, 6).map((one) => ({ ...one, energy: one.energy / one.structure.species.length }));
    expect(unitFaultsOf(perAtom).map(({ fault }) => fault)).toEqual(['per-atom']);
    const label = honest(50, 6).map((one) => ({
      ...one,
      structure: { ...one.structure, energy: one.structure.energy! / one.structure.species.length },
    }));
    expect(unitFaultsOf(label).map(({ fault }) => fault)).toEqual(['reference-per-atom']);
  });

  it('takes another zero of energy for no factor', () => {
    // One element, whose energy per atom happens to be 27 times that of the reference: differences are right.
    const shifted = honest(50, 7).map(({ structure, forces }) => {
      const atoms = structure.species.length;
      const energy = -3.7 * atoms + 0.05 * atoms * Math.sin(structure.source.index);
      return { structure: { ...structure, energy }, energy: energy - 96.5 * atoms, forces };
    });
    expect(shifted[0]!.energy / shifted[0]!.structure.energy).toBeCloseTo(27, 0);
    expect(unitFaultsOf(shifted)).toEqual([]);
    const hartree = shifted.map((one) => ({ ...one, energy: one.structure.energy / 27.211386 }));
    expect(unitFaultsOf(hartree).map(({ fault }) => fault)).toEqual(['hartree']);
  });

  it('tells units of forces from the largest of each structure', () => {
    const sizes = (factor: number) =>
      Array.from({ length: 40 }, (_, at) => ({
        reference: 0.1 + at / 20,
        model: factor * (0.1 + at / 20) * (1 + at / 400),
      }));
    expect(forceSizeFaultsOf(sizes(1 / 51.422067)).map(({ fault }) => fault)).toEqual(['hartree-per-bohr']);
    expect(forceSizeFaultsOf(sizes(1000)).map(({ fault }) => fault)).toEqual(['milli']);
    for (const factor of [0.7, 1, 1.4]) expect(forceSizeFaultsOf(sizes(factor))).toEqual([]);
  });

  it('accuses no model that is merely imprecise, whatever its seed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000 }),
        fc.double({ min: 0.6, max: 1.3, noNaN: true }),
        (seed, slope) => {
          expect(
            unitFaultsOf(scaled(honest(30, seed), 1, slope)).filter(({ quantity }) => quantity === 'energies'),
          ).toEqual([]);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('clusters of counterexamples', () => {
  const planted = () => {
    const content = benchmarkContent({ rows: 400, features: 3, validation: 10, seed: 8 });
    const { search, criterion } = content;
    const edge = [...search.features[1]!].sort((a, b) => a - b)[300]!;
    search.error = search.features[1]!.map((value, row) =>
      value > edge || row % 40 === 0 ? criterion.scaledThreshold + 1 : criterion.scaledThreshold,
    );
    return { content, edge };
  };

  it('are named by the condition that separates them', () => {
    const { content, edge } = planted();
    const [first] = failureClusters(content, [content.search.id[0]!], 0.95);
    expect(first!.conditions).toHaveLength(1);
    expect(first!.conditions[0]).toMatchObject({ feature: content.features[1]!.id, relation: 'above' });
    const { scale } = content.features[1]!;
    const spread = Math.max(...content.search.features[1]!) - Math.min(...content.search.features[1]!);
    expect(Math.abs(first!.conditions[0]!.value * scale - edge)).toBeLessThan(0.1 * spread);
    expect(first!.rate.rate).toBeGreaterThan(0.9);
    expect(first!.share).toBeGreaterThan(0.6);
    expect(first!.name).toContain('>');
  });

  it('are none where failures are anywhere, or hardly any', () => {
    const { content } = planted();
    const random = randomStream(5, 'anywhere');
    content.search.error = content.search.error.map(
      () => content.criterion.scaledThreshold + (random.uniform() < 0.3 ? 1 : 0),
    );
    expect(failureClusters(content, [], 0.95).length).toBeLessThanOrEqual(1);
    content.search.error = content.search.error.map((_, row) => content.criterion.scaledThreshold + (row < 3 ? 1 : 0));
    expect(failureClusters(content, [], 0.95)).toEqual([]);
  });
});

describe('the section', () => {
  it('fits its schema with and without answers of the model', () => {
    const content = benchmarkContent({ rows: 100, features: 2, validation: 10, seed: 2 });
    for (const asked of [honest(40, 7), []]) {
      const section = failureModesOf(content, asked, 'all of them.', [], 0.95, []);
      expect(failureModesSchema.parse(JSON.parse(JSON.stringify(section)))).toEqual(section);
      expect(section.asked === null).toBe(asked.length === 0);
    }
  });
});
