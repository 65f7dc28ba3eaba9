import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitOf } from './split.ts';

const ids = fc
  .tuple(fc.nat(0xffffffff), fc.nat(0xffffffff))
  .map((halves) => halves.map((half) => half.toString(16).padStart(8, '0')).join(''));

describe('search and validation', () => {
  it('sets aside the share that was asked for, for similar ids and any seed', () => {
    for (const seed of [0, 1, 7, -3, 2 ** 40]) {
      for (const share of [0, 0.1, 0.3, 0.9]) {
        let aside = 0;
        for (let at = 0; at < 20_000; at++) {
          if (splitOf(at.toString(16).padStart(16, '0'), share, seed) === 'validation') aside++;
        }
        const deviation = Math.sqrt(20_000 * share * (1 - share));
        expect(Math.abs(aside - 20_000 * share)).toBeLessThanOrEqual(4 * deviation);
      }
    }
  });

  it('keeps what a smaller share set aside', () => {
    fc.assert(
      fc.property(
        ids,
        fc.integer(),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (id, seed, one, other) => {
          const small = splitOf(id, Math.min(one, other), seed);
          const large = splitOf(id, Math.max(one, other), seed);
          expect(small === 'search' || large === 'validation').toBe(true);
        },
      ),
    );
  });

  it('depends on the seed', () => {
    let moved = 0;
    for (let at = 0; at < 1000; at++) {
      const id = at.toString(16).padStart(16, 'a');
      if (splitOf(id, 0.5, 1) !== splitOf(id, 0.5, 2)) moved++;
    }
    expect(Math.abs(moved - 500)).toBeLessThan(80);
  });

  it('refuses what is no id and no share', () => {
    expect(() => splitOf('xyz', 0.3, 1)).toThrow(RangeError);
    expect(() => splitOf('ABCDEF0123456789', 0.3, 1)).toThrow(RangeError);
    for (const share of [-0.1, 1, NaN]) expect(() => splitOf('0123456789abcdef', share, 1)).toThrow(RangeError);
  });
});
