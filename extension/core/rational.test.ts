import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalText } from './decimal-text.ts';
import { rationalFromDecimal } from './rational.ts';

describe('rationals from decimals', () => {
  it.each([
    [0.1, 1, 10],
    [0.05, 1, 20],
    [0.025, 1, 40],
    [1, 1, 1],
    [0, 0, 1],
    [1e-9, 1, 1_000_000_000],
    [0.123456789, 123456789, 1_000_000_000],
  ])('%d is exactly %d/%d', (value, numerator, denominator) => {
    expect(rationalFromDecimal(value)).toEqual({ numerator, denominator });
  });

  it.each([-0.1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1 / 3, 1e-10])('%d has none', (value) => {
    expect(rationalFromDecimal(value)).toBeUndefined();
  });

  it('means what was written, for every decimal of up to nine places', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9 }), fc.nat(), (places, digits) => {
        const denominator = 10 ** places;
        const numerator = digits % (denominator + 1);
        const found = rationalFromDecimal(Number(`${numerator}e-${places}`))!;
        expect(BigInt(found.numerator) * BigInt(denominator)).toBe(BigInt(numerator) * BigInt(found.denominator));
      }),
    );
  });
});

describe('scaled integers as text', () => {
  it.each([
    [1234, 1000, '1.234'],
    [1200, 1000, '1.2'],
    [1000, 1000, '1'],
    [0, 100, '0'],
    [7, 1, '7'],
    [100, 1, '100'],
  ])('%d at scale %d reads %s', (scaled, scale, text) => {
    expect(decimalText(scaled, scale)).toBe(text);
  });
});
