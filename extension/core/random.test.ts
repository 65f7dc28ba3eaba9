import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream, sampleWithoutReplacement, shuffle } from './random.ts';

/** Sum of (observed − expected)² / expected. */
function chiSquare(counts: readonly number[], expected: number): number {
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('random streams', () => {
  it('gives the numbers it has always given', () => {
    const random = randomStream(7, 'strategy', 'random');
    expect([random.integer(1000), random.integer(1000), random.integer(1000), random.uniform()]).toMatchInlineSnapshot(`
      [
        768,
        554,
        692,
        0.5620756903802561,
      ]
    `);
  });

  it('separates seeds and labels, neighbours included', () => {
    const first = new Set<number>();
    for (let seed = -500; seed < 500; seed++) {
      for (const labels of [[], ['a'], ['a', ''], ['ab'], ['a', 'b'], ['b', 'a']]) {
        first.add(randomStream(seed, ...labels).uniform());
      }
    }
    expect(first.size).toBe(6000);
  });

  it('is uniform across streams as well as within one', () => {
    const within = new Array<number>(64).fill(0);
    const across = new Array<number>(64).fill(0);
    const random = randomStream(1);
    for (let draw = 0; draw < 64_000; draw++) {
      within[Math.floor(random.uniform() * 64)]!++;
      across[Math.floor(randomStream(draw, 'x').uniform() * 64)]!++;
    }
    // 99.99 % point of chi-square with 63 degrees of freedom: 112.
    expect(chiSquare(within, 1000)).toBeLessThan(112);
    expect(chiSquare(across, 1000)).toBeLessThan(112);
  });

  it('draws integers in range and without bias, also for bounds beyond 32 bits', () => {
    const random = randomStream(3);
    const counts = new Array<number>(7).fill(0);
    for (let draw = 0; draw < 70_000; draw++) counts[random.integer(7)]!++;
    expect(chiSquare(counts, 10_000)).toBeLessThan(28);
    let above = 0;
    for (let draw = 0; draw < 10_000; draw++) {
      const value = random.integer(3 * 2 ** 51);
      expect(Number.isInteger(value) && value >= 0 && value < 3 * 2 ** 51).toBe(true);
      if (value >= 2 ** 52) above++;
    }
    expect(Math.abs(above / 10_000 - 1 / 3)).toBeLessThan(0.02);
    for (const bound of [0, -1, 1.5, NaN, 2 ** 54]) expect(() => random.integer(bound)).toThrow(RangeError);
    expect(() => randomStream(0.5)).toThrow(RangeError);
  });

  it('shuffles every order equally often', () => {
    const random = randomStream(11);
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 24_000; draw++) {
      const values = Int32Array.of(0, 1, 2, 3);
      shuffle(values, random);
      const key = values.join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(chiSquare([...counts.values()], 1000)).toBeLessThan(60);
  });

  it('samples without replacement', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer()), fc.nat(40), fc.integer(), (values, count, seed) => {
        const pool = Int32Array.from(values);
        const sample = sampleWithoutReplacement(pool, count, randomStream(seed));
        expect(sample.length).toBe(Math.min(count, pool.length));
        expect(new Set(sample).size).toBe(sample.length);
        expect([...sample].every((value) => pool.includes(value))).toBe(true);
        expect([...pool]).toEqual(values.map((value) => value | 0));
      }),
    );
  });
});
