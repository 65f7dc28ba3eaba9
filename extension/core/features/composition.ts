import { elementProperty, type ElementPropertyId } from '../element-properties.ts';
import { symbolOf } from '../element-symbols.ts';

/** A value, or why a structure has none. */
export type FeatureValue = number | { readonly undefinedBecause: string };

/**
 * What a structure is made of: elements in ascending order and how many atoms of each per formula unit. Since the order
 * of the atoms and the size of the cell have left, whatever is computed from it is exactly the same for a permuted
 * structure and for a supercell.
 */
export interface Composition {
  readonly elements: readonly number[];
  /** Divided by their greatest common divisor. */
  readonly counts: readonly number[];
  /** Sum of `counts`. */
  readonly total: number;
}

/** Composition of a structure from the atomic numbers of its atoms (1..118). */
export function compositionOf(species: Uint8Array): Composition {
  const counts = new Int32Array(256);
  for (const z of species) counts[z]!++;
  const elements: number[] = [];
  let divisor = 0;
  counts.forEach((count, z) => {
    if (count === 0) return;
    elements.push(z);
    divisor = greatestCommonDivisor(divisor, count);
  });
  const reduced = elements.map((z) => counts[z]! / divisor);
  return { elements, counts: reduced, total: reduced.reduce((sum, count) => sum + count, 0) };
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

export const statistics = ['mean', 'range', 'spread'] as const;
export type Statistic = (typeof statistics)[number];

/**
 * Statistic of an element property over the atoms. With fractions x of atoms and values p:
 * mean m = Σ x p; range = max p − min p; spread = Σ x |p − m| (mean absolute deviation).
 */
export function propertyStatistic(
  composition: Composition,
  property: ElementPropertyId,
  statistic: Statistic,
): FeatureValue {
  const { elements, counts, total } = composition;
  const values: number[] = [];
  for (const z of elements) {
    const value = elementProperty(property, z);
    if (value === null) return { undefinedBecause: `no ${property.replaceAll('_', ' ')} is known for ${symbolOf(z)}` };
    values.push(value);
  }
  if (statistic === 'range') return Math.max(...values) - Math.min(...values);
  const mean = values.reduce((sum, value, k) => sum + counts[k]! * value, 0) / total;
  if (statistic === 'mean') return mean;
  return values.reduce((sum, value, k) => sum + counts[k]! * Math.abs(value - mean), 0) / total;
}

/** Fraction of atoms whose element belongs to a family. */
export function familyFraction(composition: Composition, member: (z: number) => boolean): number {
  const { elements, counts, total } = composition;
  return elements.reduce((sum, z, k) => sum + (member(z) ? counts[k]! : 0), 0) / total;
}
