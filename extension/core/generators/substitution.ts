import * as z from 'zod';
import { elementProperty } from '../element-properties.ts';
import { cubeRoot } from '../formats/cube-root.ts';
import { sampleWithoutReplacement, type RandomStream } from '../random.ts';
import type { Structure } from '../structure.ts';
import { baseRecordSchema } from './base-record.ts';
import { changedStructure } from './changed-structure.ts';
import { isovalentClasses, isovalentClassNames, isovalentPartners } from './isovalent-classes.ts';
import { structureGenerator, type StructureGenerator } from './structure-generator.ts';
import { supercell } from './supercell.ts';

/** Atoms of a supercell that is made for a substitution; larger bases are not repeated. */
const MOST_ATOMS = 64;
/** No record may ask for more than this. */
const MOST_REBUILT_ATOMS = 4096;

/** Repetitions to choose from, up to eight cells. */
const REPETITIONS = [1, 2, 3, 4]
  .flatMap((i) => [1, 2, 3, 4].flatMap((j) => [1, 2, 3, 4].map((k) => [i, j, k] as [number, number, number])))
  .filter(([i, j, k]) => i * j * k <= 8);

const element = z.number().int().min(1).max(118);
const times = z.number().int().min(1).max(16);

export const substitutionRecordSchema = baseRecordSchema.extend({
  generator: z.literal('substitution'),
  supercell: z.tuple([times, times, times]).describe('Copies of the base along each lattice vector.'),
  class: z.enum(isovalentClassNames).describe('The class of elements in which the swap is isovalent.'),
  from: element,
  to: element,
  sites: z
    .array(
      z
        .number()
        .int()
        .min(0)
        .max(MOST_REBUILT_ATOMS - 1),
    )
    .min(1)
    .max(MOST_REBUILT_ATOMS)
    .describe('Atoms of the supercell that are replaced, ascending: image × (atoms of the base) + atom.'),
  lengthScale: z.number().min(0.05).max(20).describe('All lattice vectors and positions are multiplied by this.'),
});
export type SubstitutionRecord = z.infer<typeof substitutionRecordSchema>;

/**
 * Isovalent swaps: some or all atoms of one element become another one of the same class (`isovalentClasses`). Half of the
 * structures keep the cell; in the others it is repeated to at most 64 atoms, so that parts of a stoichiometry can be
 * replaced that one cell does not have. The number of replaced atoms is uniform from 1 to all, the sites are drawn at
 * random and written into the record. In half of the structures all lengths are multiplied by the cube root of
 * Σ r³ after over Σ r³ before (covalent radii), which keeps the packing fraction; in the others the cell stays as it was.
 */
export const substitution: StructureGenerator<SubstitutionRecord> = structureGenerator({
  id: 'substitution',
  description: 'Isovalent swaps of elements, whole or in part of a supercell, with or without a change of volume.',
  recordSchema: substitutionRecordSchema,
  draw(base, _level, random, elements) {
    const { species } = base.structure;
    const swaps = [...new Set(species)]
      .sort((a, b) => a - b)
      .map((from) => ({
        from,
        partners: isovalentPartners(from).filter(({ partner }) => elements === undefined || elements.has(partner)),
      }))
      .filter(({ partners }) => partners.length > 0);
    if (swaps.length === 0) return null;
    const { from, partners } = swaps[random.integer(swaps.length)]!;
    const { name, partner: to } = partners[random.integer(partners.length)]!;
    const repeated = drawRepetition(base.structure, random);
    const all = sitesOf(species, repeated, from);
    const sites = sampleWithoutReplacement(all, 1 + random.integer(all.length), random).sort();
    const scaled = random.integer(2) === 0;
    return {
      generator: 'substitution',
      base: base.id,
      supercell: repeated,
      class: name,
      from,
      to,
      sites: [...sites],
      lengthScale: scaled ? packingScale(species, repeated, from, to, sites.length) : 1,
    };
  },
  rebuild(base, record) {
    const atoms = base.species.length * record.supercell.reduce((product, copies) => product * copies, 1);
    const members: readonly number[] = isovalentClasses[record.class];
    if (atoms > MOST_REBUILT_ATOMS) return { kind: 'misfit', reason: `the supercell would have ${atoms} atoms` };
    if (record.supercell.some((copies, axis) => copies > 1 && !base.periodic[axis])) {
      return { kind: 'misfit', reason: 'the base is not periodic along an axis that is repeated' };
    }
    if (record.from === record.to || !members.includes(record.from) || !members.includes(record.to)) {
      return { kind: 'misfit', reason: `the swap is not one of the class ${record.class}` };
    }
    const large = supercell(base, record.supercell);
    const species = Uint8Array.from(large.species);
    for (const site of record.sites) {
      if (species[site] !== record.from) {
        return { kind: 'misfit', reason: `atom ${site} of the supercell is not of element ${record.from}` };
      }
      species[site] = record.to;
    }
    const stretch = (lengths: Float64Array): Float64Array => lengths.map((x) => x * record.lengthScale);
    return {
      kind: 'ok',
      structure: changedStructure(base, {
        lattice: stretch(large.lattice),
        positions: stretch(large.positions),
        species,
      }),
    };
  },
});

function drawRepetition({ species, periodic }: Structure, random: RandomStream): [number, number, number] {
  if (random.integer(2) === 0) return [1, 1, 1];
  const fitting = REPETITIONS.filter(
    (copies) =>
      copies[0] * copies[1] * copies[2] * species.length <= MOST_ATOMS &&
      copies.every((copy, axis) => copy === 1 || periodic[axis]),
  );
  return [...(fitting[random.integer(Math.max(1, fitting.length))] ?? [1, 1, 1])] as [number, number, number];
}

/** Atoms of an element in the supercell, ascending. */
function sitesOf(species: Uint8Array, copies: readonly number[], z: number): Int32Array {
  const images = copies.reduce((product, copy) => product * copy, 1);
  return new Int32Array(images * species.length).map((_, at) => at).filter((at) => species[at % species.length] === z);
}

/** Cube root of the ratio of the volumes of all atoms after and before; 1 where a radius is not known. */
function packingScale(
  species: Uint8Array,
  copies: readonly number[],
  from: number,
  to: number,
  replaced: number,
): number {
  const cube = (z: number): number => {
    const radius = elementProperty('covalent_radius', z) ?? NaN;
    return radius * radius * radius;
  };
  const images = copies.reduce((product, copy) => product * copy, 1);
  const before = images * species.reduce((sum, z) => sum + cube(z), 0);
  const scale = cubeRoot((before + replaced * (cube(to) - cube(from))) / before);
  return scale > 0 ? scale : 1;
}
