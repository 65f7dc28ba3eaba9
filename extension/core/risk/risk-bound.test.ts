import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { riskOfScore, scoreOfRisk } from './risk-bound.ts';

const SCALE = 10_000;

describe('scores and probabilities', () => {
  it('agree where the logarithm is known', () => {
    expect(scoreOfRisk({ numerator: 1, denominator: 2 }, SCALE)).toBe(0);
    // ln 9 = 2.19722457…
    expect(scoreOfRisk({ numerator: 9, denominator: 10 }, SCALE)).toBe(21_972);
    expect(scoreOfRisk({ numerator: 1, denominator: 10 }, SCALE)).toBe(-21_973);
    // ln(1/999999999) = −20.723265835…
    expect(scoreOfRisk({ numerator: 1, denominator: 1_000_000_000 }, SCALE)).toBe(-207_233);
  });

  it('never allow a score that stands for more than the probability', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999 }), (millionths) => {
        const score = scoreOfRisk({ numerator: millionths, denominator: 1_000_000 }, SCALE);
        const odds = millionths / (1_000_000 - millionths);
        expect(Math.exp(score / SCALE)).toBeLessThanOrEqual(odds * (1 + 1e-12));
        expect(Math.exp((score + 1) / SCALE)).toBeGreaterThan(odds * (1 - 1e-12));
      }),
    );
  });

  it('find the smallest probability, in hundredths of a percent, for a score', () => {
    fc.assert(
      fc.property(fc.integer({ min: -80_000, max: 80_000 }), (score) => {
        const risk = riskOfScore(score, SCALE)!;
        expect(scoreOfRisk(risk, SCALE)).toBeGreaterThanOrEqual(score);
        if (risk.numerator > 1)
          expect(scoreOfRisk({ ...risk, numerator: risk.numerator - 1 }, SCALE)).toBeLessThan(score);
      }),
    );
    expect(riskOfScore(200_000, SCALE)).toBeNull();
  });
});
