import { describe, expect, it } from 'vitest';
import { si2 } from '../../../test/fixtures/dft/si2.ts';
import { LARGEST_CELL, type CertificateContent, type ObservationTable } from '../certificate.ts';
import type { Prediction } from '../criterion.ts';
import type { Structure } from '../structure.ts';
import { compareWithReference, medianOf, medianRatio, worstCounterexamples } from './validation.ts';
import type { ReferenceOutcome } from './reference.ts';

const table = (error: number[]): ObservationTable => ({
  id: error.map((_, row) => row.toString(16).padStart(16, '0')),
  file: error.map(() => 0),
  index: error.map((_, row) => row),
  line: error.map((_, row) => 1 + 4 * row),
  features: [],
  error,
});

describe('the worst counterexamples of a certificate', () => {
  it('are the failing structures of both splits, largest error first', () => {
    const content = {
      criterion: { kind: 'force-error', unit: 'eV/Å', threshold: 0.5, scale: 10, scaledThreshold: 5 },
      search: table([3, 7, LARGEST_CELL, 5]),
      validation: table([6, 9]),
    } as unknown as CertificateContent;
    const found = worstCounterexamples(content, 10).map(({ split, index, error }) => [split, index, error]);
    expect(found).toEqual([
      ['search', 2, null],
      ['validation', 1, 0.9],
      ['search', 1, 0.7],
      ['validation', 0, 0.6],
    ]);
    expect(worstCounterexamples(content, 2)).toHaveLength(2);
  });
});

const structure: Structure = { ...si2, source: { file: 'a.xyz', index: 0, line: 1 } };
const predicted = (x: number): Prediction => ({
  kind: 'predicted',
  energy: -1,
  forces: Float64Array.of(x, 0, 0, -x, 0, 0),
});
const reference = (x: number): ReferenceOutcome => ({
  kind: 'computed',
  energy: -200,
  forces: Float64Array.of(x, 0, 0, -x, 0, 0),
  stress: null,
  scfSteps: 9,
  seconds: 1,
});
const force = { kind: 'force-error', threshold: 0.5 } as const;

describe('a prediction held against a fresh reference', () => {
  it('is confirmed as a failure by its error, and only by it', () => {
    expect(compareWithReference(force, structure, predicted(0.25), reference(1))).toEqual({
      referenceForce: 1,
      modelForce: 0.25,
      forceRatio: 4,
      forceError: 0.75,
      confirmed: true,
    });
    expect(compareWithReference(force, structure, predicted(0.5), reference(1)).confirmed).toBe(false);
  });

  it('fails without a finite prediction, and is undecided without a reference or where the model refuses', () => {
    const failed: Prediction = { kind: 'failed', reason: 'crashed', detail: '' };
    expect(compareWithReference(force, structure, failed, reference(1))).toMatchObject({
      confirmed: true,
      forceRatio: null,
    });
    expect(compareWithReference(force, structure, predicted(NaN), reference(1)).confirmed).toBe(true);
    const none: ReferenceOutcome = { kind: 'none', reason: 'x' };
    expect(compareWithReference(force, structure, predicted(3), none)).toEqual({
      referenceForce: null,
      modelForce: 3,
      forceRatio: null,
      forceError: null,
      confirmed: null,
    });
    const refused: Prediction = { kind: 'refused', detail: 'Po' };
    expect(compareWithReference(force, structure, refused, reference(1)).confirmed).toBeNull();
    expect(compareWithReference(force, structure, predicted(0), reference(1)).forceRatio).toBeNull();
  });

  it('asks a relaxed structure to be relaxed, and compares no energies', () => {
    const magnitude = { kind: 'force-magnitude', threshold: 0.5 } as const;
    expect(compareWithReference(magnitude, structure, predicted(1), reference(0.1)).confirmed).toBe(true);
    expect(compareWithReference(magnitude, structure, predicted(1), reference(0.9)).confirmed).toBe(false);
    const energy = { kind: 'energy-error', threshold: 0.1 } as const;
    expect(compareWithReference(energy, structure, predicted(1), reference(0.9)).confirmed).toBeNull();
  });
});

describe('the median force ratio', () => {
  it('comes with an interval around it, the same every time', () => {
    const ratios = Array.from({ length: 21 }, (_, k) => 1 + k / 10);
    const first = medianRatio(ratios);
    expect(first).toMatchObject({ median: 2, structures: 21 });
    expect(first!.interval!.lower).toBeGreaterThan(1.2);
    expect(first!.interval!.lower).toBeLessThan(2);
    expect(first!.interval!.upper).toBeGreaterThan(2);
    expect(medianRatio(ratios)).toEqual(first);
  });

  it('has none for a single structure, and there is no median of nothing', () => {
    expect(medianRatio([3])).toEqual({ median: 3, interval: null, structures: 1 });
    expect(medianRatio([])).toBeNull();
    expect(medianOf([])).toBeNull();
    expect(medianOf([3, 1, 2, 10])).toBe(2.5);
  });
});
