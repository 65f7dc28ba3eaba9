import { describe, expect, it } from 'vitest';
import { randomStream } from '../random.ts';
import { conformalBound, mondrianBounds } from './conformal-bounds.ts';

const tenth = { numerator: 1, denominator: 10 };

describe('split-conformal bounds', () => {
  it('are the rank that the textbook says, fail closed on NaN, and say how many are missing', () => {
    const errors = Array.from({ length: 19 }, (_, at) => 19 - at);
    expect(conformalBound(errors, tenth)).toEqual({ kind: 'bounded', samples: 19, rank: 18, bound: 18 });
    expect(conformalBound([...errors.slice(2), NaN, NaN], tenth)).toEqual({ kind: 'unbounded', samples: 19, rank: 18 });
    expect(conformalBound([1, 2], tenth)).toEqual({ kind: 'too-few', samples: 2, needed: 9 });
  });

  it('keep their promise within each group, where the marginal one breaks it', () => {
    // A fifth of the structures have errors ten times as large: the marginal bound fails for nearly half of them.
    const random = randomStream(3, 'mondrian');
    const draw = (): { group: string; error: number } => {
      const group = random.uniform() < 0.2 ? 'halide' : 'oxide';
      return { group, error: random.uniform() * (group === 'halide' ? 10 : 1) };
    };
    const misses = { marginal: 0, own: 0, halides: 0 };
    for (let run = 0; run < 400; run++) {
      const sample = Array.from({ length: 100 }, draw);
      const bounds = mondrianBounds(
        sample.map(({ error }) => error),
        sample.map(({ group }) => group),
        tenth,
      );
      const own = bounds.groups.find(({ group }) => group === 'halide')!.bound;
      const { marginal } = bounds;
      if (own.kind !== 'bounded' || marginal.kind !== 'bounded') continue;
      for (let trial = 0; trial < 20; trial++) {
        const { group, error } = draw();
        if (group !== 'halide') continue;
        misses.halides++;
        if (error > marginal.bound) misses.marginal++;
        if (error > own.bound) misses.own++;
      }
    }
    expect(misses.halides).toBeGreaterThan(1000);
    expect(misses.marginal / misses.halides).toBeGreaterThan(0.3);
    // Four standard errors above the promise.
    expect(misses.own / misses.halides).toBeLessThan(0.1 + 4 * Math.sqrt(0.09 / misses.halides));
  });
});
