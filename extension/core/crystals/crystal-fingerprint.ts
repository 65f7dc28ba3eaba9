import { cellVolume } from '../formats/cell-geometry.ts';
import { cubeRoot } from '../formats/cube-root.ts';
import { neighbourList, squaredLengths } from '../neighbour-list.ts';
import type { Structure } from '../structure.ts';

/** Neighbours that are looked at per atom, shared among the elements by how much there is of each. */
const NEIGHBOURS = 32;
/** At least so many of every element. */
const FEWEST_PER_ELEMENT = 4;
/** Larger cells have no fingerprint: it would cost more than it is worth. */
const MOST_ATOMS = 1000;
const MOST_EDGES = 1_000_000;
/** Times that the sphere is enlarged before an atom is taken to have too few neighbours. */
const ENLARGEMENTS = 6;

/** Distances, Å, that differ by less are taken for equal: decimals of files, not structure. */
export const SAME_DISTANCE = 1e-3;

export type Crystal = Pick<Structure, 'lattice' | 'periodic' | 'species' | 'positions'>;

/**
 * Numbers (Å) that a crystal has whatever its cell, origin, orientation, handedness and order of atoms, and which change by
 * at most ε where no distance changes by more than ε: for every ordered pair of elements (a, b) and every k, the mean and
 * the root mean square, over the atoms of a, of the distance to the k-th nearest atom of b. These are averages of the rows of
 * the pointwise distance distribution, kept apart by element.
 *
 * Enlarging the cell repeats rows and changes no average. What has equal fingerprints to `SAME_DISTANCE` is taken for one
 * crystal; mirror images are, too, which have the same energies and forces.
 *
 * @returns null where there is none: not periodic along all axes, no volume, more than 1,000 atoms, or distances so uneven
 * that the neighbours were not found
 * @see Widdowson, Mosca, Pulido, Cooper & Kurlin, MATCH 87 (2022) 529: average minimum distances of periodic point sets
 */
export function crystalFingerprint(crystal: Crystal): Float64Array | null {
  const { lattice, periodic, species, positions } = crystal;
  const atoms = species.length;
  const volume = cellVolume(lattice);
  if (atoms === 0 || atoms > MOST_ATOMS || !periodic.every(Boolean) || !(volume > 0 && volume < Infinity)) return null;
  const elements = [...new Set(species)].sort((a, b) => a - b);
  const counts = elements.map((z) => species.reduce((sum, other) => sum + (other === z ? 1 : 0), 0));
  const wanted = counts.map((count) => Math.max(FEWEST_PER_ELEMENT, Math.ceil((NEIGHBOURS * count) / atoms)));
  const kind = Uint8Array.from(species, (z) => elements.indexOf(z));
  let cutoff = cubeRoot((3 * 2 * NEIGHBOURS * volume) / atoms / (4 * Math.PI));
  for (let attempt = 0; attempt < ENLARGEMENTS; attempt++, cutoff *= 1.4) {
    const query = { lattice, periodic, positions, cutoff, maximumEdges: MOST_EDGES };
    const list = neighbourList(query);
    if (list.kind !== 'ok') return null;
    const squares = squaredLengths(query, list);
    const found: number[][] = Array.from({ length: atoms * elements.length }, () => []);
    for (let e = 0; e < list.count; e++) {
      found[list.centre[e]! * elements.length + kind[list.neighbour[e]!]!]!.push(squares[e]!);
    }
    if (found.some((squared, at) => squared.length < wanted[at % elements.length]!)) continue;
    return averages(found, kind, counts, wanted);
  }
  return null;
}

/** @param found squared distances, by atom and element */
function averages(
  found: readonly number[][],
  kind: Uint8Array,
  counts: readonly number[],
  wanted: readonly number[],
): Float64Array {
  const width = wanted.reduce((sum, count) => sum + count, 0);
  const sums = new Float64Array(2 * width * counts.length);
  found.forEach((squared, at) => {
    const b = at % counts.length;
    const a = kind[Math.floor(at / counts.length)]!;
    const start = 2 * (a * width + wanted.slice(0, b).reduce((sum, count) => sum + count, 0));
    const nearest = Float64Array.from(squared).sort();
    for (let k = 0; k < wanted[b]!; k++) {
      sums[start + 2 * k]! += Math.sqrt(nearest[k]!) / counts[a]!;
      sums[start + 2 * k + 1]! += nearest[k]! / counts[a]!;
    }
  });
  for (let at = 1; at < sums.length; at += 2) sums[at] = Math.sqrt(sums[at]!);
  return sums;
}

/** Whether two fingerprints of crystals with the same reduced formula are those of one crystal. */
export function sameFingerprint(one: Float64Array, other: Float64Array): boolean {
  return one.length === other.length && one.every((value, at) => Math.abs(value - other[at]!) <= SAME_DISTANCE);
}
