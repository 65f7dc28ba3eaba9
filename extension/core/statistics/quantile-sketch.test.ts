import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addToSketch,
  emptySketch,
  joinSketch,
  restoredSketch,
  SKETCH_ERROR,
  sketchQuantile,
  sketchSchema,
  sketchSize,
  storedSketch,
  type QuantileSketch,
} from './quantile-sketch.ts';

function sketchOf(values: Iterable<number>): QuantileSketch {
  const sketch = emptySketch();
  for (const value of values) addToSketch(sketch, value);
  return sketch;
}

/** Errors as they are: over many decades, some zero, some of them not finite. */
const error = fc.oneof(
  { weight: 20, arbitrary: fc.double({ min: -9, max: 11.9, noNaN: true }).map((power) => 10 ** power) },
  fc.constantFrom(0, 1e-6, 1, 1e12, NaN, Infinity),
);
const errors = fc.array(error, { minLength: 1, maxLength: 300 });
const quantile = fc.oneof(
  fc.constantFrom(0.5, 0.9, 0.99, 1),
  fc.double({ min: 0, max: 1, minExcluded: true, noNaN: true }),
);

describe('the quantile sketch', () => {
  it('is within its error of the exact order statistic', () => {
    fc.assert(
      fc.property(errors, quantile, (values, q) => {
        const sorted = values.map((value) => (value <= 1e12 ? value : Infinity)).sort((a, b) => a - b);
        const exact = sorted[Math.ceil(q * sorted.length) - 1]!;
        const found = sketchQuantile(sketchOf(values), q);
        if (exact === Infinity) return found === null;
        const allowed = Math.max(1e-6, exact * SKETCH_ERROR * (1 + 1e-9));
        return found !== null && Math.abs(found - exact) <= allowed;
      }),
      { numRuns: 2000 },
    );
  });

  it('of parts adds up to that of the whole, in any order, also through JSON', () => {
    fc.assert(
      fc.property(fc.array(errors, { maxLength: 6 }), (parts) => {
        const joined = emptySketch();
        for (const part of parts.toReversed()) {
          const stored = sketchSchema.parse(JSON.parse(JSON.stringify(storedSketch(sketchOf(part)))));
          joinSketch(joined, restoredSketch(stored));
        }
        expect(joined).toEqual(sketchOf(parts.flat()));
        expect(sketchSize(joined)).toBe(parts.flat().length);
      }),
    );
  });

  it('knows the largest value exactly, and has no quantile of nothing', () => {
    expect(sketchOf([0.1, 3.000001, NaN]).max).toBe(3.000001);
    expect(sketchQuantile(sketchOf([0.1, NaN, NaN]), 0.5)).toBeNull();
    expect(sketchQuantile(emptySketch(), 0.5)).toBeNull();
    expect(sketchQuantile(sketchOf([0, 0]), 0.5)).toBe(0);
  });

  it('stays small however many values it has seen', () => {
    const sketch = emptySketch();
    for (let k = 0; k < 200_000; k++) addToSketch(sketch, 10 ** (18 * (k / 200_000) - 6));
    expect(JSON.stringify(storedSketch(sketch)).length).toBeLessThan(24_000);
  });
});
