import * as z from 'zod';

const count = z.number().int().nonnegative();

/** A counterexample and the least change of its base that still fails (`pcm minimize`). */
export const minimizedEventSchema = z.object({
  kind: z.literal('minimized'),
  model: z.string(),
  /** Content id of the counterexample, where it or its base stands in the data, and what made it; null for data. */
  id: z.string(),
  file: z.string(),
  index: count,
  line: z.number().int().positive(),
  generator: z.string().nullable(),
  /** In the criterion's unit; null: no finite prediction. */
  error: z.number().nullable(),
  /** The smaller counterexample, or null where none was found or looked for. */
  minimal: z
    .object({ id: z.string(), record: z.json(), error: z.number().nullable(), distortion: z.number() })
    .nullable(),
  /** How far the counterexample is from its base, in the measure of its generator; null without a base. */
  distortion: z.number().nullable(),
  /** Structures that the model and the reference were asked about. */
  asked: count,
  /** Why it stopped, in words. */
  reason: z.string(),
});
export type MinimizedEvent = z.infer<typeof minimizedEventSchema>;

/** Counterexamples written for other programs (`pcm export`). */
export const exportedEventSchema = z.object({
  kind: z.literal('exported'),
  certificate: z.string(),
  model: z.string(),
  format: z.string(),
  structures: count,
  files: z.array(z.string()),
});
export type ExportedEvent = z.infer<typeof exportedEventSchema>;
