import * as z from 'zod';
import { randomStream } from '../random.ts';
import { normalQuantile } from '../statistics/normal.ts';
import { baseRecordSchema } from './base-record.ts';
import { changedStructure, rowsTimes } from './changed-structure.ts';
import { structureGenerator, type StructureGenerator } from './structure-generator.ts';

/** Largest magnitude of a component of the strain. */
export const LARGEST_STRAIN = 0.1;
/** Largest rattle, Å: standard deviation of a Gaussian one, half width of a uniform one. */
export const LARGEST_RATTLE = 0.3;

const component = z.number().min(-0.3).max(0.3);

export const strainRattleRecordSchema = baseRecordSchema.extend({
  generator: z.literal('strain-rattle'),
  strain: z
    .tuple([component, component, component, component, component, component])
    .describe('Components xx, yy, zz, yz, xz, xy of the symmetric strain ε; cell and atoms are multiplied by 1 + ε.'),
  rattle: z
    .strictObject({
      distribution: z.enum(['gaussian', 'uniform']),
      amplitude: z
        .number()
        .min(0)
        .max(2)
        .describe('Å, per Cartesian component: the standard deviation, or half the width of the interval.'),
      seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
    })
    .describe('Displacements of the strained atoms. The seed fixes their directions and relative sizes.'),
});
export type StrainRattleRecord = z.infer<typeof strainRattleRecordSchema>;

/**
 * Strained cells with displaced atoms, as in thermal motion under load. Row vectors are multiplied by 1 + ε with a symmetric ε
 * whose six components are uniform in ±`LARGEST_STRAIN` × level; then every Cartesian component of every position gets an
 * independent displacement, Gaussian or uniform, of amplitude at most `LARGEST_RATTLE` × level. The level grows from
 * nearly 0 to 1 over the structures of one proposal. A record with a smaller amplitude and the same seed gives the same
 * displacements, made smaller.
 */
export const strainRattle: StructureGenerator<StrainRattleRecord> = structureGenerator({
  id: 'strain-rattle',
  description: 'Symmetric strain of the cell and random displacements of the atoms, from small to large.',
  recordSchema: strainRattleRecordSchema,
  draw(base, level, random) {
    const strained = (): number => (2 * random.uniform() - 1) * LARGEST_STRAIN * level;
    return {
      generator: 'strain-rattle',
      base: base.id,
      strain: [strained(), strained(), strained(), strained(), strained(), strained()],
      rattle: {
        distribution: random.integer(2) === 0 ? 'gaussian' : 'uniform',
        amplitude: random.uniform() * LARGEST_RATTLE * level,
        seed: random.integer(2 ** 52),
      },
    };
  },
  rebuild(base, { strain, rattle }) {
    const [xx, yy, zz, yz, xz, xy] = strain;
    const deformation = Float64Array.of(1 + xx, xy, xz, xy, 1 + yy, yz, xz, yz, 1 + zz);
    const stream = randomStream(rattle.seed, 'rattle');
    const deviate =
      rattle.distribution === 'uniform'
        ? () => 2 * stream.uniform() - 1
        : () => normalQuantile(stream.uniform() + 2 ** -54);
    const positions = rowsTimes(base.positions, deformation).map((x) => x + rattle.amplitude * deviate());
    return {
      kind: 'ok',
      structure: changedStructure(base, { lattice: rowsTimes(base.lattice, deformation), positions }),
    };
  },
});
