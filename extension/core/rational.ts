import type { Rational } from './certificate.ts';

/** Decimal places that a number in `pcm.json` may have, so that numerators stay exact integers. */
export const DECIMAL_PLACES = 9;

/**
 * The exact rational a finite number in [0, 1] was written as: 0.05 is 5/100 in lowest terms, not the nearest double.
 * Undefined for numbers outside [0, 1], and for more than {@link DECIMAL_PLACES} decimals.
 */
export function rationalFromDecimal(value: number): Rational | undefined {
  if (!(value >= 0 && value <= 1)) return undefined;
  const [mantissa, exponentText] = String(value).split('e');
  const [whole, fraction = ''] = mantissa!.split('.');
  const places = fraction.length - Number(exponentText ?? 0);
  if (places > DECIMAL_PLACES) return undefined;
  const denominator = 10 ** Math.max(0, places);
  const numerator = Number(whole! + fraction) * 10 ** Math.max(0, -places);
  const divisor = greatestCommonDivisor(numerator, denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}
