import * as z from 'zod';
import type { Structure } from '../structure.ts';
import { goldenRatio, goldenRatioRecordSchema } from './golden-ratio.ts';
import { strainRattle, strainRattleRecordSchema } from './strain-rattle.ts';
import type { BaseRecord, Rebuilt, StructureGenerator } from './structure-generator.ts';
import { substitution, substitutionRecordSchema } from './substitution.ts';

/** Every generator of structures by its id. */
export const generators = {
  'golden-ratio': goldenRatio,
  'strain-rattle': strainRattle,
  substitution,
} as const satisfies {
  readonly [Id in GeneratorRecord['generator']]: StructureGenerator<Extract<GeneratorRecord, { generator: Id }>>;
};

export type GeneratorId = keyof typeof generators;

/** The ids of the table, for schemas and messages. */
export const generatorIds = ['golden-ratio', 'strain-rattle', 'substitution'] as const satisfies readonly GeneratorId[];

/** The record of a structure that any of the generators made: one line of a log. */
export const generatorRecordSchema = z.discriminatedUnion('generator', [
  goldenRatioRecordSchema,
  strainRattleRecordSchema,
  substitutionRecordSchema,
]);
export type GeneratorRecord = z.infer<typeof generatorRecordSchema>;

/**
 * The structure that a record describes, whichever generator wrote it.
 *
 * @param base the structure that the record's `base` names
 */
export function rebuildStructure(base: Structure, record: GeneratorRecord): Rebuilt {
  const generator: StructureGenerator<GeneratorRecord & BaseRecord> = generators[record.generator];
  return generator.rebuild(base, record);
}
