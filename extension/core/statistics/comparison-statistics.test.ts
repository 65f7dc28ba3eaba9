import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import reference from '../../../test/fixtures/comparison/reference.json' with { type: 'json' };
import { fisherExact, mcnemarExact } from './contingency.ts';
import { midranks, pearson, spearman } from './correlation.ts';
import { benjaminiHochbergAdjusted } from './benjamini-hochberg.ts';
import { holmAdjusted } from './holm.ts';
import { studentTwoSided } from './student-t.ts';
import { wilsonInterval } from './wilson.ts';

function expectClose(actual: number, expected: number, what: string, tolerance = 1e-10): void {
  const error = actual === expected ? 0 : Math.abs(actual - expected) / Math.max(1e-12, Math.abs(expected));
  expect(error, `${what}: ${actual} instead of ${expected}`).toBeLessThan(tolerance);
}

describe('against SciPy and statsmodels', () => {
  it('Wilson intervals', () => {
    for (const { failures, trials, confidence, interval } of reference.wilson) {
      const { lower, upper } = wilsonInterval(failures, trials, confidence);
      expect(Math.abs(lower - interval[0]!)).toBeLessThan(1e-12);
      expect(Math.abs(upper - interval[1]!)).toBeLessThan(1e-12);
    }
  });

  it('exact tests of tables', () => {
    for (const { onlyFirst, onlySecond, pValue } of reference.mcnemar)
      expectClose(mcnemarExact(onlyFirst, onlySecond), pValue, `McNemar ${onlyFirst}, ${onlySecond}`);
    for (const { counts, pValue } of reference.fisher) {
      const [a, b, c, d] = counts as [number, number, number, number];
      expectClose(fisherExact(a, b, c, d), pValue, `Fisher ${counts.join(', ')}`);
    }
  });

  it('corrections for many tests', () => {
    for (const { pValues, holm, benjaminiHochberg } of reference.corrections) {
      holmAdjusted(pValues).forEach((value, at) => expectClose(value!, holm[at]!, 'Holm'));
      benjaminiHochbergAdjusted(pValues).forEach((value, at) => expectClose(value!, benjaminiHochberg[at]!, 'BH'));
    }
  });

  it('correlations, their intervals and tests', () => {
    for (const { x, y, ...expected } of reference.correlations) {
      for (const [name, measure] of [
        ['pearson', pearson],
        ['spearman', spearman],
      ] as const) {
        const { value, interval, pValue } = measure(x, y, 0.95);
        expectClose(value, expected[name].value, name);
        expectClose(interval!.lower, expected[name].lower, `${name} lower`, 1e-9);
        expectClose(interval!.upper, expected[name].upper, `${name} upper`, 1e-9);
        expectClose(pValue, expected[name].pValue, `${name} p`, 1e-8);
      }
    }
  });

  it("tails of Student's t", () => {
    for (const { t, freedom, pValue } of reference.student)
      expectClose(studentTwoSided(t, freedom), pValue, `t = ${t}, ${freedom}`, 1e-9);
  });
});

describe('where nothing can be said', () => {
  it('correlations without variance or rows are NaN', () => {
    expect(pearson([1, 1, 1], [1, 2, 3], 0.95).value).toBeNaN();
    expect(pearson([0.1, 0.1, 0.1], [1, 2, 3], 0.95).value).toBeNaN();
    expect(spearman([], [], 0.95)).toMatchObject({ interval: null });
    expect(pearson([1, NaN, 3], [1, 2, 3], 0.95).value).toBeNaN();
  });

  it('perfect correlations have the interval they deserve', () => {
    const { value, interval, pValue } = pearson([1, 2, 3, 4], [2, 4, 6, 8], 0.95);
    expect(value).toBeCloseTo(1, 12);
    expect(interval!.lower).toBeCloseTo(1, 9);
    expect(interval!.upper).toBeCloseTo(1, 12);
    expect(pValue).toBeLessThan(1e-12);
  });

  it('a test that could not be made stays out of the count', () => {
    expect(holmAdjusted([0.01, null, 0.02])).toEqual([0.02, null, 0.02]);
    expect(benjaminiHochbergAdjusted([null, 0.5])).toEqual([null, 0.5]);
  });

  it('counts that are none give NaN', () => {
    expect(mcnemarExact(-1, 2)).toBeNaN();
    expect(fisherExact(3, 2, 1, 4)).toBeNaN();
    expect(mcnemarExact(0, 0)).toBe(1);
  });
});

const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 });

describe('properties', () => {
  it('corrections only raise, keep the order, and Holm is never below Benjamini–Hochberg', () => {
    fc.assert(
      fc.property(pValues, (values) => {
        const holm = holmAdjusted(values);
        const hochberg = benjaminiHochbergAdjusted(values);
        values.forEach((p, at) => {
          expect(holm[at]).toBeGreaterThanOrEqual(hochberg[at]! * (1 - 1e-12));
          expect(hochberg[at]).toBeGreaterThanOrEqual(p);
          values.forEach((q, other) => {
            if (p < q) expect(holm[at]).toBeLessThanOrEqual(holm[other]!);
          });
        });
      }),
    );
  });

  it('ranks add up and do not depend on the order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 40 }), (values) => {
        const sum = midranks(values).reduce((total, rank) => total + rank, 0);
        expect(sum).toBe((values.length * (values.length + 1)) / 2);
      }),
    );
  });
});
