import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tailAtMost } from './exact-binomial.ts';
import { trialsNeededAtShare } from './trials-at-share.ts';

const SIGNIFICANCE = { numerator: 1, denominator: 20 };

/** The same by trying every number of trials. */
function bySearch(failures: number, trials: number, percent: number, limit: number) {
  for (let n = trials; n <= limit; n++) {
    const k = Math.ceil((failures * n) / trials);
    if (tailAtMost(k, n, { numerator: percent, denominator: 100 }, SIGNIFICANCE)) return { trials: n, failures: k };
  }
  return null;
}

describe('trials needed at an unchanged share of failures', () => {
  it('are the fewest that suffice', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 5, max: 60 }),
        fc.integer({ min: 10, max: 60 }),
        (failures, trials, percent) => {
          const limit = 300;
          const found = trialsNeededAtShare(failures, trials, { numerator: percent, denominator: 100 }, SIGNIFICANCE);
          const searched = bySearch(failures, trials, percent, limit);
          if (searched !== null) expect(found).toEqual(searched);
          else if (found !== null) expect(found.trials).toBeGreaterThan(limit);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are none where the share is not below the rate, or nothing failed', () => {
    const rate = { numerator: 1, denominator: 10 };
    expect(trialsNeededAtShare(2, 20, rate, SIGNIFICANCE)).toBeNull();
    expect(trialsNeededAtShare(0, 20, rate, SIGNIFICANCE)).toBeNull();
    expect(trialsNeededAtShare(99, 1000, rate, SIGNIFICANCE)).toBeNull();
  });
});
