import { elementProperty, LARGEST_KNOWN_ELEMENT } from './element-properties.ts';
import { atomicNumberOf, symbolOf } from './element-symbols.ts';

/**
 * Reduced formula of the atoms `species` (atomic numbers), electropositive elements first: [22, 56, 8, 8, 8] is
 * "BaTiO3". Elements without an electronegativity come last, equal ones in the order of the periodic table.
 */
export function formulaOf(species: ArrayLike<number>): string {
  const counts = new Map<number, number>();
  for (let atom = 0; atom < species.length; atom++) {
    const z = species[atom]!;
    counts.set(z, (counts.get(z) ?? 0) + 1);
  }
  let divisor = 0;
  for (const count of counts.values()) divisor = greatestCommonDivisor(count, divisor);
  return [...counts]
    .sort(([a], [b]) => attraction(a) - attraction(b) || a - b)
    .map(([z, count]) => symbolOf(z) + (count === divisor ? '' : String(count / divisor)))
    .join('');
}

/** Atomic numbers in a formula such as "BaTiO3", each once, in their order there; what is no element is passed over. */
export function elementsOfFormula(formula: string): number[] {
  const found = new Set<number>();
  for (const [symbol] of formula.matchAll(/[A-Z][a-z]?/g)) {
    const z = atomicNumberOf(symbol);
    if (z !== undefined) found.add(z);
  }
  return [...found];
}

function attraction(z: number): number {
  return z <= LARGEST_KNOWN_ELEMENT
    ? (elementProperty('electronegativity', z) ?? Number.POSITIVE_INFINITY)
    : Number.POSITIVE_INFINITY;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
