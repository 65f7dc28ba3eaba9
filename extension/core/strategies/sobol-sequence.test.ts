import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { randomStream } from '../random.ts';
import { MOST_SOBOL_DIMENSIONS, scrambledSobol, sobolSequence } from './sobol-sequence.ts';

interface Fixture {
  readonly stretches: readonly { readonly skip: number; readonly bits: number; readonly points: number[][] }[];
}

const fixture = JSON.parse(
  readFileSync(new URL('../../../test/fixtures/strategies/sobol.json', import.meta.url), 'utf8'),
) as Fixture;

describe('Sobol sequence', () => {
  it.each(fixture.stretches)('gives SciPy’s points from number $skip on', ({ skip, bits, points }) => {
    const ours = sobolSequence(points.length, MOST_SOBOL_DIMENSIONS, skip);
    const scaled = Array.from(ours, (fraction) => fraction / 2 ** (32 - bits));
    expect(scaled).toEqual(points.flat());
  });

  it('has the same coordinates in fewer dimensions', () => {
    const all = sobolSequence(50, 32);
    const few = sobolSequence(50, 3);
    for (let at = 0; at < 50; at++)
      expect([...few.subarray(3 * at, 3 * at + 3)]).toEqual([...all.subarray(32 * at, 32 * at + 3)]);
  });

  it('ends at 32 dimensions', () => {
    expect(() => sobolSequence(1, 33)).toThrow(RangeError);
    expect(() => sobolSequence(1, 0)).toThrow(RangeError);
  });
});

describe('scrambled Sobol sequence', () => {
  it('keeps one of 2^m points in each of 2^m intervals of every axis', () => {
    for (let seed = 0; seed < 5; seed++) {
      const points = scrambledSobol(64, 32, randomStream(seed));
      for (let d = 0; d < 32; d++) {
        const cells = Array.from({ length: 64 }, (_, at) => Math.floor(points[32 * at + d]! * 64));
        expect(new Set(cells).size).toBe(64);
      }
    }
  });

  it('keeps one of 2^m points in every elementary rectangle of the first two axes', () => {
    for (let seed = 0; seed < 5; seed++) {
      const points = scrambledSobol(256, 2, randomStream(seed, 'net'));
      for (let shift = 0; shift <= 8; shift++) {
        const columns = 2 ** shift;
        const cells = Array.from(
          { length: 256 },
          (_, at) => Math.floor(points[2 * at]! * columns) * 256 + Math.floor((points[2 * at + 1]! * 256) / columns),
        );
        expect(new Set(cells).size).toBe(256);
      }
    }
  });

  it('makes every point uniform by itself, and other points from other streams', () => {
    // The first point of the plain sequence is the origin; scrambled, it must be anywhere.
    const first = Array.from({ length: 2000 }, (_, seed) => scrambledSobol(1, 1, randomStream(seed))[0]!);
    const quarters = [0, 0, 0, 0];
    for (const x of first) quarters[Math.floor(4 * x)]!++;
    for (const quarter of quarters) expect(Math.abs(quarter - 500)).toBeLessThan(4 * Math.sqrt(2000 * 0.25 * 0.75));
    expect(new Set(first).size).toBe(2000);
  });

  it('integrates a smooth function far better than as many random points', () => {
    const error = (points: Float64Array): number => {
      let sum = 0;
      for (let at = 0; at < points.length; at += 5) {
        let product = 1;
        for (let d = 0; d < 5; d++) product *= 1 + (points[at + d]! - 0.5) / 2;
        sum += product;
      }
      return sum / (points.length / 5) - 1;
    };
    const rootMeanSquare = (errors: number[]): number =>
      Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length);
    const seeds = [...Array(20).keys()];
    const sobol = rootMeanSquare(seeds.map((seed) => error(scrambledSobol(512, 5, randomStream(seed)))));
    const random = rootMeanSquare(
      seeds.map((seed) => {
        const stream = randomStream(seed, 'plain');
        return error(Float64Array.from({ length: 512 * 5 }, () => stream.uniform()));
      }),
    );
    expect(sobol).toBeLessThan(random / 10);
  });
});
