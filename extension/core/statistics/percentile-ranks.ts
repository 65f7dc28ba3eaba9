import type { Rational } from '../certificate.ts';

/** One-based ranks of the ends of an interval among the replicates, both in 1 … B. */
export interface Ranks {
  readonly lower: number;
  readonly upper: number;
}

/**
 * Ranks of a percentile interval's ends among B sorted replicates, in whole numbers: max(1, ⌊(B + 1)(1 − c) / 2⌋) and
 * min(B, ⌈(B + 1)(1 + c) / 2⌉) for the two-sided level c.
 */
export function percentileRanks(replicates: number, { numerator, denominator }: Rational): Ranks {
  const size = BigInt(replicates) + 1n;
  const whole = 2n * BigInt(denominator);
  const below = size * BigInt(denominator - numerator);
  const above = size * (BigInt(denominator) + BigInt(numerator));
  return {
    lower: Math.max(1, Number(below / whole)),
    upper: Math.min(replicates, Number((above + whole - 1n) / whole)),
  };
}
