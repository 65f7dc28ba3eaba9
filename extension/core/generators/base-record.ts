import * as z from 'zod';

/** What every record of a generated structure holds. */
export const baseRecordSchema = z.strictObject({
  generator: z.string(),
  base: z.string().min(1).max(64).describe('Content id of the structure that was changed.'),
  rejected: z
    .number()
    .int()
    .min(0)
    .max(1000)
    .describe('Draws thrown away just before this one, because atoms were too close.'),
});
