import type { RandomStream } from '../random.ts';
import { sobolDirections } from './sobol-directions.ts';

/** As many features as a project may have. */
export const MOST_SOBOL_DIMENSIONS = sobolDirections.length;

const BITS = 32;

/**
 * Points `skip`, `skip` + 1, … of the unscrambled Sobol sequence, in the order of Antonov & Saleev (Gray code), as 32-bit
 * fractions: a coordinate is its number times 2^−32.
 *
 * @param dimensions 1 to 32, else a RangeError; skip + count ≤ 2^32
 * @returns row-major, count × dimensions
 * @see scipy.stats.qmc.Sobol(scramble=False)
 */
export function sobolSequence(count: number, dimensions: number, skip = 0): Uint32Array {
  if (!(dimensions >= 1 && dimensions <= MOST_SOBOL_DIMENSIONS)) {
    throw new RangeError(`A Sobol sequence has 1 to ${MOST_SOBOL_DIMENSIONS} dimensions here, not ${dimensions}.`);
  }
  const points = new Uint32Array(count * dimensions);
  for (let d = 0; d < dimensions; d++) {
    const directions = directionNumbers(d);
    for (let at = 0; at < count; at++) {
      const n = skip + at;
      let gray = (n ^ (n >>> 1)) >>> 0;
      let value = 0;
      for (let bit = 0; gray !== 0; bit++, gray >>>= 1) if (gray & 1) value ^= directions[bit]!;
      points[at * dimensions + d] = value;
    }
  }
  return points;
}

/** v₁ … v₃₂ of a dimension (counted from 0), v_i = m_i / 2^i as a 32-bit fraction, by the recurrence of Bratley & Fox (1988). */
function directionNumbers(dimension: number): Uint32Array {
  const [a, ...m] = sobolDirections[dimension]!;
  const degree = m.length;
  const v = new Uint32Array(BITS);
  for (let i = 0; i < BITS; i++) {
    if (degree === 0) v[i] = 1 << (BITS - 1 - i);
    else if (i < degree) v[i] = m[i]! << (BITS - 1 - i);
    else {
      let value = v[i - degree]! ^ (v[i - degree]! >>> degree);
      for (let k = 1; k < degree; k++) if ((a >>> (degree - 1 - k)) & 1) value ^= v[i - k]!;
      v[i] = value;
    }
  }
  return v;
}

function reversed(word: number): number {
  let x = word;
  x = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  x = ((x >>> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8);
  return (x >>> 16) | (x << 16);
}

/**
 * Nested uniform scrambling of a 32-bit fraction in base 2 (Owen 1995): a bit is flipped or not depending on the bits above
 * it alone. By the hash of Laine & Karras (2011) with the constants of B. Burley, "Practical hash-based Owen
 * scrambling", J. Comput. Graph. Tech. 9(4), 1 (2020).
 */
function scrambled(fraction: number, seed: number): number {
  let x = reversed(fraction);
  // Sums and products with even numbers carry upwards only; on reversed bits that is from the leading bits down.
  x = (x + seed) | 0;
  x ^= Math.imul(x, 0x6c50b47c);
  x ^= Math.imul(x, 0xb82f1e52);
  x ^= Math.imul(x, 0xc7afe638);
  x ^= Math.imul(x, 0x8d22f6e6);
  return reversed(x) >>> 0;
}

/**
 * The first `count` points of a scrambled Sobol sequence in the unit cube: each point is uniform by itself, and all of
 * them together keep the sequence's evenness. One seed per dimension is taken from the stream.
 *
 * @returns row-major, count × dimensions, in [0, 1)
 */
export function scrambledSobol(count: number, dimensions: number, random: RandomStream): Float64Array {
  const fractions = sobolSequence(count, dimensions);
  const seeds = Array.from({ length: dimensions }, () => random.integer(2 ** 32));
  return Float64Array.from(fractions, (fraction, at) => scrambled(fraction, seeds[at % dimensions]!) * 2 ** -32);
}
