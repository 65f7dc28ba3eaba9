import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import reference from '../../../test/fixtures/risk/calibration.json' with { type: 'json' };
import { brierScore, calibrated, fitIsotonic, reliabilityCurve } from './calibration.ts';

describe('against scikit-learn', () => {
  it.each(reference.cases.map((one, at) => [at, one] as const))('case %i', (_, one) => {
    const map = fitIsotonic(one.scores, one.failed)!;
    for (const [at, score] of one.grid.entries()) expect(calibrated(map, score)).toBeCloseTo(one.calibrated[at]!, 12);
    expect(brierScore(one.probabilities, one.failed)).toBeCloseTo(one.brier, 14);
    const bins = reliabilityCurve(one.probabilities, one.failed, 10, 0.95);
    expect(bins.map(({ observed }) => observed)).toEqual(one.observed);
    for (const [at, { predicted }] of bins.entries()) expect(predicted).toBeCloseTo(one.predicted[at]!, 12);
  });
});

const labelled = fc
  .array(fc.tuple(fc.integer({ min: -5, max: 5 }), fc.constantFrom(0, 1)), { minLength: 1, maxLength: 30 })
  .map((rows) => ({ scores: rows.map(([score]) => score), failed: rows.map(([, mark]) => mark) }));

describe('isotonic calibration', () => {
  it('never falls, keeps the number of failures, and does not depend on the order of rows', () => {
    fc.assert(
      fc.property(labelled, ({ scores, failed }) => {
        const map = fitIsotonic(scores, failed)!;
        const values = scores.map((score) => calibrated(map, score));
        const failures = failed.filter((mark) => mark === 1).length;
        expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(failures, 10);
        for (const [i, a] of scores.entries()) {
          for (const [j, b] of scores.entries()) if (a <= b) expect(values[i]!).toBeLessThanOrEqual(values[j]!);
        }
        expect(fitIsotonic(scores.toReversed(), failed.toReversed())).toEqual(map);
      }),
    );
  });

  it('takes unknown risk for certain failure', () => {
    const map = fitIsotonic([0, 1], [0, 1])!;
    expect([calibrated(map, NaN), calibrated(map, 0.25), calibrated(map, -9), calibrated(map, 9)]).toEqual([
      1, 0.25, 0, 1,
    ]);
    expect(fitIsotonic([0, NaN], [0, 1])).toBeNull();
    expect(fitIsotonic([], [])).toBeNull();
    const infinite = fitIsotonic([-Infinity, Infinity], [0, 1])!;
    expect(calibrated(infinite, 0)).toBe(1);
    expect(brierScore([NaN, 0], [0, 0])).toBe(0.5);
    expect(reliabilityCurve([NaN], [1], 4, 0.95)[0]).toMatchObject({ rows: 1, predicted: 1, observed: 1 });
  });
});
