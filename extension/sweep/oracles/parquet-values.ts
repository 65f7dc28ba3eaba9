import type { SchemaElement } from 'hyparquet';

/** How stored values become numbers: value / 10^scale. */
export interface NumberKind {
  readonly stored: 'floating' | 'signed' | 'unsigned32' | 'unsigned64';
  readonly scale: number;
}

const integers = new Set(['INT_8', 'INT_16', 'INT_32', 'INT_64', 'UINT_8', 'UINT_16', 'UINT_32', 'UINT_64']);
/** 38 digits, the most that other programs write. */
const LONGEST_DECIMAL = 16;
const LONGEST_KEY = 65_536;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The kind of numbers in a column; null where it holds dates, texts or anything else. */
export function numberKind(element: SchemaElement): NumberKind | null {
  const { type, converted_type: converted, logical_type: logical } = element;
  const decimal = converted === 'DECIMAL' || logical?.type === 'DECIMAL';
  const plain = converted === undefined && logical === undefined;
  if (decimal) {
    const scale = logical?.type === 'DECIMAL' ? logical.scale : (element.scale ?? 0);
    const fits = Number.isInteger(scale) && scale >= 0 && scale <= 38;
    return fits && type !== 'FLOAT' && type !== 'DOUBLE' && type !== 'BOOLEAN' && type !== 'INT96'
      ? { stored: 'signed', scale }
      : null;
  }
  if (type === 'FLOAT' || type === 'DOUBLE') return plain ? { stored: 'floating', scale: 0 } : null;
  if (type !== 'INT32' && type !== 'INT64') return null;
  const annotated = (converted === undefined || integers.has(converted)) && (logical?.type ?? 'INTEGER') === 'INTEGER';
  if (!plain && !annotated) return null;
  const unsigned = converted?.startsWith('UINT_') === true || (logical?.type === 'INTEGER' && !logical.isSigned);
  return { stored: !unsigned ? 'signed' : type === 'INT32' ? 'unsigned32' : 'unsigned64', scale: 0 };
}

/**
 * A stored value as a number: itself where a double holds it, the nearest double of a decimal (what its text would be
 * read as), NaN where there is none. Null for an integer beyond 2^53, and for what cannot stand in such a column.
 */
export function numberOf(value: unknown, { stored, scale }: NumberKind): number | null {
  if (value === null) return Number.NaN;
  if (stored === 'floating') return typeof value === 'number' ? value : null;
  const whole = wholeOf(value, stored);
  if (whole === null) return null;
  if (scale > 0 || value instanceof Uint8Array) return Number(`${whole}e-${scale}`);
  return Number.isSafeInteger(Number(whole)) ? Number(whole) : null;
}

/**
 * A stored key: text, or a whole number in decimal. Empty where there is none, null for what is no key.
 * @param kind of whole numbers; null for text.
 */
export function keyText(value: unknown, kind: NumberKind | null): string | null {
  if (value === null) return '';
  if (kind !== null) return wholeOf(value, kind.stored)?.toString() ?? null;
  if (!(value instanceof Uint8Array) || value.length > LONGEST_KEY) return null;
  try {
    return utf8.decode(value);
  } catch {
    return null;
  }
}

function wholeOf(value: unknown, stored: NumberKind['stored']): bigint | null {
  if (value instanceof Uint8Array) {
    if (value.length === 0 || value.length > LONGEST_DECIMAL) return null;
    const unsigned = value.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
    return BigInt.asIntN(8 * value.length, unsigned);
  }
  if (typeof value === 'number' && Number.isInteger(value))
    return BigInt(stored === 'unsigned32' ? value >>> 0 : value);
  if (typeof value === 'bigint') return stored === 'unsigned64' ? BigInt.asUintN(64, value) : value;
  return null;
}
