import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { randomStream } from '../random.ts';
import { proportionRatioInterval } from './proportion-ratio.ts';

interface Fixture {
  readonly confidence: number;
  readonly cases: readonly {
    readonly successes: number;
    readonly trials: number;
    readonly baseSuccesses: number;
    readonly baseTrials: number;
    readonly lower: number;
    readonly upper: number;
  }[];
}

const fixture = JSON.parse(
  readFileSync(new URL('../../../test/fixtures/strategies/proportions.json', import.meta.url), 'utf8'),
) as Fixture;

describe('ratio of two proportions', () => {
  it.each(fixture.cases)(
    '$successes/$trials over $baseSuccesses/$baseTrials is as SciPy’s optimiser has it',
    (each) => {
      const interval = proportionRatioInterval(
        { successes: each.successes, trials: each.trials },
        { successes: each.baseSuccesses, trials: each.baseTrials },
        fixture.confidence,
      );
      expect(Math.abs(interval.lower / each.lower - 1)).toBeLessThan(1e-5);
      expect(Math.abs(interval.upper / each.upper - 1)).toBeLessThan(1e-5);
    },
  );

  it('has the inverse ends for the inverse ratio', () => {
    const one = { successes: 30, trials: 120 };
    const other = { successes: 12, trials: 200 };
    const there = proportionRatioInterval(one, other, 0.9);
    const back = proportionRatioInterval(other, one, 0.9);
    expect(there.lower * back.upper).toBeCloseTo(1, 9);
    expect(there.upper * back.lower).toBeCloseTo(1, 9);
  });

  it('is open where successes are missing', () => {
    const none = { successes: 0, trials: 50 };
    const some = { successes: 6, trials: 50 };
    expect(proportionRatioInterval(none, some, 0.95).lower).toBe(0);
    expect(proportionRatioInterval(none, some, 0.95).upper).toBeLessThan(1);
    expect(proportionRatioInterval(some, none, 0.95).upper).toBe(Infinity);
    expect(proportionRatioInterval(some, none, 0.95).lower).toBeGreaterThan(1);
    expect(proportionRatioInterval(none, none, 0.95)).toEqual({ lower: 0, upper: Infinity });
  });

  it('copes with nothing but successes', () => {
    const { lower, upper } = proportionRatioInterval({ successes: 9, trials: 9 }, { successes: 20, trials: 20 }, 0.95);
    expect(lower).toBeLessThan(1);
    expect(lower).toBeGreaterThan(0.5);
    expect(upper).toBeGreaterThan(1);
    expect(upper).toBeLessThan(2);
  });

  it('covers the true ratio about as often as it says', () => {
    const random = randomStream(12, 'coverage');
    const draw = (trials: number, rate: number): number => {
      let successes = 0;
      for (let trial = 0; trial < trials; trial++) if (random.uniform() < rate) successes++;
      return successes;
    };
    let covered = 0;
    for (let trial = 0; trial < 1000; trial++) {
      const { lower, upper } = proportionRatioInterval(
        { successes: draw(80, 0.15), trials: 80 },
        { successes: draw(120, 0.05), trials: 120 },
        0.95,
      );
      if (lower <= 3 && 3 <= upper) covered++;
    }
    expect(covered).toBeGreaterThan(930);
    expect(covered).toBeLessThan(985);
  });
});
