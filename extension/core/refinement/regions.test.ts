import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import reference from '../../../test/fixtures/refinement/regions.json' with { type: 'json' };
import type { Round } from '../certificate.ts';
import { randomStream } from '../random.ts';
import { isInHull } from './hull-membership.ts';
import { evaluateRefinement, type RefinementEvidence } from './refinement-evaluation.ts';
import { refinementReportSchema, type RefinementReport } from './refinement-report.ts';
import { regionScores } from './region-scores.ts';

describe('membership of a convex hull', () => {
  it.each(reference.hulls)('is that of SciPy in $dimensions dimensions', ({ dimensions, points, asked, inside }) => {
    const flat = Float64Array.from(points);
    const count = flat.length / dimensions;
    const wanted = Float64Array.from(asked);
    expect(inside.map((_, at) => isInHull(flat, count, wanted, at * dimensions, dimensions))).toEqual(inside);
    // A vertex is inside; nothing is inside of nothing.
    expect(isInHull(flat, count, flat, 3 * dimensions, dimensions)).toBe(true);
    expect(isInHull(flat, 0, wanted, 0, dimensions)).toBe(false);
  });

  it('is an interval in one dimension, with repeated points as well', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 9 }),
        fc.integer({ min: -11, max: 11 }),
        (points, asked) => {
          const isInside = asked >= Math.min(...points) && asked <= Math.max(...points);
          expect(isInHull(Float64Array.from(points), points.length, Float64Array.of(asked), 0, 1)).toBe(isInside);
        },
      ),
    );
  });
});

describe('scores of regions', () => {
  it('measure neighbours as scikit-learn does', () => {
    const { columns, passing, asked, distances } = reference.neighbours;
    const { nearestNeighbours } = regionScores(columns, Int32Array.from(passing), Int32Array.from(asked));
    for (const [at, expected] of distances.entries()) expect(nearestNeighbours[at]).toBeCloseTo(expected, 10);
  });

  it('nest: quantile boxes by what they cut off, hulls by how many points they take', () => {
    const column = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 4.5, 9, 9.5];
    const passing = Int32Array.from({ length: 10 }, (_, row) => row);
    const { quantileBox, convexHull } = regionScores([column], passing, Int32Array.of(10, 11, 12));
    // 4.5 is inside until four are cut off at either end, which leaves 4 to 5.
    expect(quantileBox[0]).toBeCloseTo(0.2);
    expect(quantileBox[1]).toBeCloseTo(1);
    expect(quantileBox[2]).toBe(2);
    expect(convexHull[0]).toBe(2);
    expect(convexHull[1]).toBe(10);
    expect(convexHull[2]).toBe(Infinity);
  });
});

function finished(steps: Generator<number, RefinementReport>): RefinementReport {
  let last = 0;
  for (;;) {
    const step = steps.next();
    if (step.done === true) return refinementReportSchema.parse(step.value);
    expect(step.value).toBeGreaterThanOrEqual(last);
    expect(step.value).toBeLessThanOrEqual(1 + 1e-9);
    last = step.value;
  }
}

/** Errors grow along a slanted line of two features, the third says nothing. */
function evidence(rows: number): RefinementEvidence {
  const random = randomStream(2, 'regions');
  const features = [0, 1, 2].map(() => Array.from({ length: rows }, () => random.integer(1000)));
  const error = features[0]!.map((value, row) => value + (features[1]![row]! > 800 ? 600 : 0) + random.integer(100));
  const bound = { value: 0, percentile: null, bca: null };
  const round: Round = {
    box: features.map(() => ({ lower: 0, upper: 999 })),
    bounds: features.map(() => ({ lower: bound, upper: bound })),
    compression: [0, 0, 0],
    tested: rows,
    failed: 3,
    discovered: 3,
    coverage: 1,
  };
  return {
    family: null,
    features: ['a', 'b', 'c'].map((id) => ({ id, unit: '1' })),
    rounds: [round],
    search: { features, error },
    criterion: { scale: 1000, scaledThreshold: 600 },
    claim: {
      violations: 0,
      minimumInside: 20,
      slabs: 2,
      minimumPerSlab: 1,
      failureRate: { numerator: 1, denominator: 10 },
      significance: { numerator: 1, denominator: 20 },
      confidence: { numerator: 19, denominator: 20 },
    },
    keys: null,
  };
}

describe('the evaluation of a refinement', () => {
  const quick = { seeds: 2, thresholds: [0.5, 1.5], replicates: 200, attempts: 10, folds: 4 };
  const report = finished(evaluateRefinement(evidence(600), quick));

  it('is at the same place for other seeds, and moves with the threshold', () => {
    const { seeds, thresholds, coverage } = report.sensitivity;
    expect(seeds.map(({ value }) => value)).toEqual([1, 2]);
    for (const { overlap } of seeds) expect(overlap).toBeGreaterThan(0.7);
    const [low, high] = thresholds;
    expect([low!.value, high!.value]).toEqual([0.3, 0.9]);
    expect(low!.failureRate).toBeGreaterThan(high!.failureRate);
    expect(low!.coverage).toBeLessThan(coverage);
    expect(high!.coverage).toBeGreaterThan(coverage);
    expect(low!.overlap).toBeLessThan(1);
  });

  it('holds fewer failures than simpler regions of its own coverage, where failures follow the features', () => {
    const [envelope, ...simple] = report.alternatives!.regions;
    expect(envelope!.difference).toBeNull();
    expect(envelope!.coverage).toBeGreaterThan(0.3);
    for (const { method, inside, difference } of simple) {
      if (method !== 'convex-hull') expect(inside).toBe(envelope!.inside);
      expect(inside).toBeLessThanOrEqual(envelope!.inside);
      expect(difference!.value).toBeGreaterThan(0);
    }
    const { value, interval } = simple[0]!.difference!;
    expect(interval!.lower).toBeLessThan(value);
    expect(interval!.upper).toBeGreaterThan(value);
  });

  it('gives its rounds as they are, and no comparison where there is too little to hold out', () => {
    expect(report.rounds[0]).toMatchObject({ round: 1, tested: 600, passRate: 0.995 });
    const few = finished(evaluateRefinement(evidence(60), quick));
    expect(few.alternatives).toBeNull();
    expect(finished(evaluateRefinement(evidence(300), { ...quick, mostRows: 100 })).alternatives!.rows).toBe(100);
  });
});
