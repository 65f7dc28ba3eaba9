import { expect, it } from 'vitest';
import { answeredElements } from './answered-elements.ts';

const formulas = ['NaCl', 'SrTiO3', 'NaCl'];
const sorted = (...declared: (readonly number[] | null)[]): number[] =>
  [...answeredElements(declared, formulas)].sort((a, b) => a - b);

it('takes who declares nothing to know what is in the data', () => {
  expect(sorted(null, null)).toEqual([8, 11, 17, 22, 38]);
});

it('lets everybody have a say', () => {
  // Potassium is in no structure: who declares it is the only one who knows it.
  expect(sorted([8, 11, 17, 19], [8, 11, 19, 20])).toEqual([8, 11, 19]);
  expect(sorted([8, 11, 17, 19], null)).toEqual([8, 11, 17]);
  expect(sorted(null, [19])).toEqual([]);
});
