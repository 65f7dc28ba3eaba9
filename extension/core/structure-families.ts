import { elementFamilies, type ElementFamily } from './element-families.ts';

/** What a family asks of an element family's share of the atoms: some of it, or none. */
interface FamilyCondition {
  readonly elements: ElementFamily;
  readonly isPresent: boolean;
}

/** A class of structures, told by which elements occur. */
export interface StructureFamily {
  readonly id: string;
  readonly title: string;
  readonly conditions: readonly FamilyCondition[];
}

/**
 * Ways to divide structures; every structure is in exactly one family of each. Conditions are bounds of features (a share
 * of at least one step, or of none), so an envelope within a family is a box like any other: what is outside of the family
 * is outside of the box.
 */
export const familySchemes = {
  block: [
    { id: 'f-block', title: 'with f-block elements', conditions: [{ elements: 'f_block', isPresent: true }] },
    {
      id: 'd-block',
      title: 'with d-block elements, without f-block ones',
      conditions: [
        { elements: 'f_block', isPresent: false },
        { elements: 'd_block', isPresent: true },
      ],
    },
    {
      id: 'main-group',
      title: 'of main-group elements alone',
      conditions: [
        { elements: 'f_block', isPresent: false },
        { elements: 'd_block', isPresent: false },
      ],
    },
  ],
  anion: [
    { id: 'halide', title: 'with halogens', conditions: [{ elements: 'halogen', isPresent: true }] },
    {
      id: 'chalcogenide',
      title: 'with chalcogens (oxygen is one), without halogens',
      conditions: [
        { elements: 'halogen', isPresent: false },
        { elements: 'chalcogen', isPresent: true },
      ],
    },
    {
      id: 'other-anion',
      title: 'without halogens and chalcogens',
      conditions: [
        { elements: 'halogen', isPresent: false },
        { elements: 'chalcogen', isPresent: false },
      ],
    },
  ],
} as const satisfies Record<string, readonly StructureFamily[]>;

export type FamilyScheme = keyof typeof familySchemes;

/** The families of a scheme, widened to their common type. */
export const familiesOf = (scheme: FamilyScheme): readonly StructureFamily[] => familySchemes[scheme];

/** Features whose bounds tell the families of a scheme apart. */
export function familyFeatures(scheme: FamilyScheme): string[] {
  return [
    ...new Set(familiesOf(scheme).flatMap(({ conditions }) => conditions.map(({ elements }) => featureOf(elements)))),
  ];
}

const featureOf = (elements: ElementFamily): string => `${elements}_fraction`;

/**
 * Whether a structure, given by its scaled features, is in a family.
 *
 * @param valueOf scaled value of a feature, by its id
 */
export function isInFamily({ conditions }: StructureFamily, valueOf: (feature: string) => number): boolean {
  return conditions.every(({ elements, isPresent }) => valueOf(featureOf(elements)) > 0 === isPresent);
}

/** The family of a composition. */
export function familyOfElements(scheme: FamilyScheme, elements: readonly number[]): StructureFamily {
  const found = familiesOf(scheme).find(({ conditions }) =>
    conditions.every(({ elements: kind, isPresent }) => elements.some(elementFamilies[kind]) === isPresent),
  );
  if (found === undefined) throw new Error(`The families of "${scheme}" leave something out.`);
  return found;
}
