import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box } from '../certificate.ts';
import { networkFault, prepareNetwork } from './network-evaluation.ts';
import { searchNetwork, type NetworkSearchOutcome } from './network-search.ts';
import type { FixedPointNetwork } from './risk-head.ts';
import { partsOf } from './universal-search.ts';

/** A network of two inputs and one hidden layer: score = ⌊(3 max(0, x − y) − 2 max(0, ⌊(x + y − 9) / 2⌋) − 1) / 2⌋. */
const small: FixedPointNetwork = {
  kind: 'network',
  scale: 1,
  layers: [
    {
      weights: [
        [2, -2],
        [1, 1],
      ],
      biases: [0, -9],
      shift: 1,
    },
    { weights: [[3, -2]], biases: [-1], shift: 1 },
  ],
};

const weight = (size: number) => fc.integer({ min: -size, max: size });

function network(inputs: number, size: number): fc.Arbitrary<FixedPointNetwork> {
  const layer = (from: number, to: number) =>
    fc.record({
      weights: fc.array(fc.array(weight(size), { minLength: from, maxLength: from }), { minLength: to, maxLength: to }),
      biases: fc.array(weight(size * 4), { minLength: to, maxLength: to }),
      shift: fc.integer({ min: 0, max: 3 }),
    });
  return fc
    .tuple(layer(inputs, 3), layer(3, 2), layer(2, 1))
    .map((layers) => ({ kind: 'network', scale: 1, layers }) as const);
}

const smallBox = (inputs: number): fc.Arbitrary<Box> =>
  fc.array(
    fc.tuple(fc.nat(9), fc.nat(4)).map(([lower, width]) => ({ lower, upper: lower + width })),
    { minLength: inputs, maxLength: inputs },
  );

function* points(box: Box): Generator<number[]> {
  const [first, ...rest] = box;
  if (first === undefined) yield [];
  else for (let v = first.lower; v <= first.upper; v++) for (const tail of points(rest)) yield [v, ...tail];
}

/** The definition, in bigints and without sharing a line with what is tested. */
function slowScore({ layers }: FixedPointNetwork, point: readonly number[]): bigint {
  const floorDivide = (a: bigint, b: bigint): bigint => (a - (((a % b) + b) % b)) / b;
  let values = point.map(BigInt);
  layers.forEach(({ weights, biases, shift }, l) => {
    values = weights.map((row, j) => {
      const sum = row.map((w, i) => BigInt(w) * values[i]!).reduce((a, b) => a + b, BigInt(biases[j]!));
      const value = floorDivide(sum, 2n ** BigInt(shift));
      return l < layers.length - 1 && value < 0n ? 0n : value;
    });
  });
  return values[0]!;
}

function ready(of: FixedPointNetwork, features: number, largest: number) {
  const outcome = prepareNetwork(of, features, largest);
  if (outcome.kind !== 'ready') throw new Error(outcome.reason);
  return outcome.network;
}

function finish(request: Parameters<typeof searchNetwork>[0]): NetworkSearchOutcome {
  const search = searchNetwork(request);
  for (;;) {
    const step = search.next();
    if (step.done === true) return step.value;
  }
}

describe('a network in fixed point', () => {
  it('has the scores that its definition gives', () => {
    const { score } = ready(small, 2, 20);
    // x − y = 3; ⌊(7 + 4 − 9) / 2⌋ = 1; ⌊(9 − 2 − 1) / 2⌋ = 3.
    expect(score([7, 4])).toBe(3);
    // Rounding goes down, also below 0: ⌊−1 / 2⌋ = −1.
    expect(score([0, 0])).toBe(-1);
  });

  it('is evaluated alike with doubles and with bigints, whatever the size of the weights', () => {
    fc.assert(
      fc.property(
        fc.boolean().chain((large) => network(3, large ? 2 ** 40 - 1 : 50)),
        smallBox(3),
        (candidate, box) => {
          const { score, range } = ready(candidate, 3, 13);
          const { lower, upper } = range(box);
          for (const point of points(box)) {
            const exact = slowScore(candidate, point);
            const clamped = Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Number(exact)));
            expect(score(point)).toBe(clamped);
            expect(lower <= clamped && clamped <= upper).toBe(true);
          }
        },
      ),
      { numRuns: 60, seed: 11 },
    );
  });

  it('has exact bounds at a single point', () => {
    fc.assert(
      fc.property(network(2, 9), fc.nat(20), fc.nat(20), (candidate, x, y) => {
        const { score, range } = ready(candidate, 2, 20);
        const box = [x, y].map((value) => ({ lower: value, upper: value }));
        expect(range(box)).toEqual({ lower: score([x, y]), upper: score([x, y]) });
      }),
      { seed: 12 },
    );
  });

  it('is refused where its shapes do not fit', () => {
    expect(networkFault(small, 2)).toBeNull();
    expect(networkFault(small, 3)).toBe('row 1 of layer 1 has 2 weights for 3 inputs');
    expect(networkFault({ ...small, layers: small.layers.slice(0, 1) }, 2)).toBe(
      'its last layer has 2 outputs instead of 1',
    );
    const lame = { weights: [[1, 1]], biases: [1, 2], shift: 0 };
    expect(networkFault({ ...small, layers: [lame] }, 2)).toBe('layer 1 has 1 rows of weights and 2 biases');
    expect(finish({ network: small, box: [{ lower: 0, upper: 1 }], bound: 0, budget: 9 }).kind).toBe('malformed');
  });
});

