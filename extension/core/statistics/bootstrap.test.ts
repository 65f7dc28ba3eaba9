import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import reference from '../../../test/fixtures/statistics/bootstrap.json' with { type: 'json' };
import { randomStream, type RandomStream } from '../random.ts';
import { betaDeviate } from './beta-deviate.ts';
import { bootstrap, jackknifeValues } from './bootstrap.ts';
import { acceleration, bootstrapIntervals } from './bootstrap-intervals.ts';
import { quantileOfSorted } from './quantile.ts';
import {
  type BootstrapEstimate,
  quantileBootstrap,
  quantileJackknife,
  quantileReplicates,
} from './quantile-bootstrap.ts';

const values = Float64Array.from(reference.values);
const sorted = Float64Array.from(values).sort();

function meanAndSpread(numbers: readonly number[]): { mean: number; spread: number } {
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const squares = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, spread: Math.sqrt(squares / (numbers.length - 1)) };
}

const meanOf = (data: Float64Array, indices: Int32Array): number => {
  let sum = 0;
  for (const index of indices) sum += data[index]!;
  return sum / indices.length;
};

function estimateFor(name: string, size: number, replicates: number, random: RandomStream): BootstrapEstimate {
  const data = values.slice(0, size);
  const options = { replicates, confidence: 0.95, jackknifeBlocks: size };
  if (name === 'mean') return bootstrap(size, (indices) => meanOf(data, indices), options, random);
  return quantileBootstrap(data, Number(name.split(' ')[1]), options, random);
}

describe('against NumPy and SciPy', () => {
  it('quantiles', () => {
    for (const { q, value } of reference.quantiles) expect(quantileOfSorted(sorted, q)).toBeCloseTo(value, 12);
  });

  it.each(reference.cases)('$method interval of the $name', (expected) => {
    const lows: number[] = [];
    const highs: number[] = [];
    for (let seed = 0; seed < 20; seed++) {
      const result = estimateFor(expected.name, expected.size, expected.replicates, randomStream(seed, 'bootstrap'));
      expect(result.estimate).toBeCloseTo(expected.estimate, 12);
      const interval = expected.method === 'BCa' ? result.bca! : result.percentile!;
      lows.push(interval.lower);
      highs.push(interval.upper);
    }
    const low = meanAndSpread(lows);
    const high = meanAndSpread(highs);
    // Both means are uncertain by Monte-Carlo error; SciPy interpolates between replicates where we take one of them.
    const tolerance = (mine: number, theirs: number): number =>
      4 * Math.sqrt(mine ** 2 / 20 + theirs ** 2 / expected.seeds) + 0.002 * expected.estimate;
    expect(Math.abs(low.mean - expected.low)).toBeLessThan(tolerance(low.spread, expected.lowSpread));
    expect(Math.abs(high.mean - expected.high)).toBeLessThan(tolerance(high.spread, expected.highSpread));
  });
});

describe('drawing a quantile instead of a resample', () => {
  /** Largest distance between two empirical distribution functions. */
  function distance(a: Float64Array, b: Float64Array): number {
    const first = Float64Array.from(a).sort();
    const second = Float64Array.from(b).sort();
    let largest = 0;
    let i = 0;
    let j = 0;
    while (i < first.length && j < second.length) {
      const value = Math.min(first[i]!, second[j]!);
      while (i < first.length && first[i] === value) i++;
      while (j < second.length && second[j] === value) j++;
      largest = Math.max(largest, Math.abs(i / first.length - j / second.length));
    }
    return largest;
  }

  it.each([
    [1, 0.5],
    [2, 0.5],
    [7, 0.9],
    [40, 0],
    [40, 0.013],
    [40, 0.5],
    [40, 0.77],
    [40, 1],
  ])('has the distribution of resampling: %i values, q = %d', (size, q) => {
    const data = sorted.filter((_, at) => at % Math.floor(1000 / size) === 0).slice(0, size);
    const random = randomStream(4, 'comparison', String(size), String(q));
    const drawn = quantileReplicates(data, q, 1500, random);
    const resampled = Float64Array.from({ length: 1500 }, () =>
      quantileOfSorted(Float64Array.from({ length: size }, () => data[random.integer(size)]!).sort(), q),
    );
    // Kolmogorov–Smirnov at 1 in 10,000 for two samples of 1,500.
    expect(distance(drawn, resampled)).toBeLessThan(2.23 * Math.sqrt(2 / 1500));
  });

  it('leaves each value out exactly as recomputing does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 30 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (numbers, q) => {
          const data = Float64Array.from(numbers).sort();
          const expected = Array.from(data, (_, left) =>
            quantileOfSorted(
              data.filter((_v, at) => at !== left),
              q,
            ),
          );
          expect([...quantileJackknife(data, q)]).toEqual(expected);
        },
      ),
    );
  });

  it('rests on beta deviates with the right moments', () => {
    for (const [a, b] of [
      [1, 1],
      [1, 30],
      [30, 1],
      [2, 2],
      [900, 101],
      [3, 998],
    ] as const) {
      const draw = betaDeviate(a, b, randomStream(8, String(a), String(b)));
      const { mean, spread } = meanAndSpread(Array.from({ length: 20_000 }, draw));
      const deviation = Math.sqrt((a * b) / ((a + b) ** 2 * (a + b + 1)));
      expect(Math.abs(mean - a / (a + b))).toBeLessThan((4 * deviation) / Math.sqrt(20_000));
      expect(Math.abs(spread / deviation - 1)).toBeLessThan(0.05);
    }
  });
});

