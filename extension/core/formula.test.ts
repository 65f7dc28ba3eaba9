import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elementsOfFormula, formulaOf } from './formula.ts';

describe('formulas', () => {
  it.each([
    [[22, 56, 8, 8, 8], 'BaTiO3'],
    [[11, 17, 11, 17], 'NaCl'],
    [[8, 8, 26, 26, 8], 'Fe2O3'],
    [[14, 14, 14], 'Si'],
    [[2, 8], 'OHe'],
  ])('of %j is %s', (species, formula) => expect(formulaOf(species)).toBe(formula));

  it('name every element of the structure once', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 118 }), { minLength: 1, maxLength: 30 }), (species) => {
        const found = elementsOfFormula(formulaOf(species));
        expect([...found].sort((a, b) => a - b)).toEqual([...new Set(species)].sort((a, b) => a - b));
      }),
    );
  });

  it('of hostile text are no elements', () => expect(elementsOfFormula('<img src=x> Qq7')).toEqual([]));
});
