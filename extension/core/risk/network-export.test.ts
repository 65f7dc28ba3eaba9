import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prepareNetwork } from './network-evaluation.ts';
import { exportNetwork, type FloatNetwork } from './network-export.ts';
import { fixedPointNetworkSchema } from './risk-head.ts';

const number = (size: number) => fc.double({ min: -size, max: size, noNaN: true });

function layer(inputs: number, outputs: number) {
  return fc
    .tuple(
      fc.array(number(2), { minLength: inputs * outputs, maxLength: inputs * outputs }),
      fc.array(number(2), { minLength: outputs, maxLength: outputs }),
    )
    .map(([weights, biases]) => ({ outputs, weights: Float64Array.from(weights), biases: Float64Array.from(biases) }));
}

const source: fc.Arbitrary<FloatNetwork> = fc.tuple(layer(2, 5), layer(5, 4), layer(4, 1)).map((layers) => ({
  mean: Float64Array.of(2, -1),
  deviation: Float64Array.of(0.5, 3),
  layers,
}));

function logOdds({ mean, deviation, layers }: FloatNetwork, values: readonly number[]): number {
  let h = values.map((value, f) => (value - mean[f]!) / deviation[f]!);
  layers.forEach(({ outputs, weights, biases }, l) => {
    h = Array.from({ length: outputs }, (_, j) => {
      const sum = h.reduce((total, value, i) => total + weights[j * h.length + i]! * value, biases[j]!);
      return l < layers.length - 1 ? Math.max(0, sum) : sum;
    });
  });
  return h[0]!;
}

describe('rounding a network to fixed point', () => {
  const featureScales = [1000, 100];
  const box = [
    { lower: 0, upper: 4000 },
    { lower: 0, upper: 900 },
  ];

  it('keeps every score within the deviation that it reports, which is small', () => {
    fc.assert(
      fc.property(source, fc.nat(4000), fc.nat(900), (given, x, y) => {
        const outcome = exportNetwork(given, { featureScales, box });
        if (outcome.kind !== 'exported') throw new Error(outcome.reason);
        expect(fixedPointNetworkSchema.safeParse(outcome.network).success).toBe(true);
        const prepared = prepareNetwork(outcome.network, 2, 4000);
        if (prepared.kind !== 'ready') throw new Error(prepared.reason);
        const exact = 10_000 * logOdds(given, [x / 1000, y / 100]);
        const score = prepared.network.score([x, y]);
        expect(Math.abs(score - exact)).toBeLessThanOrEqual(outcome.largestDeviation + 1e-6);
        expect(outcome.largestDeviation).toBeLessThan(200);
      }),
      { numRuns: 200, seed: 21 },
    );
  });

  it('refuses what does not fit', () => {
    const one = (weight: number): FloatNetwork => ({
      mean: Float64Array.of(0, 0),
      deviation: Float64Array.of(1, 1),
      layers: [{ outputs: 1, weights: Float64Array.of(weight, 1), biases: Float64Array.of(0) }],
    });
    expect(exportNetwork(one(1), { featureScales, box }).kind).toBe('exported');
    for (const weight of [1e12, Infinity, NaN]) {
      expect(exportNetwork(one(weight), { featureScales, box })).toEqual({
        kind: 'unfit',
        reason: 'a number of layer 1 does not fit into 40 bits',
      });
    }
    expect(exportNetwork(one(1), { featureScales: [1], box }).kind).toBe('unfit');
    expect(exportNetwork({ ...one(1), layers: [] }, { featureScales, box }).kind).toBe('unfit');
  });
});
