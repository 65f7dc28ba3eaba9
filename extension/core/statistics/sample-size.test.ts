import { describe, expect, it } from 'vitest';
import reference from '../../../test/fixtures/statistics/sample-size.json' with { type: 'json' };
import { rationalFromDecimal } from '../rational.ts';
import { expectedFailureRate, sampleSizes } from './sample-size.ts';

describe('sample-size planning', () => {
  it('needs as many structures as SciPy counts up to, and works out as often as its binomial says', () => {
    for (const { rate, significance, failures, needed, expectedRate, chance } of reference.cases) {
      const sizes = sampleSizes(
        { failures, inside: failures },
        rationalFromDecimal(rate)!,
        rationalFromDecimal(significance)!,
        expectedRate,
        1,
      );
      expect(sizes[0]).toMatchObject({ failures, needed, more: needed - failures });
      expect(sizes[0]!.chance).toBeCloseTo(chance, 12);
    }
  });

  it('counts what is there: the textbook 299 structures for 1 % at 95 %', () => {
    const sizes = sampleSizes(
      { failures: 0, inside: 250 },
      { numerator: 1, denominator: 100 },
      { numerator: 1, denominator: 20 },
      null,
    );
    expect(sizes[0]).toEqual({ failures: 0, needed: 299, more: 49, chance: null });
    expect(sizes.map(({ failures }) => failures)).toEqual([0, 1, 2, 3, 4]);
    const enough = sampleSizes(
      { failures: 0, inside: 400 },
      { numerator: 1, denominator: 100 },
      { numerator: 1, denominator: 20 },
      null,
      1,
    );
    expect(enough[0]!.more).toBe(0);
  });

  it('gives up beyond a million structures', () => {
    const tiny = { numerator: 1, denominator: 1_000_000_000 };
    expect(sampleSizes({ failures: 0, inside: 0 }, tiny, { numerator: 1, denominator: 20 }, null)).toEqual([]);
  });

  it('expects a rate only where something was seen', () => {
    expect(expectedFailureRate(0, 0)).toBeNull();
    expect(expectedFailureRate(1, 9)).toBeCloseTo(0.15);
  });
});
