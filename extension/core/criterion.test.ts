import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LARGEST_CELL } from './certificate.ts';
import {
  criterionKinds,
  judge,
  measure,
  neededLabel,
  scaledError,
  scaledThreshold,
  type Measurement,
} from './criterion.ts';
import type { Structure } from './structure.ts';

const structure: Structure = {
  lattice: Float64Array.of(4, 0, 0, 0, 4, 0, 0, 0, 4),
  periodic: [true, true, true],
  species: Uint8Array.of(14, 14),
  positions: new Float64Array(6),
  energy: -10,
  forces: Float64Array.of(0, 0, 0, 1, 0, 0),
  source: { file: 'a.xyz', index: 0, line: 1 },
};

describe('measure', () => {
  it('takes the norm of the force difference per atom, not per component', () => {
    const measured = measure(structure, {
      kind: 'predicted',
      energy: -9,
      forces: Float64Array.of(0, 0.3, 0, 1, 0.3, 0.4),
    });
    expect(measured).toEqual({
      status: 'predicted',
      energy: -9,
      forceMagnitude: Math.sqrt(1.25),
      energyError: 0.5,
      forceError: 0.5,
      forceErrorAtom: 1,
      law: null,
    });
  });

  it('says null where the data have no label, and NaN where the model has no number', () => {
    const { energy, forces, ...unlabelled } = structure;
    expect([energy, forces]).toHaveLength(2);
    const nan = { kind: 'predicted', energy: Number.NaN, forces: new Float64Array(6) } as const;
    expect(measure(unlabelled, nan)).toMatchObject({ status: 'not-finite', energyError: null, forceError: null });
    expect(measure(structure, nan)).toMatchObject({ energyError: Number.NaN, forceError: Number.NaN });
    expect(measure(structure, { kind: 'predicted', energy: 0, forces: new Float64Array(3) }).status).toBe('error');
  });

  it('never loses a NaN or an infinity, wherever it stands', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5 }), fc.constantFrom(Number.NaN, Infinity, -Infinity), (at, bad) => {
        const forces = Float64Array.of(0, 1, 2, 3, 4, 5);
        forces[at] = bad;
        const measured = measure(structure, { kind: 'predicted', energy: 0, forces });
        for (const kind of criterionKinds) {
          expect(judge({ kind, threshold: 1e6 }, 'data', measured)).toEqual({
            kind: 'judged',
            error: Number.NaN,
            failed: true,
          });
        }
      }),
    );
  });
});

describe('judge', () => {
  const measured: Measurement = {
    status: 'predicted',
    energy: 0,
    forceMagnitude: 0.7,
    energyError: null,
    forceError: 0.5,
    forceErrorAtom: 0,
    law: null,
  };
  it('fails strictly above the threshold', () => {
    expect(judge({ kind: 'force-error', threshold: 0.5 }, 'data', measured)).toMatchObject({ failed: false });
    expect(judge({ kind: 'force-error', threshold: 0.499 }, 'data', measured)).toMatchObject({ failed: true });
  });
  it('takes forces as zero for relaxed structures', () => {
    expect(judge({ kind: 'force-error', threshold: 0.5 }, 'relaxed', measured)).toMatchObject({
      error: 0.7,
      failed: true,
    });
  });
  it('fails a missing prediction, whether there is a label or not', () => {
    for (const kind of criterionKinds) {
      const crashed: Measurement = { ...measured, status: 'crashed', forceMagnitude: Number.NaN, forceError: null };
      expect(judge({ kind, threshold: 1 }, 'data', crashed)).toEqual({
        kind: 'judged',
        error: Number.NaN,
        failed: true,
      });
    }
  });
  it('holds laws to multiples of their tolerances, and needs no label for that', () => {
    const broken = (residual: number, tolerance: number): Measurement => ({
      ...measured,
      law: { law: 'gradient', unit: 'eV/Å', residual, tolerance, skipped: [], asked: 31 },
    });
    const criterion = { kind: 'physics', threshold: 2 } as const;
    expect(neededLabel(criterion, 'data')).toBeNull();
    expect(judge(criterion, 'data', broken(0.02, 0.01))).toEqual({ kind: 'judged', error: 2, failed: false });
    expect(judge(criterion, 'data', broken(0.03, 0.01))).toEqual({ kind: 'judged', error: 3, failed: true });
    // Nothing is tolerated of the first, nothing finite was found of the second.
    for (const beyond of [broken(1, 0), broken(Number.NaN, 0.01)])
      expect(judge(criterion, 'data', beyond)).toEqual({ kind: 'judged', error: Number.NaN, failed: true });
    expect(judge(criterion, 'data', broken(0, 0))).toEqual({ kind: 'judged', error: 0, failed: false });
  });
  it('does not pass a structure on which no law was measured', () => {
    expect(judge({ kind: 'physics', threshold: 1 }, 'data', measured)).toEqual({
      kind: 'undecided',
      missing: 'measured law',
    });
  });
  it('names the label that is missing', () => {
    const criterion = { kind: 'energy-error', threshold: 0.1 } as const;
    expect(judge(criterion, 'data', measured)).toEqual({ kind: 'undecided', missing: 'reference energy' });
    expect(neededLabel(criterion, 'relaxed')).toBe('energy');
    expect(neededLabel({ kind: 'force-error', threshold: 1 }, 'relaxed')).toBeNull();
  });
});

describe('scaled errors', () => {
  it('decides as the numbers themselves do', () => {
    const scale = fc.constantFrom(1, 10, 1000, 10_000, 1_000_000);
    const steps = fc.integer({ min: 0, max: 10_000_000 });
    const nudge = fc.constantFrom(-2, -1, 0, 1, 2);
    fc.assert(
      fc.property(scale, steps, steps, nudge, (s, k, m, ulps) => {
        const threshold = k / s;
        for (const base of [threshold, m / s]) {
          const error = Math.max(0, base * (1 + ulps * Number.EPSILON));
          expect(scaledThreshold(threshold, s)).toBe(k);
          expect(scaledError(error, s) > k).toBe(error > threshold);
        }
      }),
    );
  });
  it('does not trip over products that are not exact', () => {
    expect(0.07 * 10_000).toBeGreaterThan(700);
    expect(scaledError(0.07, 10_000)).toBe(700);
    expect(scaledThreshold(0.07, 10_000)).toBe(700);
    expect(scaledThreshold(0.00005, 10_000)).toBeNull();
  });
  it('puts everything that is no number on the failing side', () => {
    for (const error of [Number.NaN, Infinity, 1e300, LARGEST_CELL])
      expect(scaledError(error, 10_000)).toBe(LARGEST_CELL);
    for (const bad of [Number.NaN, Infinity, -1, 1e12]) expect(scaledThreshold(bad, 10_000)).toBeNull();
    expect(scaledError(0, 10_000)).toBe(0);
    expect(scaledError(Number.MIN_VALUE, 10_000)).toBe(1);
  });
});
