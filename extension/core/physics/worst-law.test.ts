import { describe, expect, it } from 'vitest';
import type { Structure } from '../structure.ts';
import { lawEvidence } from './law-evidence.ts';
import { rotation } from './probes/rotation.ts';
import { supercell } from './probes/supercell.ts';
import type { ProbeMeasurement, ProbeOutcome } from './probe.ts';
import { holds } from './residuals.ts';
import type { ProbeReport } from './suite.ts';
import { worstLaw, type LawMeasurement } from './worst-law.ts';

const structure: Structure = {
  lattice: Float64Array.of(4, 0, 0, 0, 4, 0, 0, 0, 4),
  periodic: [true, true, true],
  species: Uint8Array.of(14),
  positions: new Float64Array(3),
  source: { file: 'a.xyz', index: 0, line: 1 },
};
const energy = (residual: number, tolerance: number): ProbeMeasurement => ({
  id: 'rotation-energy',
  unit: 'eV/atom',
  residual,
  tolerance,
  detail: 'turned',
});
const forces = (residual: number, tolerance: number): ProbeMeasurement => ({
  id: 'rotation-forces',
  unit: 'eV/Å',
  residual,
  tolerance,
  detail: 'atom 2',
});
const reportOf = (...measurements: ProbeMeasurement[]): ProbeReport => ({
  probe: rotation,
  structure,
  outcome: { kind: 'measured', measurements, remarks: [] },
});
const skipping: ProbeReport = {
  probe: supercell,
  structure,
  outcome: { kind: 'skipped', reason: 'too large' } satisfies ProbeOutcome,
};

describe('the law that is broken most', () => {
  it('has the largest residual over its tolerance, whatever the units', () => {
    expect(worstLaw([reportOf(energy(0.002, 0.001), forces(0.01, 0.1))], {})).toEqual({
      law: 'rotation-energy',
      unit: 'eV/atom',
      residual: 0.002,
      tolerance: 0.001,
      skipped: [],
      detail: 'turned',
    });
    expect(worstLaw([reportOf(energy(0.002, 0.001), forces(0.5, 0.1))], {})?.law).toBe('rotation-forces');
  });

  it('is one without a finite answer before all others', () => {
    expect(worstLaw([reportOf(energy(1e200, 1e-9), forces(Number.NaN, 0.1))], {})).toMatchObject({
      law: 'rotation-forces',
      residual: Number.NaN,
    });
  });

  it('is told by the tolerances that a project names, where it does', () => {
    const reports = [reportOf(energy(0.002, 0.001), forces(0.01, 0.1))];
    expect(worstLaw(reports, { 'rotation-energy': 0.1, 'rotation-forces': 0.05 })).toMatchObject({
      law: 'rotation-forces',
      tolerance: 0.05,
    });
  });

  it('is beyond its tolerance exactly where the suite finds it violated', () => {
    for (const [residual, tolerance] of [
      [1e-12, 3e-13],
      [1.0000001e-9, 3e-13],
      [2e-4, 2e-4],
      [2.000000001e-4, 2e-4],
      [0.3, 0.1],
      [0, 0],
    ] as const) {
      const measurement = forces(residual, tolerance);
      const { residual: found, tolerance: tolerated } = worstLaw([reportOf(measurement)], {})!;
      expect(found <= tolerated).toBe(holds(measurement));
    }
  });

  it('names what could not be measured, and is none where nothing was', () => {
    expect(worstLaw([reportOf(forces(0, 1)), skipping], {})?.skipped).toEqual(['supercell']);
    expect(worstLaw([skipping], {})).toBeNull();
  });
});

describe('what a certificate says of laws', () => {
  const measured = (law: string, residual: number, more: Partial<LawMeasurement> = {}): LawMeasurement => ({
    law,
    unit: 'eV/Å',
    residual,
    tolerance: 0.001,
    skipped: [],
    asked: 31,
    ...more,
  });
  const setting = { probes: ['rotation'], suite: 1, precision: 'float32', tolerances: {} } as const;

  it('is the law that each failing row breaks, by the row of its table, and the cost of all', () => {
    const laws = new Map([
      [3, measured('gradient', 0.0005)],
      [5, measured('gradient', 0.002)],
      [8, measured('rotation-forces', Number.NaN, { skipped: ['supercell'], asked: 29 })],
    ]);
    // Row 9 of the pool crashed: nothing was measured on it.
    const tables = {
      search: { rows: [3, 5, 9], errors: [5000, 20_000, 10 ** 12] },
      validation: { rows: [8], errors: [10 ** 12] },
    };
    const { laws: said, violations } = lawEvidence({ ...setting, probes: ['rotation'] }, tables, laws, 10_000);
    expect(said).toEqual({ ...setting, asked: 31 + 31 + 1 + 29, skipped: { supercell: 1 } });
    expect(violations).toEqual([
      { split: 'search', row: 1, law: 'gradient', unit: 'eV/Å', residual: 0.002, tolerance: 0.001 },
      { split: 'validation', row: 0, law: 'rotation-forces', unit: 'eV/Å', residual: null, tolerance: 0.001 },
    ]);
  });
});
