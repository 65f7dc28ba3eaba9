import { describe, expect, it } from 'vitest';
import { LARGEST_CELL } from './certificate.ts';
import { conformalClaim } from './conformal-claim.ts';
import { scaledThreshold } from './criterion.ts';

const steps = (bound: number): number | null => scaledThreshold(bound, 10_000);
const miscoverage = { numerator: 1, denominator: 10 };

describe('conformal claims', () => {
  it('are the rank’s error where the user states no bound', () => {
    const errors = Array.from({ length: 19 }, (_, at) => 19 - at);
    expect(conformalClaim({ miscoverage: 0.1 }, errors, steps)).toEqual({
      kind: 'claimed',
      claim: { miscoverage, bound: 18 },
    });
  });

  it('are the user’s own bound, whatever the data say', () => {
    const stated = { kind: 'claimed', claim: { miscoverage, bound: 5000 } };
    expect(conformalClaim({ miscoverage: 0.1, bound: 0.5 }, [], steps)).toEqual(stated);
    expect(conformalClaim({ miscoverage: 0.1, bound: 0.5 }, [LARGEST_CELL], steps)).toEqual(stated);
    expect(conformalClaim({ miscoverage: 0.1, bound: 0.50005 }, [], steps)).toEqual({ kind: 'coarse' });
  });

  it('are none with too few structures, and say how many it takes', () => {
    expect(conformalClaim({ miscoverage: 0.1 }, new Array<number>(8).fill(1), steps)).toEqual({
      kind: 'too-few',
      inside: 8,
      needed: 9,
    });
    expect(conformalClaim({ miscoverage: 0.1 }, new Array<number>(9).fill(1), steps).kind).toBe('claimed');
  });

  it('are none where the rank falls on a structure without a prediction, or nothing is wanted', () => {
    expect(conformalClaim({ miscoverage: 0.1 }, new Array<number>(9).fill(LARGEST_CELL), steps)).toEqual({
      kind: 'unbounded',
    });
    expect(conformalClaim(null, [1], steps)).toEqual({ kind: 'none-wanted' });
  });
});
