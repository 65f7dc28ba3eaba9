import type { Rational } from '../certificate.ts';

/**
 * The rank r = ⌈(n + 1)(1 − α)⌉ of split conformal prediction, in whole numbers: the r-th smallest of n exchangeable
 * errors is exceeded by the next one with a probability of at most α. Greater than n where n is too small for α.
 *
 * @see Vovk, Gammerman, Shafer, Algorithmic Learning in a Random World (2005), chapter 4
 */
export function conformalRank(samples: number, miscoverage: Rational): number {
  const numerator = BigInt(samples + 1) * BigInt(miscoverage.denominator - miscoverage.numerator);
  return Number(ceiling(numerator, BigInt(miscoverage.denominator)));
}

/** The smallest n for which the rank is at most n: ⌈(1 − α) / α⌉. */
export function conformalSamplesNeeded({ numerator, denominator }: Rational): number {
  return Number(ceiling(BigInt(denominator - numerator), BigInt(numerator)));
}

/**
 * How many more errors, all at most the bound, it takes until the bound is at least the error of the rank, when `within`
 * of `samples` are at most the bound so far.
 */
export function conformalSamplesMissing(within: number, samples: number, { numerator, denominator }: Rational): number {
  const short = BigInt(samples + 1) * BigInt(denominator - numerator) - BigInt(within) * BigInt(denominator);
  return short <= 0n ? 0 : Number(ceiling(short, BigInt(numerator)));
}

const ceiling = (numerator: bigint, denominator: bigint): bigint => (numerator + denominator - 1n) / denominator;
