import { elementProperty } from '../element-properties.ts';
import { neighbourList, squaredLengths } from '../neighbour-list.ts';
import type { Structure } from '../structure.ts';

/**
 * Smallest distance that generated structures may have, relative to the sum of the two covalent radii. Pairs in crystals
 * under ordinary conditions have about 1, in dense random cells at extreme pressure 0.5.
 */
export const CLOSEST_CONTACT = 0.5;

/**
 * Whether no two atoms (images included) are closer than `CLOSEST_CONTACT`. False as well where that cannot be decided: an
 * element without a covalent radius, a cell without volume, numbers that are not finite.
 */
export function hasRoomForAtoms(structure: Structure): boolean {
  const radii = Float64Array.from(structure.species, (z) => elementProperty('covalent_radius', z) ?? NaN);
  const widest = radii.reduce((most, radius) => Math.max(most, radius), 0);
  if (!(widest > 0)) return false;
  const query = { ...structure, cutoff: 2 * CLOSEST_CONTACT * widest };
  const list = neighbourList(query);
  if (list.kind !== 'ok') return false;
  const squares = squaredLengths(query, list);
  return squares.every((square, e) => {
    const least = CLOSEST_CONTACT * (radii[list.centre[e]!]! + radii[list.neighbour[e]!]!);
    return square >= least * least;
  });
}
