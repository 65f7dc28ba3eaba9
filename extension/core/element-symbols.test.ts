import { describe, expect, it } from 'vitest';
import { atomicNumberOf, LARGEST_ATOMIC_NUMBER, symbolOf } from './element-symbols.ts';

describe('element symbols', () => {
  it('knows well-known elements by both names', () => {
    for (const [symbol, z] of Object.entries({
      H: 1,
      C: 6,
      Ne: 10,
      Fe: 26,
      Xe: 54,
      La: 57,
      Lu: 71,
      Hf: 72,
      Pb: 82,
      U: 92,
      Lr: 103,
      Og: 118,
    })) {
      expect(atomicNumberOf(symbol)).toBe(z);
      expect(symbolOf(z)).toBe(symbol);
    }
  });

  it('maps all 118 elements back and forth without a duplicate', () => {
    expect(LARGEST_ATOMIC_NUMBER).toBe(118);
    for (let z = 1; z <= 118; z++) expect(atomicNumberOf(symbolOf(z))).toBe(z);
  });

  it('refuses what is no element', () => {
    for (const text of ['X', 'D', 'Xx', '', 'fe', 'FE', '26', 'constructor', '__proto__'])
      expect(atomicNumberOf(text)).toBeUndefined();
    for (const z of [0, -1, 119, 1.5, NaN]) expect(() => symbolOf(z)).toThrow(RangeError);
  });
});
