import { elementProperty } from '../element-properties.ts';
import { symbolOf } from '../element-symbols.ts';
import { neighbourList, squaredLengths } from '../neighbour-list.ts';
import type { Structure } from '../structure.ts';
import type { Composition, FeatureValue } from './composition.ts';

/** Two atoms touch up to this multiple of the sum of their covalent radii. */
export const CONTACT = 1.3;
/** Å; atoms farther apart than this from everything else have no nearest neighbour worth a number. */
const FARTHEST = 200;

/** Crowds beyond these are no crystals, and must not cost the memory of one. */
const MOST_NEIGHBOURS = 2000;
const MOST_EDGES = 10_000_000;
/** Keeps a pair at exactly the bound on the inside. */
const ROUNDING = 1 + 1e-12;

/** Volume of the cell divided by the number of atoms, Å³; undefined unless periodic along all three axes. */
export function volumePerAtom(structure: Structure): FeatureValue {
  if (!structure.periodic.every(Boolean)) {
    return { undefinedBecause: 'the structure is not periodic along all three axes and has no volume' };
  }
  const [ax = 0, ay = 0, az = 0, bx = 0, by = 0, bz = 0, cx = 0, cy = 0, cz = 0] = structure.lattice;
  const volume = Math.abs(ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx));
  if (!(volume > 0)) return { undefinedBecause: 'the cell has no volume' };
  return volume / structure.species.length;
}

/** Volume of spheres with the covalent radii over the volume of the cell. Spheres overlap, so it may exceed 1. */
export function packingFraction(structure: Structure, composition: Composition): FeatureValue {
  const volume = volumePerAtom(structure);
  if (typeof volume !== 'number') return volume;
  const { elements, counts, total } = composition;
  let spheres = 0;
  for (const [k, z] of elements.entries()) {
    const radius = elementProperty('covalent_radius', z);
    if (radius === null) return noRadius(z);
    spheres += counts[k]! * ((4 / 3) * Math.PI * radius * radius * radius);
  }
  return spheres / total / volume;
}

function noRadius(z: number): FeatureValue {
  return { undefinedBecause: `no covalent radius is known for ${symbolOf(z)}` };
}

/** What the neighbourhood features need, found in one pass over one neighbour list. */
interface Contacts {
  readonly smallestRatio: FeatureValue;
  readonly meanCoordination: FeatureValue;
}

/**
 * Distances relative to the sum of covalent radii ρ = d / (r_i + r_j), over all pairs of atoms and images: the smallest
 * one, and per atom the number of neighbours with ρ ≤ 1.3, averaged over atoms.
 */
export function contactsOf(structure: Structure, composition: Composition): Contacts {
  const radii = new Float64Array(256);
  for (const z of composition.elements) {
    const radius = elementProperty('covalent_radius', z);
    if (radius === null) return { smallestRatio: noRadius(z), meanCoordination: noRadius(z) };
    radii[z] = radius;
  }
  const widest = 2 * Math.max(...radii);
  const maximumEdges = Math.min(MOST_NEIGHBOURS * structure.species.length, MOST_EDGES);
  let coordination: FeatureValue | null = null;
  // A pair beyond the cutoff has ρ > cutoff / widest: the smallest ρ is final once it is below that.
  for (let cutoff = CONTACT * widest * ROUNDING; cutoff < FARTHEST;) {
    const query = { ...structure, cutoff, maximumEdges };
    const list = neighbourList(query);
    if (list.kind !== 'ok') {
      const reason =
        list.kind === 'singular-cell'
          ? 'the cell has no volume'
          : list.kind === 'too-many-edges'
            ? `there are more than ${list.maximumEdges} pairs of atoms within ${cutoff.toFixed(1)} Å`
            : list.reason;
      return {
        smallestRatio: { undefinedBecause: reason },
        meanCoordination: coordination ?? { undefinedBecause: reason },
      };
    }
    const squares = squaredLengths(query, list);
    let smallest = Infinity;
    let touching = 0;
    for (let e = 0; e < list.count; e++) {
      const sum = radii[structure.species[list.centre[e]!]!]! + radii[structure.species[list.neighbour[e]!]!]!;
      const ratio = Math.sqrt(squares[e]!) / sum;
      if (ratio < smallest) smallest = ratio;
      if (ratio <= CONTACT) touching++;
    }
    coordination ??= touching / structure.species.length;
    if (smallest <= cutoff / widest) return { smallestRatio: smallest, meanCoordination: coordination };
    cutoff = Math.min(2 * cutoff, smallest * widest * ROUNDING);
  }
  const alone = { undefinedBecause: `no two atoms are within ${FARTHEST} Å of each other` };
  return { smallestRatio: alone, meanCoordination: coordination ?? alone };
}
