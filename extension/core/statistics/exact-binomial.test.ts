import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { upperFailureRate } from './clopper-pearson.ts';
import { exactUpperFailureRate, tailAtMost, trialsNeeded } from './exact-binomial.ts';

const fivePercent = { numerator: 5, denominator: 100 };

/** The definition itself, term by term, over the common denominator. */
function tailByDefinition(k: number, n: number, a: bigint, b: bigint): bigint {
  let sum = 0n;
  for (let i = 0; i <= k; i++) {
    let choose = 1n;
    for (let j = 0; j < i; j++) choose = (choose * BigInt(n - j)) / BigInt(j + 1);
    sum += choose * a ** BigInt(i) * (b - a) ** BigInt(n - i);
  }
  return sum;
}

describe('the exact binomial tail', () => {
  it('decides as its definition does', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.nat(40),
        fc.integer({ min: 1, max: 50 }),
        fc.nat(50),
        fc.integer({ min: 1, max: 99 }),
        (n, k, b, a, c) => {
          fc.pre(k <= n && a <= b);
          const expected = tailByDefinition(k, n, BigInt(a), BigInt(b)) * 100n <= BigInt(c) * BigInt(b) ** BigInt(n);
          const rate = { numerator: a, denominator: b };
          expect(tailAtMost(k, n, rate, { numerator: c, denominator: 100 })).toBe(expected);
        },
      ),
    );
  });

  it('knows the rule of three and its neighbours', () => {
    const tenPercent = { numerator: 1, denominator: 10 };
    expect(tailAtMost(0, 29, tenPercent, fivePercent)).toBe(true);
    expect(tailAtMost(0, 28, tenPercent, fivePercent)).toBe(false);
    // Equality counts: (1/2)^1 ≤ 1/2.
    expect(tailAtMost(0, 1, { numerator: 1, denominator: 2 }, { numerator: 1, denominator: 2 })).toBe(true);
  });

  it('refuses what is no sample, no rate and no significance', () => {
    const half = { numerator: 1, denominator: 2 };
    expect(tailAtMost(0, 0, half, fivePercent)).toBe(false);
    expect(tailAtMost(-1, 10, half, fivePercent)).toBe(false);
    expect(tailAtMost(11, 10, half, fivePercent)).toBe(false);
    expect(tailAtMost(NaN, 10, half, fivePercent)).toBe(false);
    expect(tailAtMost(0, 10, { numerator: 3, denominator: 2 }, fivePercent)).toBe(false);
    expect(tailAtMost(0, 10, half, { numerator: 0, denominator: 2 })).toBe(false);
    expect(tailAtMost(0, 10, half, { numerator: 2, denominator: 2 })).toBe(false);
  });

  it('finds the smallest provable rate for a denominator', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.nat(300),
        fc.constantFrom(10, 1000, 1_000_000, 2 ** 52),
        (n, k, b) => {
          fc.pre(k < n);
          const { numerator, denominator } = exactUpperFailureRate(k, n, fivePercent, b);
          expect(denominator).toBe(b);
          expect(tailAtMost(k, n, { numerator, denominator }, fivePercent)).toBe(true);
          expect(tailAtMost(k, n, { numerator: numerator - 1, denominator }, fivePercent)).toBe(false);
          expect(Math.abs(numerator / denominator - upperFailureRate(k, n, 0.05))).toBeLessThanOrEqual(
            1.0001 / b + 1e-12,
          );
        },
      ),
      { numRuns: 60 },
    );
    expect(exactUpperFailureRate(0, 0, fivePercent, 1000)).toEqual({ numerator: 1000, denominator: 1000 });
    expect(exactUpperFailureRate(5, 5, fivePercent, 1000)).toEqual({ numerator: 1000, denominator: 1000 });
  });

  it('says how many structures a claim needs', () => {
    const tenPercent = { numerator: 1, denominator: 10 };
    expect([0, 1, 2, 3].map((k) => trialsNeeded(k, tenPercent, fivePercent))).toEqual([29, 46, 61, 76]);
    expect(trialsNeeded(0, { numerator: 1, denominator: 100 }, fivePercent)).toBe(299);
    expect(trialsNeeded(0, { numerator: 0, denominator: 100 }, fivePercent, 5000)).toBeNull();
    expect(trialsNeeded(3, { numerator: 1, denominator: 1 }, fivePercent)).toBe(4);
  });
});