describe('the search for a partition', () => {
  it('agrees with brute force about every bound', () => {
    fc.assert(
      fc.property(network(3, 9), smallBox(3), fc.integer({ min: -3, max: 3 }), (candidate, box, offset) => {
        const { score, range } = ready(candidate, 3, 13);
        const maximum = Math.max(...[...points(box)].map(score));
        const bound = maximum + offset;
        const outcome = finish({ network: candidate, box, bound, budget: 100_000 });
        if (outcome.kind === 'violated') {
          expect(outcome.score).toBe(score(outcome.point));
          expect(outcome.score).toBeGreaterThan(bound);
          outcome.point.forEach((value, f) => expect(value >= box[f]!.lower && value <= box[f]!.upper).toBe(true));
        } else {
          if (outcome.kind !== 'holds') throw new Error(outcome.kind);
          const cut = partsOf(outcome.partition, box);
          if (cut.kind !== 'parts') throw new Error(cut.reason);
          expect(cut.parts).toHaveLength(outcome.parts);
          for (const part of cut.parts) expect(range(part).upper).toBeLessThanOrEqual(outcome.upper);
          expect(outcome.upper).toBeLessThanOrEqual(bound);
          // Every point lies in exactly one part.
          for (const point of points(box)) {
            const home = cut.parts.filter((part) =>
              part.every(({ lower, upper }, f) => lower <= point[f]! && point[f]! <= upper),
            );
            expect(home).toHaveLength(1);
          }
        }
        expect(outcome.kind).toBe(offset < 0 ? 'violated' : 'holds');
      }),
      { numRuns: 60, seed: 13 },
    );
  });

  it('says how far it came when its budget is spent, and finds the maximum when asked for it', () => {
    const box = [
      { lower: 0, upper: 60 },
      { lower: 0, upper: 60 },
    ];
    const { score } = ready(small, 2, 60);
    const maximum = Math.max(...[...points(box)].map(score));
    const spent = finish({ network: small, box, bound: maximum, budget: 3 });
    if (spent.kind !== 'undecided') throw new Error(spent.kind);
    expect(spent.parts).toBe(3);
    expect(spent.upper).toBeGreaterThan(maximum);
    expect(score(spent.point)).toBe(spent.lower);
    const sharpest = finish({ network: small, box, bound: -Infinity, budget: 10_000 });
    if (sharpest.kind !== 'undecided') throw new Error(sharpest.kind);
    expect([sharpest.lower, sharpest.upper]).toEqual([maximum, maximum]);
  });

  it('gives the same partition again', () => {
    const request = {
      network: small,
      box: [
        { lower: 0, upper: 900 },
        { lower: 5, upper: 700 },
      ],
      bound: 1100,
      budget: 999,
    };
    expect(finish(request)).toEqual(finish(request));
  });
});

describe('a partition', () => {
  const box = [{ lower: 0, upper: 9 }];

  it('is read only where its preorder is complete', () => {
    expect(partsOf({ feature: [0, -1, -1], at: [4, 0, 0] }, box)).toEqual({
      kind: 'parts',
      parts: [[{ lower: 0, upper: 4 }], [{ lower: 5, upper: 9 }]],
    });
    expect(partsOf({ feature: [0, -1], at: [4, 0] }, box).kind).toBe('malformed');
    expect(partsOf({ feature: [-1, -1], at: [0, 0] }, box).kind).toBe('malformed');
    expect(partsOf({ feature: [-1], at: [] }, box).kind).toBe('malformed');
    // A feature that the box does not have cuts nothing: both halves are the whole, as in Lean.
    expect(partsOf({ feature: [3, -1, -1], at: [4, 0, 0] }, box)).toEqual({ kind: 'parts', parts: [box, box] });
  });
});