describe('intervals', () => {
  it('end on replicates and contain each other by level', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 300 }), (numbers) => {
        const replicates = Float64Array.from(numbers);
        const at = (confidence: number) =>
          bootstrapIntervals(replicates, numbers[0]!, Float64Array.of(1, 2, 4), confidence).percentile!;
        expect(numbers).toContain(at(0.9).lower);
        expect(numbers).toContain(at(0.9).upper);
        expect(at(0.95).lower).toBeLessThanOrEqual(at(0.8).lower);
        expect(at(0.95).upper).toBeGreaterThanOrEqual(at(0.8).upper);
      }),
    );
  });

  it('equal the percentile interval where there is neither bias nor acceleration', () => {
    const replicates = Float64Array.from({ length: 999 }, (_, at) => at - 499);
    const { percentile, bca } = bootstrapIntervals(replicates, 0, Float64Array.of(-1, 0, 1), 0.9);
    expect(percentile).toEqual({ lower: -450, upper: 450, ranks: { lower: 50, upper: 950 } });
    expect(bca).toEqual(percentile);
  });

  it('are null where they mean nothing', () => {
    const jackknife = Float64Array.of(1, 2, 4);
    const none = { percentile: null, bca: null };
    expect(bootstrapIntervals(new Float64Array(0), 1, jackknife, 0.95)).toEqual(none);
    expect(bootstrapIntervals(Float64Array.of(1, NaN, 2), 1, jackknife, 0.95)).toEqual(none);
    expect(bootstrapIntervals(Float64Array.of(1, 2), NaN, jackknife, 0.95)).toEqual(none);
    expect(bootstrapIntervals(Float64Array.of(1, 2, 3), 2, Float64Array.of(5, 5, 5), 0.95).bca).toBeNull();
    expect(bootstrapIntervals(Float64Array.of(1, 2, 3), 9, jackknife, 0.95).bca).toBeNull();
    expect(
      quantileBootstrap(Float64Array.of(1, NaN), 0.5, { replicates: 10, confidence: 0.9 }, randomStream(1)),
    ).toEqual({
      estimate: NaN,
      ...none,
    });
    const same = quantileBootstrap(
      new Float64Array(20).fill(3),
      0.5,
      { replicates: 50, confidence: 0.9 },
      randomStream(1),
    );
    expect(same).toEqual({
      estimate: 3,
      percentile: { lower: 3, upper: 3, ranks: { lower: 2, upper: 49 } },
      bca: null,
    });
    expect(
      bootstrap(0, () => 1, { replicates: 5, confidence: 0.9, jackknifeBlocks: 5 }, randomStream(1)).estimate,
    ).toBeNaN();
    expect(acceleration(Float64Array.of(1))).toBeNull();
    expect(() => bootstrapIntervals(Float64Array.of(1), 1, jackknife, 1)).toThrow(RangeError);
  });

  it('leave out blocks that cover every observation once', () => {
    const seen = new Int32Array(23);
    jackknifeValues(
      23,
      (indices) => {
        const kept = new Set(indices);
        for (let at = 0; at < 23; at++) if (!kept.has(at)) seen[at]!++;
        expect(23 - kept.size === 4 || 23 - kept.size === 5).toBe(true);
        return 0;
      },
      5,
      randomStream(1),
    );
    expect([...seen]).toEqual(new Array<number>(23).fill(1));
  });
});
