import * as z from 'zod';
import { determinant, inverse } from '../formats/cell-geometry.ts';
import type { RandomStream } from '../random.ts';
import { baseRecordSchema } from './base-record.ts';
import { changedStructure, rowsTimes } from './changed-structure.ts';
import { r3Point } from './r3-sequence.ts';
import { structureGenerator, type StructureGenerator } from './structure-generator.ts';

/** Sixteenths of a power of φ, from small to large: factors 1.031, 1.062, 1.128, 1.272 and 1.618. */
const GRADES = [1, 2, 4, 8, 16] as const;

/** One in so many structures has its atoms placed anew. */
const PLACED_EVERY = 4;

const exponent = z.number().int().min(-32).max(32);
const fraction = z.number().min(0).lt(1);

export const goldenRatioRecordSchema = baseRecordSchema.extend({
  generator: z.literal('golden-ratio'),
  sixteenths: z
    .tuple([exponent, exponent, exponent])
    .describe('k of each lattice vector: its length is multiplied by φ^(k/16).'),
  atoms: z
    .discriminatedUnion('placement', [
      z.strictObject({ placement: z.literal('kept') }),
      z.strictObject({ placement: z.literal('r3'), offset: z.tuple([fraction, fraction, fraction]) }),
    ])
    .describe('Fractional coordinates: those of the base, or points 0, 1, … of the R3 sequence from this offset on.'),
});
export type GoldenRatioRecord = z.infer<typeof goldenRatioRecordSchema>;

/** φ^(1/16) by four square roots, which every machine rounds alike. */
const SIXTEENTH = Math.sqrt(Math.sqrt(Math.sqrt(Math.sqrt((1 + Math.sqrt(5)) / 2))));

/** φ^(k/16) for a whole number k. */
export function goldenPower(sixteenths: number): number {
  let power = 1;
  for (let k = 0; k < Math.abs(sixteenths); k++) power *= SIXTEENTH;
  return sixteenths < 0 ? 1 / power : power;
}

/**
 * Cells distorted by powers of the golden ratio φ = (1 + √5)/2. The lattice vectors a, b, c become φ^(k₁/16) a, φ^(k₂/16) b and
 * φ^(k₃/16) c, and the atoms keep their fractional coordinates; so the angles stay, and the volume is multiplied by
 * φ^((k₁+k₂+k₃)/16), which is 1 exactly when the whole numbers k add up to 0. With g = 1, 2, 4, 8, 16 over the structures of one
 * proposal, from small to large, (k₁, k₂, k₃) is drawn from
 *
 * - one axis: (±g, 0, 0) and permutations,
 * - two axes, volume kept: (g, −g, 0) and permutations,
 * - one axis against the two others, volume kept: ±(g, −g/2, −g/2) and permutations, for even g,
 * - all axes alike: ±(g, g, g).
 *
 * In one structure of four the atoms, in their order, are moved to points of the R3 low-discrepancy sequence (Roberts 2018):
 * the same composition and density, spread evenly, in an arrangement that no relaxation has seen.
 *
 * Bases must be periodic along all three axes; others are passed over.
 */
export const goldenRatio: StructureGenerator<GoldenRatioRecord> = structureGenerator({
  id: 'golden-ratio',
  description:
    'Cells stretched and compressed by powers of the golden ratio, atoms kept or spread by a quasirandom sequence.',
  recordSchema: goldenRatioRecordSchema,
  draw(base, level, random) {
    if (!hasVolume(base.structure)) return null;
    const grade = GRADES[Math.min(GRADES.length - 1, Math.ceil(level * GRADES.length) - 1)]!;
    const choices = distortions(grade);
    const sixteenths = choices[random.integer(choices.length)]!;
    const atoms: GoldenRatioRecord['atoms'] =
      random.integer(PLACED_EVERY) === 0 ? { placement: 'r3', offset: offsetFrom(random) } : { placement: 'kept' };
    return { generator: 'golden-ratio', base: base.id, sixteenths, atoms };
  },
  rebuild(base, { sixteenths, atoms }) {
    if (!hasVolume(base)) return { kind: 'misfit', reason: 'the base is not a cell with a volume' };
    const factors = sixteenths.map(goldenPower);
    const lattice = base.lattice.map((component, at) => component * factors[Math.floor(at / 3)]!);
    const fractional =
      atoms.placement === 'kept'
        ? rowsTimes(base.positions, inverse(base.lattice))
        : Float64Array.from([...base.species.keys()].flatMap((n) => r3Point(n, atoms.offset)));
    return { kind: 'ok', structure: changedStructure(base, { lattice, positions: rowsTimes(fractional, lattice) }) };
  },
});

function hasVolume({ lattice, periodic }: { lattice: Float64Array; periodic: readonly boolean[] }): boolean {
  const volume = Math.abs(determinant(lattice));
  return periodic.every(Boolean) && volume > 0 && volume < Infinity;
}

function offsetFrom(random: RandomStream): [number, number, number] {
  return [random.uniform(), random.uniform(), random.uniform()];
}

type Exponents = GoldenRatioRecord['sixteenths'];

/** All distortions of one grade, each once. */
function distortions(grade: number): Exponents[] {
  const half = grade / 2;
  const along = (axis: number, one: number, others: number): Exponents => [
    axis === 0 ? one : others,
    axis === 1 ? one : others,
    axis === 2 ? one : others,
  ];
  const list: Exponents[] = [
    [grade, grade, grade],
    [-grade, -grade, -grade],
    [grade, -grade, 0],
    [-grade, grade, 0],
    [grade, 0, -grade],
    [-grade, 0, grade],
    [0, grade, -grade],
    [0, -grade, grade],
  ];
  for (const axis of [0, 1, 2]) {
    list.push(along(axis, grade, 0), along(axis, -grade, 0));
    if (grade % 2 === 0) list.push(along(axis, grade, -half), along(axis, -grade, half));
  }
  return list;
}
