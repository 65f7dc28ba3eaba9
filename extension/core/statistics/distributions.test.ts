import { describe, expect, it } from 'vitest';
import reference from '../../../test/fixtures/statistics/distributions.json' with { type: 'json' };
import { binomialCdf, binomialProbability } from './binomial.ts';
import { failureRateInterval, lowerFailureRate, upperFailureRate } from './clopper-pearson.ts';
import { normalCdf, normalQuantile } from './normal.ts';

function expectRelative(actual: number, expected: number, tolerance: number, what: string): void {
  const error = actual === expected ? 0 : Math.abs(actual - expected) / Math.abs(expected);
  expect(error, `${what}: ${actual} instead of ${expected}`).toBeLessThan(tolerance);
}

describe('against SciPy', () => {
  it('normal distribution and its inverse', () => {
    for (const { x, value } of reference.normalCdf) expectRelative(normalCdf(x), value, 1e-12, `Φ(${x})`);
    for (const { p, value } of reference.normalQuantile) {
      const actual = normalQuantile(p);
      expect(Math.abs(actual - value), `Φ⁻¹(${p}) = ${actual}`).toBeLessThan(1e-11 * Math.max(1, Math.abs(value)));
    }
  });

  it('binomial distribution', () => {
    for (const { k, n, p, probability, cdf } of reference.binomial) {
      expectRelative(binomialProbability(k, n, p), probability, 1e-11, `P(${k}; ${n}, ${p})`);
      expectRelative(binomialCdf(k, n, p), cdf, 1e-11, `F(${k}; ${n}, ${p})`);
    }
  });

  it('Clopper–Pearson bounds', () => {
    for (const { failures, trials, significance, upper, lower } of reference.clopperPearson) {
      const what = `${failures}/${trials} at ${significance}`;
      expectRelative(upperFailureRate(failures, trials, significance), upper, 1e-10, what);
      expect(Math.abs(lowerFailureRate(failures, trials, significance) - lower), what).toBeLessThan(1e-10);
    }
  });
});

describe('edges', () => {
  it('normal', () => {
    expect([normalQuantile(0), normalQuantile(1), normalQuantile(0.5)]).toEqual([-Infinity, Infinity, 0]);
    expect([normalQuantile(-0.1), normalQuantile(1.1), normalQuantile(NaN), normalCdf(NaN)]).toEqual([
      NaN,
      NaN,
      NaN,
      NaN,
    ]);
    expect([normalCdf(-Infinity), normalCdf(Infinity)]).toEqual([0, 1]);
  });

  it('says nothing about a failure rate where there is nothing to go by', () => {
    expect(failureRateInterval(0, 0, 0.95)).toEqual({ lower: 0, upper: 1 });
    expect(failureRateInterval(NaN, 10, 0.95)).toEqual({ lower: 0, upper: 1 });
    expect(failureRateInterval(3, NaN, 0.95)).toEqual({ lower: 0, upper: 1 });
    expect(failureRateInterval(11, 10, 0.95)).toEqual({ lower: 0, upper: 1 });
    expect(failureRateInterval(3, 10, NaN)).toEqual({ lower: 0, upper: 1 });
    expect(upperFailureRate(10, 10, 0.05)).toBe(1);
  });

  it('bounds fall with trials and rise with failures', () => {
    for (let trials = 2; trials < 80; trials += 7) {
      for (let failures = 0; failures < trials - 1; failures++) {
        expect(upperFailureRate(failures, trials, 0.05)).toBeLessThan(upperFailureRate(failures + 1, trials, 0.05));
        expect(upperFailureRate(failures, trials + 1, 0.05)).toBeLessThan(upperFailureRate(failures, trials, 0.05));
      }
    }
  });
});
