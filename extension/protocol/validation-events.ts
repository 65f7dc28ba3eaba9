import * as z from 'zod';

const force = z.number().nonnegative().nullable();

/** One counterexample of a certificate, computed anew (`pcm validate`). Null: not known. Forces in eV/Å. */
export const validatedEventSchema = z.object({
  kind: z.literal('validated'),
  model: z.string(),
  file: z.string(),
  index: z.number().int().nonnegative(),
  line: z.number().int().positive(),
  split: z.enum(['search', 'validation']),
  /** Error in the certificate, in its criterion's unit; null where the model gave no finite prediction. */
  certified: z.number().nullable(),
  /** max over atoms ‖F‖₂ of the reference and of the model, and the first over the second. */
  referenceForce: force,
  modelForce: force,
  forceRatio: force,
  /** max over atoms ‖F − F_ref‖₂ against the new reference. */
  forceError: force,
  /** Whether the model fails by the new reference too. */
  confirmed: z.boolean().nullable(),
  scfSteps: z.number().int().positive().nullable(),
  seconds: z.number().nonnegative().nullable(),
  /** Whether the result was stored before. */
  stored: z.boolean(),
  /** Why there is no reference. */
  reason: z.string().nullable(),
});
export type ValidatedEvent = z.infer<typeof validatedEventSchema>;

/** What came of all of them. */
export const validationEventSchema = z.object({
  kind: z.literal('validation'),
  certificate: z.string(),
  model: z.string(),
  reference: z.object({ kind: z.string(), sha256: z.string(), description: z.record(z.string(), z.string()) }),
  structures: z.number().int().nonnegative(),
  /** Of them: with a reference, failing by it, passing by it, and neither. */
  computed: z.number().int().nonnegative(),
  confirmed: z.number().int().nonnegative(),
  refuted: z.number().int().nonnegative(),
  undecided: z.number().int().nonnegative(),
  forceRatio: z
    .object({
      median: z.number(),
      interval: z.object({ lower: z.number(), upper: z.number() }).nullable(),
      confidence: z.number(),
      structures: z.number().int().positive(),
    })
    .nullable(),
  /** Medians over the structures with a reference, and the sum of the calculations' wall times, stored ones included. */
  scfSteps: z.number().nullable(),
  seconds: z.number().nullable(),
  totalSeconds: z.number().nonnegative(),
});
export type ValidationEvent = z.infer<typeof validationEventSchema>;
