import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeFeatures, featureById, scaledFeature } from './features.ts';
import {
  familiesOf,
  familyFeatures,
  familyOfElements,
  familySchemes,
  type FamilyScheme,
  isInFamily,
} from './structure-families.ts';

const schemes = Object.keys(familySchemes) as FamilyScheme[];

describe.each(schemes)('families by %s', (scheme) => {
  it('hold every structure exactly once, and features say the same as elements do', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 103 }), { minLength: 1, maxLength: 6 }), (elements) => {
        const structure = {
          lattice: Float64Array.of(9, 0, 0, 0, 9, 0, 0, 0, 9),
          periodic: [true, true, true] as const,
          species: Uint8Array.from(elements),
          positions: Float64Array.from({ length: 3 * elements.length }, (_, at) => at),
          source: { file: 'a.xyz', index: 0, line: 1 },
        };
        const ids = familyFeatures(scheme);
        const outcome = computeFeatures(structure, ids);
        if (outcome.kind !== 'ok') throw new Error('A share of atoms is always defined.');
        const scaled = (feature: string): number =>
          scaledFeature(outcome.values[ids.indexOf(feature)]!, featureById(feature)!.scale);
        const found = familiesOf(scheme).filter((family) => isInFamily(family, scaled));
        expect(found).toEqual([familyOfElements(scheme, elements)]);
      }),
    );
  });
});

it('put well-known crystals where chemists do', () => {
  const of = (scheme: FamilyScheme, ...elements: number[]): string => familyOfElements(scheme, elements).id;
  expect(of('block', 58, 8)).toBe('f-block');
  expect(of('block', 26, 8)).toBe('d-block');
  expect(of('block', 11, 17)).toBe('main-group');
  expect(of('anion', 11, 17)).toBe('halide');
  expect(of('anion', 57, 8, 9)).toBe('halide');
  expect(of('anion', 22, 8)).toBe('chalcogenide');
  expect(of('anion', 31, 33)).toBe('other-anion');
});
