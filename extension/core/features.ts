import { LARGEST_CELL } from './certificate.ts';
import { closestWord } from './closest-word.ts';
import { elementFamilies, type ElementFamily } from './element-families.ts';
import { elementPropertyIds, type ElementPropertyId } from './element-properties.ts';
import {
  compositionOf,
  familyFraction,
  propertyStatistic,
  statistics,
  type Composition,
  type FeatureValue,
  type Statistic,
} from './features/composition.ts';
import { contactsOf, packingFraction, volumePerAtom } from './features/geometry.ts';
import type { Structure } from './structure.ts';

/** A structure with what several features share, computed when first asked for. */
interface Subject {
  readonly structure: Structure;
  readonly composition: Composition;
  readonly contacts: () => ReturnType<typeof contactsOf>;
}

/** A number of a structure, ≥ 0, that is one axis of the compositional space. */
export interface Feature {
  readonly id: string;
  /** '1' where it has none. */
  readonly unit: string;
  /** Integer steps per unit in certificates: see `scaledFeature`. */
  readonly scale: number;
  /** Formula and range, in one or two sentences for people. */
  readonly description: string;
  readonly compute: (subject: Subject) => FeatureValue;
}

interface PropertyTraits {
  readonly name: string;
  readonly unit: string;
  readonly scale: number;
}

const propertyTraits: Readonly<Record<ElementPropertyId, PropertyTraits>> = {
  atomic_number: { name: 'atomic number', unit: '1', scale: 1000 },
  mendeleev_number: { name: 'Mendeleev number (Pettifor order, 1 to 103)', unit: '1', scale: 1000 },
  covalent_radius: { name: 'covalent radius (Cordero 2008)', unit: 'Å', scale: 10000 },
  electronegativity: { name: 'Pauling electronegativity', unit: '1', scale: 10000 },
  s_valence: { name: 'number of s valence electrons (0 to 2)', unit: '1', scale: 10000 },
  p_valence: { name: 'number of p valence electrons (0 to 6)', unit: '1', scale: 10000 },
  d_valence: { name: 'number of d valence electrons (0 to 10)', unit: '1', scale: 10000 },
  f_valence: { name: 'number of f valence electrons (0 to 14)', unit: '1', scale: 10000 },
  melting_point: { name: 'melting point of the element', unit: 'K', scale: 100 },
  ground_state_volume: { name: 'volume per atom of the element in its ground state (DFT)', unit: 'Å³', scale: 1000 },
};

const statisticText: Readonly<Record<Statistic, string>> = {
  mean: 'Mean over atoms of the',
  range: 'Largest minus smallest, over the elements present,',
  spread: 'Mean absolute deviation from the mean, over atoms, of the',
};

const propertyFeatures: readonly Feature[] = elementPropertyIds.flatMap((property) =>
  statistics.map((statistic) => ({
    id: `${property}_${statistic}`,
    unit: propertyTraits[property].unit,
    scale: propertyTraits[property].scale,
    description: `${statisticText[statistic]} ${propertyTraits[property].name}.`,
    compute: ({ composition }: Subject) => propertyStatistic(composition, property, statistic),
  })),
);

const familyText: Readonly<Record<ElementFamily, string>> = {
  f_block: 'f-block atoms (La to Yb, Ac to No)',
  d_block: 'd-block atoms (Sc to Zn, Y to Cd, Lu to Hg, Lr and beyond)',
  alkali: 'alkali metal atoms (Li, Na, K, Rb, Cs, Fr)',
  halogen: 'halogen atoms (F, Cl, Br, I, At)',
  chalcogen: 'chalcogen atoms (O, S, Se, Te, Po)',
};

const familyFeatures: readonly Feature[] = (Object.keys(elementFamilies) as ElementFamily[]).map((family) => ({
  id: `${family}_fraction`,
  unit: '1',
  scale: 10000,
  description: `Fraction of ${familyText[family]}, 0 to 1.`,
  compute: ({ composition }: Subject) => familyFraction(composition, elementFamilies[family]),
}));

