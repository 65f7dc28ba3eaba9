import * as z from 'zod';
import { aseCalculator, elementList } from '../project-models.ts';

/** A calculator of ASE as reference: everything here but workers and limits decides the numbers. */
export const aseReferenceSchema = z.strictObject({
  kind: z.literal('ase'),
  ...aseCalculator,
  elements: elementList.describe(
    'Symbols of the elements that the calculator is made for; structures with others get no reference. Without it every structure is asked about.',
  ),
  workers: z.number().int().min(1).max(256).default(1).describe('Calculations at one time.'),
  timeLimitSeconds: z
    .number()
    .int()
    .min(1)
    .max(2_592_000)
    .default(3600)
    .describe('Longest calculation of one structure; one that takes longer gives no reference.'),
  largestStructure: z.number().int().min(1).max(10_000).default(100).describe('Atoms; larger ones are not computed.'),
});
export type AseReferenceSettings = z.infer<typeof aseReferenceSchema>;
