import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import reference from '../../../test/fixtures/risk/logistic.json' with { type: 'json' };
import { randomStream } from '../random.ts';
import { trainLogisticHead } from './logistic-head.ts';
import { prepareNetwork } from './network-evaluation.ts';
import { fixedPointNetworkSchema } from './risk-head.ts';

/** Scaled features of very different sizes, one of them constant, and failures that lean on the first. */
function observations(rows: number, seed: number) {
  const random = randomStream(seed, 'logistic head');
  const columns = [20, 30_000, 2_000_000].map((size) =>
    Float64Array.from({ length: rows }, () => random.integer(size)),
  );
  columns.push(new Float64Array(rows).fill(7));
  const failed = Uint8Array.from(columns[0]!, (value) => (value + 20 * random.uniform() > 26 ? 1 : 0));
  return { columns, failed };
}

const box = [19, 29_999, 1_999_999, 7].map((upper) => ({ lower: 0, upper }));

describe('logistic regression as a risk head', () => {
  it('scores every point of the box within the deviation that it states', () => {
    const { columns, failed } = observations(300, 1);
    const head = trainLogisticHead(columns, failed, box);
    if (head.kind !== 'trained') throw new Error(head.kind);
    expect(fixedPointNetworkSchema.parse(head.network).layers).toHaveLength(1);
    expect(head.largestDeviation).toBeLessThan(2);
    const prepared = prepareNetwork(head.network, 4, 1_999_999);
    if (prepared.kind !== 'ready') throw new Error(prepared.reason);
    const { weights, means, deviations, intercept } = head.model;
    fc.assert(
      fc.property(fc.tuple(fc.nat(19), fc.nat(29_999), fc.nat(1_999_999), fc.constant(7)), (point) => {
        const odds = point.reduce((sum, x, f) => sum + (weights[f]! * (x - means[f]!)) / deviations[f]!, intercept);
        const score = prepared.network.score(point);
        expect(Number.isInteger(score)).toBe(true);
        expect(Math.abs(score - 10_000 * odds)).toBeLessThanOrEqual(head.largestDeviation + 1e-6);
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  it('says of scikit-learn’s rows what scikit-learn says', () => {
    const { columns, failed, weights, intercept } = reference.cases.find(
      (one) => one.l2 === 1 && one.failed.length >= 40,
    )!;
    const moments = columns.map((column) => {
      const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
      const square = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length;
      return { mean, deviation: Math.sqrt(square) };
    });
    const range = columns.map((column) => ({ lower: Math.min(...column), upper: Math.max(...column) }));
    const head = trainLogisticHead(columns, failed, range);
    if (head.kind !== 'trained') throw new Error(head.kind);
    const [layer] = head.network.layers;
    // What the integers stand for, read back: weights per unit of the column, and the intercept.
    const steps = 2 ** layer!.shift * head.network.scale;
    layer!.weights[0]!.forEach((weight, f) =>
      expect(weight / steps).toBeCloseTo(weights[f]! / moments[f]!.deviation, 5),
    );
    const bias = moments.reduce((sum, { mean, deviation }, f) => sum - (weights[f]! * mean) / deviation, intercept);
    expect(layer!.biases[0]! / steps).toBeCloseTo(bias, 5);
  });

  it('learns nothing from verdicts that are all alike, or few', () => {
    const { columns } = observations(60, 2);
    expect(trainLogisticHead(columns, new Uint8Array(60), box).kind).toBe('no-failures');
    expect(trainLogisticHead(columns, new Uint8Array(60).fill(1), box).kind).toBe('no-passes');
    const few = columns.map((column) => column.slice(0, 10));
    expect(
      trainLogisticHead(
        few,
        Uint8Array.from({ length: 10 }, (_, row) => row % 2),
        box,
      ),
    ).toEqual({
      kind: 'too-few-rows',
      rows: 10,
      needed: 40,
    });
  });
});
