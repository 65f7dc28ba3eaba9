import { elementProperty } from '../element-properties.ts';
import { neighbourList, squaredLengths } from '../neighbour-list.ts';
import type { ProbeCrystal } from './crystal.ts';

/** Å; contacts beyond it are none. */
const FARTHEST = 6;

/** The pair of atoms with the smallest distance over the sum of their covalent radii, images included. */
export interface ClosestContact {
  readonly ratio: number;
  /** Å. */
  readonly distance: number;
}

/** null where a radius is unknown, no two atoms are within 6 Å, or the cell is no cell. */
export function closestContact(crystal: ProbeCrystal): ClosestContact | null {
  const query = { ...crystal, cutoff: FARTHEST };
  const edges = neighbourList(query);
  if (edges.kind !== 'ok') return null;
  const squared = squaredLengths(query, edges);
  let closest: ClosestContact | null = null;
  for (let e = 0; e < edges.count; e++) {
    const a = elementProperty('covalent_radius', crystal.species[edges.centre[e]!]!);
    const b = elementProperty('covalent_radius', crystal.species[edges.neighbour[e]!]!);
    if (a === null || b === null) return null;
    const distance = Math.sqrt(squared[e]!);
    const ratio = distance / (a + b);
    if (closest === null || ratio < closest.ratio) closest = { ratio, distance };
  }
  return closest;
}
