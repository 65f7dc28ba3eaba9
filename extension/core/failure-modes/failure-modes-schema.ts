import * as z from 'zod';
import {
  estimateSchema,
  intervalReportSchema,
  naturalSchema,
  rateSchema,
  REPORT_LIMITS as most,
  shortTextSchema,
  textSchema,
} from '../report/report-numbers.ts';

/** What kind of mistake a model makes, as the section of a report; see the modules of this folder for the methods. */

/** A constant per element, E_model − E_ref ≈ Σ n_Z c_Z, by least squares. */
export const energyOffsetsSchema = z.object({
  structures: naturalSchema,
  elements: z
    .array(
      z.object({
        z: z.number().int().min(1).max(118),
        symbol: shortTextSchema,
        structures: naturalSchema,
        /** eV per atom of this element; null where the compositions do not determine it. */
        offset: z.number().nullable(),
        /** At the report's confidence, from heteroscedasticity-robust errors (HC3). */
        interval: intervalReportSchema.nullable(),
      }),
    )
    .max(most.elements),
  rank: naturalSchema,
  /** Mean |ΔE|/atom as it is, after one common shift, and after the offsets (each structure left out of its own fit), eV/atom. */
  meanError: z.object({ raw: z.number(), commonShift: z.number(), offsets: z.number() }),
  /** Share of the squared error that the offsets explain when left out: 1 − Σ r² / Σ e². May be negative. */
  explained: z.number(),
});
export type EnergyOffsets = z.infer<typeof energyOffsetsSchema>;

/** Regression of predicted on reference force components through the origin. */
export const softeningSchema = z.object({
  structures: naturalSchema,
  components: naturalSchema,
  /** F_model ≈ slope F_ref: below 1 too soft, above 1 too hard. Interval by resampling whole structures. */
  slope: estimateSchema,
  correlation: z.number().nullable(),
  /** Root mean square force error, and what is left of it after dividing the slope out, eV/Å. */
  error: z.number(),
  errorRescaled: z.number(),
});
export type Softening = z.infer<typeof softeningSchema>;

/** The error of each atomic force, split into what a wrong length and what a wrong direction makes of it. */
export const directionSchema = z.object({
  /** Atoms whose reference force exceeds `floor`, eV/Å. */
  atoms: naturalSchema,
  floor: z.number(),
  /** Shares of the summed squared error: (|F| − |F_ref|)², and 2 |F| |F_ref| (1 − cos θ). They add up to 1. */
  magnitudeShare: estimateSchema,
  directionShare: estimateSchema,
  /** Median angle between both forces, degrees, and the median of |F| / |F_ref|. */
  medianAngle: estimateSchema,
  medianRatio: estimateSchema,
});
export type DirectionErrors = z.infer<typeof directionSchema>;

/** A mistake of sign, unit or normalisation that makes all numbers of a kind wrong by one factor. */
export const unitFaultSchema = z.object({
  quantity: z.enum(['energies', 'forces']),
  /** Short id: `sign`, `hartree`, `per-atom`, … */
  fault: shortTextSchema,
  /** The factor that was found and the one that the fault would give: model ≈ factor × reference. */
  measured: z.number(),
  expected: z.number(),
  /** Relative residual as it is, and after taking the fault back. */
  residual: z.number(),
  residualAfter: z.number(),
  structures: naturalSchema,
  explanation: textSchema,
});
export type UnitFault = z.infer<typeof unitFaultSchema>;

/** A box of few conditions in which counterexamples gather. */
export const failureClusterSchema = z.object({
  /** Its conditions in words. */
  name: textSchema,
  conditions: z
    .array(
      z.object({
        feature: shortTextSchema,
        unit: shortTextSchema,
        relation: z.enum(['at-most', 'above']),
        value: z.number(),
      }),
    )
    .max(8),
  /** Of the observations that had no part in finding it. */
  rate: rateSchema,
  /** Share of all counterexamples that lie in it. */
  share: z.number(),
  /** Rate inside over the rate of all observations; null where nothing failed. */
  lift: z.number().nullable(),
  /** Rows of `counterexamples.list` that lie in it, at most a few. */
  examples: z.array(naturalSchema).max(16),
});
export type FailureCluster = z.infer<typeof failureClusterSchema>;

export const failureModesSchema = z.object({
  /** Structures whose forces were asked anew, and how they were chosen; null where none were. */
  asked: z.object({ structures: naturalSchema, how: textSchema }).nullable(),
  energyOffsets: energyOffsetsSchema.nullable(),
  softening: softeningSchema.nullable(),
  direction: directionSchema.nullable(),
  unitFaults: z.array(unitFaultSchema).max(16),
  clusters: z.array(failureClusterSchema).max(most.clusters),
  /** Why a part is missing, in sentences. */
  notes: z.array(textSchema).max(most.texts),
});
export type FailureModesSection = z.infer<typeof failureModesSchema>;
