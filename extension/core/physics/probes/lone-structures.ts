import { elementProperty } from '../../element-properties.ts';

/** Å from atom to atom, where the oracle does not state a cutoff. */
const UNKNOWN_CUTOFF = 12;
/** Å, beyond the cutoff. */
const MARGIN = 1;
/** Sum of covalent radii, Å, where one is unknown. */
const UNKNOWN_BOND = 3;

/** Å: atoms this far apart do not see each other. */
export const outOfSight = (cutoff: number | null): number => (cutoff ?? UNKNOWN_CUTOFF) + MARGIN;

/** Å: sum of the covalent radii of two elements. */
export function bondLength(first: number, second: number): number {
  const a = elementProperty('covalent_radius', first);
  const b = elementProperty('covalent_radius', second);
  return a === null || b === null ? UNKNOWN_BOND : a + b;
}

/** Elements of a structure, ascending, at most `most`. */
export const elementsOf = (species: Uint8Array, most: number): number[] =>
  [...new Set(species)].sort((a, b) => a - b).slice(0, most);
