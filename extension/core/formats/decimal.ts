/** 10^k is exact in a double up to k = 22. */
const powersOfTen = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));
const LARGEST_EXACT_INTEGER = Number.MAX_SAFE_INTEGER;

const ZERO = 48;
const PLUS = 43;
const MINUS = 45;
const POINT = 46;

const decimalPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d+)?$/;

/** Text of bytes[start, end), one character per byte. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]!);
  return text;
}

/**
 * The number that a text spells in decimal notation, with `e`, `E` or Fortran's `d`, `D` before the exponent; correctly
 * rounded, so equal to JavaScript's Number(). NaN for anything else, also for the words nan and inf.
 */
export function parseDecimalText(text: string): number {
  if (!decimalPattern.test(text)) return NaN;
  return Number(text.replace(/[dD]/, 'e'));
}

/**
 * `parseDecimalText` of bytes[start, end). Numbers whose digits fit an exact integer m and whose power of ten is exact
 * are one correctly rounded multiplication or division (Clinger 1990, "How to read floating point numbers accurately");
 * the rest take the slow way.
 */
export function parseDecimal(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const sign = bytes[at];
  if (sign === MINUS || sign === PLUS) at++;
  let mantissa = 0;
  let digits = 0;
  let decimals = 0;
  let seenPoint = false;
  for (; at < end; at++) {
    const byte = bytes[at]!;
    const digit = byte - ZERO;
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      if (mantissa > LARGEST_EXACT_INTEGER) return parseDecimalText(asciiText(bytes, start, end));
      digits++;
      if (seenPoint) decimals++;
    } else if (byte === POINT && !seenPoint) seenPoint = true;
    else return parseDecimalText(asciiText(bytes, start, end));
  }
  if (digits === 0 || decimals > 22) return parseDecimalText(asciiText(bytes, start, end));
  const magnitude = decimals === 0 ? mantissa : mantissa / powersOfTen[decimals]!;
  return sign === MINUS ? -magnitude : magnitude;
}

/** Shortest decimal that reads back as the same double, the sign of zero included. `value` must be finite. */
export function formatDecimal(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} has no decimal notation.`);
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Whether a text is one of the spellings of a number that is not finite. */
export function isNonFiniteWord(text: string): boolean {
  return /^[+-]?(?:nan|inf|infinity)$/i.test(text);
}