const structureFeatures: readonly Feature[] = [
  {
    id: 'number_of_species',
    unit: '1',
    scale: 1,
    description: 'Number of different elements.',
    compute: ({ composition }) => composition.elements.length,
  },
  {
    id: 'volume_per_atom',
    unit: 'Å³',
    scale: 1000,
    description: 'Volume of the cell over number of atoms; only for structures periodic along all three axes.',
    compute: ({ structure }) => volumePerAtom(structure),
  },
  {
    id: 'packing_fraction',
    unit: '1',
    scale: 10000,
    description:
      'Volume of spheres with the covalent radii over volume of the cell. Spheres may overlap, so it can exceed 1.',
    compute: ({ structure, composition }) => packingFraction(structure, composition),
  },
  {
    id: 'min_distance_ratio',
    unit: '1',
    scale: 10000,
    description: 'Smallest distance between two atoms (images included) relative to the sum of their covalent radii.',
    compute: ({ contacts }) => contacts().smallestRatio,
  },
  {
    id: 'mean_coordination',
    unit: '1',
    scale: 1000,
    description: 'Mean over atoms of the number of neighbours within 1.3 times the sum of the covalent radii.',
    compute: ({ contacts }) => contacts().meanCoordination,
  },
];

/** All features, in the order in which they are listed to people. */
export const features: readonly Feature[] = [...propertyFeatures, ...familyFeatures, ...structureFeatures];

export const featureIds: readonly string[] = features.map((feature) => feature.id);

const byId: ReadonlyMap<string, Feature> = new Map(features.map((feature) => [feature.id, feature]));

/** The feature of that name, if there is one. */
export function featureById(id: string): Feature | undefined {
  return byId.get(id);
}

/** What a project uses that names no features: few, readable, chemistry and geometry. */
export const defaultFeatures: readonly string[] = [
  'electronegativity_mean',
  'electronegativity_range',
  'covalent_radius_mean',
  'number_of_species',
  'f_block_fraction',
  'volume_per_atom',
  'min_distance_ratio',
  'mean_coordination',
];

export type FeatureOutcome =
  /** One value per requested feature, in that order, in the features' units; finite, ≥ 0, and small enough to scale. */
  | { readonly kind: 'ok'; readonly values: Float64Array }
  /** The first requested feature that this structure does not have, and why: the structure is refused. */
  | { readonly kind: 'undefined'; readonly feature: string; readonly reason: string };

/**
 * Feature vector of a structure. A neighbour list is made only when a feature needs it, and then once.
 *
 * @param ids names from `featureIds`
 */
export function computeFeatures(structure: Structure, ids: readonly string[]): FeatureOutcome {
  const composition = compositionOf(structure.species);
  let contacts: ReturnType<typeof contactsOf> | undefined;
  const subject: Subject = {
    structure,
    composition,
    contacts: () => (contacts ??= contactsOf(structure, composition)),
  };
  const values = new Float64Array(ids.length);
  for (const [k, id] of ids.entries()) {
    const refuse = (reason: string): FeatureOutcome => ({ kind: 'undefined', feature: id, reason });
    const feature = byId.get(id);
    if (feature === undefined) return refuse('there is no such feature');
    if (composition.total === 0) return refuse('the structure has no atoms');
    const value = feature.compute(subject);
    if (typeof value !== 'number') return refuse(value.undefinedBecause);
    if (!(value >= 0 && value * feature.scale + 0.5 <= LARGEST_CELL)) return refuse(`${value} is out of range`);
    values[k] = value;
  }
  return { kind: 'ok', values };
}

/**
 * The integer that stands for a feature value in certificates: floor(value × scale + 0.5), ties upward.
 *
 * @param value ≥ 0, as `computeFeatures` returns it; one that leaves [0, LARGEST_CELL] is a bug of the caller and throws
 */
export function scaledFeature(value: number, scale: number): number {
  const cell = Math.floor(value * scale + 0.5);
  if (!(cell >= 0 && cell <= LARGEST_CELL)) throw new RangeError(`${value} × ${scale} does not fit a table cell.`);
  return cell;
}

/** The feature that a mistyped name probably meant, if any is near. */
export function suggestFeature(id: string): string | undefined {
  return closestWord(id, featureIds);
}
