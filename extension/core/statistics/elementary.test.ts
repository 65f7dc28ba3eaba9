import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exp, log, log1p } from './elementary.ts';

/** |a − b| / |b|, 0 where both are the same. */
const relative = (a: number, b: number): number => (a === b ? 0 : Math.abs(a - b) / Math.abs(b));

describe('exp, log and log1p from exact operations', () => {
  it('agree with the engine to a few units in the last place', () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
        expect(relative(exp(x), Math.exp(x))).toBeLessThan(5e-16);
      }),
      { numRuns: 5000 },
    );
    fc.assert(
      fc.property(fc.double({ min: 1e-320, max: 1e308, noNaN: true }), (x) => {
        expect(Math.abs(log(x) - Math.log(x))).toBeLessThanOrEqual(4e-16 * Math.max(Math.abs(Math.log(x)), 1e-3));
      }),
      { numRuns: 5000 },
    );
    for (const x of [1e-17, -1e-17, 1e-9, -1e-9, 1e-5, -0.3, 0.7, 5, -0.999]) {
      expect(relative(log1p(x), Math.log1p(x))).toBeLessThan(1e-15);
    }
    for (const x of [0.5, 1.0000001, 1 - 1e-12, 2]) expect(relative(log(x), Math.log(x))).toBeLessThan(1e-15);
  });

  it('define the edges', () => {
    expect([exp(0), exp(-Infinity), exp(Infinity), exp(-800), exp(800)]).toEqual([1, 0, Infinity, 0, Infinity]);
    expect([log(1), log(0), log(Infinity)]).toEqual([0, -Infinity, Infinity]);
    expect([exp(NaN), log(NaN), log(-1), log1p(-2)]).toEqual([NaN, NaN, NaN, NaN]);
    expect(relative(exp(-744), Math.exp(-744))).toBeLessThan(0.1);
  });
});
