import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import reference from '../../../test/fixtures/risk/ranking.json' with { type: 'json' };
import { randomStream } from '../random.ts';
import { delongInterval, delongTest } from './delong.ts';
import { areaBootstrap, areaUnderRoc, precisionAtTop } from './ranking.ts';
import { riskCoverage } from './risk-coverage.ts';

const options = { replicates: 500, confidence: 0.95, jackknifeBlocks: 200 };

describe('against scikit-learn and the definitions in NumPy', () => {
  it.each(reference.cases.map((one, at) => [at, one] as const))('case %i', (_, one) => {
    const { failed, first, second } = one;
    expect(areaUnderRoc(first, failed)).toBeCloseTo(one.areas[0]!, 14);
    const test = delongTest(first, second, failed, 0.95);
    expect(test.first.area).toBeCloseTo(one.areas[0]!, 14);
    expect(test.second.area).toBeCloseTo(one.areas[1]!, 14);
    expect(test.first.standardError).toBeCloseTo(one.standardErrors[0]!, 13);
    expect(test.second.standardError).toBeCloseTo(one.standardErrors[1]!, 13);
    expect(Math.abs(test.pValue! / one.pValue - 1)).toBeLessThan(1e-9);
    const curve = riskCoverage(first, failed)!;
    // The means over 20,000 orders of equal scores have standard errors of at most 0.0035 and 0.015.
    const near = one.isExact ? 1e-5 : 0.018;
    for (let at = 0; at < failed.length; at++) {
      expect(Math.abs(curve.risk[at]! - one.riskMonteCarlo[at]!)).toBeLessThan(near);
      const top = precisionAtTop(first, failed, (at + 1) / failed.length);
      if (top.rows === at + 1) expect(Math.abs(top.precision - one.topMonteCarlo[at]!)).toBeLessThan(near);
    }
    expect(curve.area).toBeCloseTo(one.riskMonteCarlo.reduce((sum, risk) => sum + risk, 0) / failed.length, 3);
  });
});

/** All pairs, as the definition says. */
function areaByPairs(scores: readonly number[], failed: readonly number[]): number {
  let wins = 0;
  let pairs = 0;
  for (const [i, a] of scores.entries()) {
    for (const [j, b] of scores.entries()) {
      if (failed[i] === 0 || failed[j] !== 0) continue;
      pairs++;
      wins += a > b ? 1 : a === b ? 0.5 : 0;
    }
  }
  return wins / pairs;
}

const labelled = fc
  .array(fc.tuple(fc.constantFrom(-Infinity, -1, -0, 0, 0.5, 2, Infinity), fc.constantFrom(0, 1)), {
    minLength: 1,
    maxLength: 40,
  })
  .map((rows) => ({ scores: rows.map(([score]) => score), failed: rows.map(([, mark]) => mark) }));

describe('the area under the ROC curve', () => {
  it('is the share of pairs in the right order, whatever the ties, infinities and signs of zero', () => {
    fc.assert(
      fc.property(labelled, ({ scores, failed }) => {
        const expected = areaByPairs(scores, failed);
        const actual = areaUnderRoc(scores, failed);
        if (Number.isNaN(expected)) expect(actual).toBeNaN();
        else expect(actual).toBeCloseTo(expected, 12);
        // Turned around, it is the rest.
        const turned = areaUnderRoc(
          scores.map((score) => -score),
          failed,
        );
        if (!Number.isNaN(expected)) expect(turned).toBeCloseTo(1 - expected, 12);
      }),
    );
  });

  it('is nothing where a score is NaN', () => {
    expect(areaUnderRoc([1, NaN, 3], [0, 1, 1])).toBeNaN();
    expect(delongInterval([1, NaN, 3], [0, 1, 1], 0.95)).toEqual({ area: NaN, standardError: null, interval: null });
    expect(delongTest([1, NaN], [1, 2], [0, 1], 0.95).pValue).toBeNull();
    expect(riskCoverage([NaN], [1])).toBeNull();
    expect(precisionAtTop([1, NaN], [1, 1], 0.5).precision).toBeNaN();
    expect(areaBootstrap([1, NaN], [1, 0], options, randomStream(1)).percentile).toBeNull();
  });

  it('compares a score with itself as equal', () => {
    const { first, failed } = reference.cases[0]!;
    const test = delongTest(first, first, failed, 0.95);
    expect([test.difference, test.pValue]).toEqual([0, 1]);
    expect(test.interval).toEqual({ lower: 0, upper: 0 });
  });

  it('has bootstrap intervals near those of DeLong on a sample of fair size', () => {
    const { first, failed } = reference.cases[1]!;
    const drawn = areaBootstrap(first, failed, { ...options, replicates: 4000 }, randomStream(3));
    const formula = delongInterval(first, failed, 0.95);
    expect(drawn.estimate).toBe(formula.area);
    expect(Math.abs(drawn.percentile!.lower - formula.interval!.lower)).toBeLessThan(0.01);
    expect(Math.abs(drawn.percentile!.upper - formula.interval!.upper)).toBeLessThan(0.01);
    expect(drawn.bca).not.toBeNull();
  });
});

describe('selecting by risk', () => {
  it('ends at the overall failure rate and says nothing without scores', () => {
    fc.assert(
      fc.property(labelled, ({ scores, failed }) => {
        const rate = failed.filter((mark) => mark === 1).length / failed.length;
        const curve = riskCoverage(scores, failed)!;
        expect(curve.risk.at(-1)).toBeCloseTo(rate, 12);
        expect(precisionAtTop(scores, failed, 1).precision).toBeCloseTo(rate, 12);
        expect(riskCoverage(new Float64Array(failed.length), failed)!.area).toBeCloseTo(rate, 12);
      }),
    );
  });
});
