import { describe, expect, it } from 'vitest';
import reference from '../../../test/fixtures/risk/logistic.json' with { type: 'json' };
import { exp, log1p } from '../statistics/elementary.ts';
import { logisticFunction, quickLogistic, softplus } from './logistic-function.ts';
import { fitLogistic, logisticOdds, logisticProbability } from './logistic-regression.ts';
import { solvePositiveDefinite } from './positive-definite.ts';

describe('logistic regression', () => {
  it.each(reference.cases.map((one, at) => [at, one] as const))('agrees with scikit-learn, case %i', (_, one) => {
    const model = fitLogistic(one.columns, one.failed, { l2: one.l2 });
    expect(model.isConverged).toBe(true);
    for (const [at, weight] of one.weights.entries()) expect(model.weights[at]).toBeCloseTo(weight, 8);
    expect(model.intercept).toBeCloseTo(one.intercept, 8);
  });

  it('stays finite where a plane separates failures from passes', () => {
    const x = Float64Array.from({ length: 40 }, (_, row) => row);
    const failed = x.map((value) => (value >= 20 ? 1 : 0));
    const model = fitLogistic([x], failed, { l2: 1e-6 });
    expect(model.isConverged).toBe(true);
    const odds = logisticOdds(model, [x]);
    expect(odds.every((value, row) => Number.isFinite(value) && value > 0 === (failed[row] === 1))).toBe(true);
  });

  it('is the base rate for a single class, and for columns that say nothing', () => {
    const constant = [5, 5, 5, 5];
    expect(logisticProbability(fitLogistic([constant], [0, 0, 0, 0]), [constant])[0]).toBeCloseTo(0.1, 12);
    expect(logisticProbability(fitLogistic([constant], [0, 1, 0, 0]), [constant])[0]).toBeCloseTo(0.25, 12);
    expect(() => fitLogistic([constant], [0, 1, 0, 0], { l2: 0 })).toThrow('positive');
  });

  it('puts missing values at the mean', () => {
    const model = fitLogistic([[1, 2, 3, NaN, 6, 3]], [0, 0, 1, 0, 1, 1]);
    expect(model.means[0]).toBe(3);
    const [missing, mean] = logisticOdds(model, [[NaN, 3]]);
    expect(missing).toBe(mean);
  });
});

describe('the logistic function', () => {
  it('is accurate in both of its forms', () => {
    for (let x = -45; x <= 45; x += 0.0371) {
      const expected = x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
      expect(Math.abs(logisticFunction(x) / expected - 1)).toBeLessThan(3e-15);
      expect(Math.abs(quickLogistic(x) - expected)).toBeLessThan(1e-13);
      expect(softplus(x)).toBeCloseTo(x > 0 ? x + log1p(exp(-x)) : Math.log1p(Math.exp(x)), 13);
    }
    expect([logisticFunction(800), logisticFunction(-800), quickLogistic(Infinity), quickLogistic(-Infinity)]).toEqual([
      1, 0, 1, 0,
    ]);
    expect([logisticFunction(NaN), quickLogistic(NaN)]).toEqual([NaN, NaN]);
  });
});

describe('a positive definite system', () => {
  it('is solved, and anything else is refused', () => {
    expect(Array.from(solvePositiveDefinite(Float64Array.of(4, 2, 2, 5), Float64Array.of(2, 9))!)).toEqual([-0.5, 2]);
    expect(solvePositiveDefinite(Float64Array.of(1, 2, 2, 1), Float64Array.of(1, 1))).toBeNull();
    expect(solvePositiveDefinite(Float64Array.of(NaN), Float64Array.of(1))).toBeNull();
  });
});
