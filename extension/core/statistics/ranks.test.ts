import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conformalRank, conformalSamplesMissing, conformalSamplesNeeded } from './conformal-rank.ts';
import { percentileRanks } from './percentile-ranks.ts';

const share = fc
  .tuple(fc.integer({ min: 1, max: 999 }), fc.constantFrom(1000, 1_000_000_000))
  .map(([thousandths, denominator]) => ({ numerator: (thousandths * denominator) / 1000, denominator }));

describe('percentile ranks', () => {
  it('are whole where the textbook says so', () => {
    expect(percentileRanks(999, { numerator: 19, denominator: 20 })).toEqual({ lower: 25, upper: 975 });
    expect(percentileRanks(1000, { numerator: 19, denominator: 20 })).toEqual({ lower: 25, upper: 976 });
    expect(percentileRanks(999, { numerator: 9, denominator: 10 })).toEqual({ lower: 50, upper: 950 });
    expect(percentileRanks(3, { numerator: 99, denominator: 100 })).toEqual({ lower: 1, upper: 3 });
  });

  it('lie among the replicates, symmetrically', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), share, (size, confidence) => {
        const { lower, upper } = percentileRanks(size, confidence);
        expect(lower).toBeGreaterThanOrEqual(1);
        expect(upper).toBeLessThanOrEqual(size);
        expect(lower).toBeLessThanOrEqual(upper);
        expect(Math.abs(lower + upper - (size + 1))).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('conformal ranks', () => {
  it('say from how many samples on there is one', () => {
    expect(conformalSamplesNeeded({ numerator: 1, denominator: 10 })).toBe(9);
    fc.assert(
      fc.property(share, (miscoverage) => {
        const needed = conformalSamplesNeeded(miscoverage);
        expect(conformalRank(needed, miscoverage)).toBeLessThanOrEqual(needed);
        if (needed > 0) expect(conformalRank(needed - 1, miscoverage)).toBeGreaterThan(needed - 1);
      }),
    );
  });

  it('say how many samples within the bound are missing', () => {
    fc.assert(
      fc.property(share, fc.nat(300), fc.nat(300), (miscoverage, within, beyond) => {
        const samples = within + beyond;
        const missing = conformalSamplesMissing(within, samples, miscoverage);
        expect(within + missing).toBeGreaterThanOrEqual(conformalRank(samples + missing, miscoverage));
        if (missing > 0) expect(within + missing - 1).toBeLessThan(conformalRank(samples + missing - 1, miscoverage));
      }),
    );
  });
});
