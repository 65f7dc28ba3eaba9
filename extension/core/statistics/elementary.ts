/**
 * Exponential and logarithm out of + − × ÷ alone, which IEEE 754 defines to the last bit. The engine's own Math.exp and
 * Math.log may differ in the last digit between versions, and a certificate must not depend on that.
 */

// ln 2 as a sum: the high part has 32 trailing zero bits, so k × high is exact for any exponent k.
const LN2_HIGH = 6.9314718036912381649e-1;
const LN2_LOW = 1.90821492927058770002e-10;

const bits = new DataView(new ArrayBuffer(8));

/** 2^k, exact, for −1022 ≤ k ≤ 1023. */
function powerOfTwo(k: number): number {
  bits.setUint32(0, (k + 1023) << 20);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}

/** e^x with a relative error of a few 1e-16; 0 below −745.2, Infinity above 709.8, NaN for NaN. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x > 709.8) return Infinity;
  if (x < -745.2) return 0;
  const k = Math.round(x / (LN2_HIGH + LN2_LOW));
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  // |r| ≤ 0.347: the Taylor series to the 15th power is below rounding.
  let sum = 1;
  for (let term = 15; term >= 1; term--) sum = 1 + (r * sum) / term;
  const half = Math.trunc(k / 2);
  return sum * powerOfTwo(half) * powerOfTwo(k - half);
}

/** Natural logarithm with a relative error of a few 1e-16; −Infinity at 0, NaN below 0 and for NaN. */
export function log(x: number): number {
  if (!(x >= 0)) return NaN;
  if (x === 0) return -Infinity;
  if (x === Infinity) return Infinity;
  let mantissa = x;
  let exponent = 0;
  if (mantissa < 2.2250738585072014e-308) {
    mantissa *= 18014398509481984;
    exponent = -54;
  }
  bits.setFloat64(0, mantissa);
  const high = bits.getUint32(0);
  exponent += (high >>> 20) - 1023;
  bits.setUint32(0, (high & 0xfffff) | 0x3ff00000);
  mantissa = bits.getFloat64(0);
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent++;
  }
  // ln m = 2 artanh s with s = (m − 1)/(m + 1), |s| ≤ 0.172.
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let sum = 0;
  for (let odd = 25; odd >= 3; odd -= 2) sum = square * (1 / odd + sum);
  return exponent * LN2_HIGH + (exponent * LN2_LOW + 2 * s * sum + 2 * s);
}

/** ln(1 + x) for x > −1, accurate near 0 as well. */
export function log1p(x: number): number {
  const sum = 1 + x;
  if (sum === 1) return x;
  // The rounding error of 1 + x is made up for to first order (Goldberg 1991, theorem 4).
  return (log(sum) * x) / (sum - 1);
}
