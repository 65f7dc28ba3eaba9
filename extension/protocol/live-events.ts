import * as z from 'zod';
import { ERROR_BINS } from './error-bins.ts';

const count = z.number().int().nonnegative();

/**
 * Where the search of a model stands while it goes on: sums since its beginning, so that a lost event loses nothing. Its
 * size is bounded by the number of strategies and of elements, not by that of structures.
 */
export const liveEventSchema = z.object({
  kind: z.literal('live'),
  model: z.string(),
  /** One-based round that is being searched. */
  round: z.number().int().positive(),
  tested: count,
  failed: count,
  /** In the order of the project file. */
  strategies: z.array(z.object({ strategy: z.string(), tested: count, failed: count })).max(32),
  errors: z.object({
    unit: z.string(),
    threshold: z.number(),
    /** Tested structures by the bin of their error (`errorBin`). */
    bins: z.array(count).length(ERROR_BINS),
    /** Structures without a finite prediction; they have failed. */
    notFinite: count,
  }),
  /** Elements seen so far: a structure counts for each of its elements. */
  elements: z.array(z.object({ z: z.number().int().min(1).max(118), tested: count, failed: count })).max(118),
});
export type LiveEvent = z.infer<typeof liveEventSchema>;
