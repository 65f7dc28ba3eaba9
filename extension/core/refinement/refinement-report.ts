import * as z from 'zod';
import { roundSchema } from '../certificate.ts';

/**
 * A refinement as reports and views show it: its rounds with the intervals of their bounds, how much the envelope owes to
 * the seed and to the threshold, and how it compares with simpler regions. Everything is computed on the search split:
 * the validation split is left to the final claim.
 */

const share = z.number().min(0).max(1);
const count = z.number().int().nonnegative();
const interval = z.strictObject({ lower: z.number(), upper: z.number() });

/** A round, as in the certificate, with what follows from its observations. Values in feature units. */
export const roundReportSchema = z.strictObject({
  round: z.number().int().positive(),
  tested: count,
  failed: count,
  discovered: count,
  /** Share of the round's tested structures that passed; null where none was tested. */
  passRate: share.nullable(),
  coverage: share,
  features: z.array(
    z.strictObject({
      feature: z.string(),
      unit: z.string(),
      lower: roundSchema.shape.bounds.element.shape.lower,
      upper: roundSchema.shape.bounds.element.shape.upper,
      compression: z.number(),
    }),
  ),
});

/** The refinement run once more on the same observations, with one thing changed. */
export const variationSchema = z.strictObject({
  /** What was changed to: a seed, or a threshold in the criterion's unit. */
  value: z.number(),
  /** Share of the observations that fail under it. */
  failureRate: share,
  /** Share of the observations inside the envelope that was found; 0 without one. */
  coverage: share,
  /** Failing observations inside. */
  failing: count,
  /** Observations inside both this envelope and the one of the unchanged run, over those inside either; 1: the same. */
  overlap: share,
  /** Per feature, against the box of all observations; null without an envelope. */
  compression: z.array(z.number()).nullable(),
  /** Whether the demand of the claim was met. */
  meetsClaim: z.boolean(),
});
export type Variation = z.infer<typeof variationSchema>;

export const regionKinds = ['envelope', 'quantile-box', 'convex-hull', 'nearest-neighbours'] as const;

/** What one way of drawing a region keeps inside, summed over held-out folds of the search split. */
export const regionReportSchema = z.strictObject({
  method: z.enum(regionKinds),
  title: z.string(),
  /** Held-out rows inside, how many of them failed, and the exact interval of that rate. */
  inside: count,
  failures: count,
  failureRate: share.nullable(),
  interval: interval.nullable(),
  /** Share of the held-out rows inside, and of the passing ones. */
  coverage: share,
  yield: share.nullable(),
  /** Failure rate minus the envelope's, with its bootstrap interval over groups; null for the envelope itself. */
  difference: z.strictObject({ value: z.number(), interval: interval.nullable() }).nullable(),
});
export type RegionReport = z.infer<typeof regionReportSchema>;

export const refinementReportSchema = z.strictObject({
  /** The element family that the envelope is for; null for all. */
  family: z.string().nullable(),
  confidence: share,
  rounds: z.array(roundReportSchema),
  sensitivity: z.strictObject({
    /** Coverage of the unchanged run, which is one round on all observations at once. */
    coverage: share,
    seeds: z.array(variationSchema),
    thresholds: z.array(variationSchema),
  }),
  /** Regions at the envelope's coverage; null where the observations are too few to hold some out. */
  alternatives: z.strictObject({ folds: count, rows: count, regions: z.array(regionReportSchema) }).nullable(),
});
export type RefinementReport = z.infer<typeof refinementReportSchema>;
