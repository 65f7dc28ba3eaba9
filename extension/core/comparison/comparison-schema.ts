import * as z from 'zod';
import {
  estimateSchema,
  naturalSchema,
  rateSchema,
  REPORT_LIMITS as most,
  shortTextSchema,
  textSchema,
} from '../report/report-numbers.ts';

/** Several models on the same structures: what `pcm compare` says, and the section of a report. */

const pairsOfModels = (most.models * (most.models - 1)) / 2;

/** A p-value and its two corrections over all tests of its kind in the comparison. */
export const testedSchema = z.object({
  pValue: z.number(),
  /** Holm's step-down: controls the probability of any false finding (family-wise error). */
  holm: z.number(),
  /** Benjamini and Hochberg's step-up: controls the expected share of false ones among the findings. */
  benjaminiHochberg: z.number(),
});
export type Tested = z.infer<typeof testedSchema>;

export const pairSchema = z.object({
  /** Indices into `models`, first < second. */
  first: naturalSchema,
  second: naturalSchema,
  /** Structures by who fails on them. */
  both: naturalSchema,
  onlyFirst: naturalSchema,
  onlySecond: naturalSchema,
  neither: naturalSchema,
  /** both / (both + one of them); null where nobody fails. Bootstrap over groups of structures. */
  jaccard: estimateSchema.nullable(),
  /** Exact test of equal failure rates: McNemar on the structures where only one fails. */
  mcnemar: testedSchema.nullable(),
  /** Of the errors, over structures where both are finite; Fisher z intervals. Null without variance or with too few. */
  pearson: estimateSchema.extend({ test: testedSchema }).nullable(),
  spearman: estimateSchema.extend({ test: testedSchema }).nullable(),
  /** Pearson correlation of the signed errors, where both are known. */
  signed: estimateSchema.nullable(),
  structuresWithErrors: naturalSchema,
  /** Correlation of the permutation importances of both risk models (Spearman over features). */
  importance: estimateSchema.nullable(),
});
export type ComparedPair = z.infer<typeof pairSchema>;

export const transferSchema = z.object({
  /** Of what `from` fails on, how much does `to` fail on. */
  from: naturalSchema,
  to: naturalSchema,
  rate: rateSchema,
  /** Over the failure rate of `to` on all structures; 1: the failures of `from` say nothing. Null where undefined. */
  lift: z.number().nullable(),
});
export type FailureTransfer = z.infer<typeof transferSchema>;

/** A risk model learnt from the failures of `from`, out of fold, against the failures of `to`. */
export const riskTransferSchema = z.object({
  from: naturalSchema,
  to: naturalSchema,
  /** Area under the ROC curve with DeLong's interval; null where `from` or `to` fails too seldom or too often. */
  area: estimateSchema.nullable(),
});
export type RiskTransfer = z.infer<typeof riskTransferSchema>;

export const comparisonSchema = z.object({
  kind: z.literal('comparison'),
  project: shortTextSchema,
  criterion: z.object({ kind: shortTextSchema, unit: shortTextSchema, threshold: z.number() }),
  confidence: z.number(),
  seed: naturalSchema,
  /** Structures that every model answered for or failed on; only these are compared. */
  structures: naturalSchema,
  /** Structures left out because a model refused them or a label is missing. */
  leftOut: naturalSchema,
  /** Groups (compositions) that folds and resamples never cut through. */
  groups: naturalSchema,
  folds: naturalSchema,
  features: z.array(z.object({ id: shortTextSchema, unit: shortTextSchema })).max(128),
  models: z
    .array(
      z.object({
        id: shortTextSchema,
        kind: shortTextSchema,
        rate: rateSchema,
        notFinite: naturalSchema,
        /** Over finite errors, in the criterion's unit. */
        meanError: z.number().nullable(),
        medianError: estimateSchema.nullable(),
        /** Permutation importance per feature: fall of AUC; null where no risk model could be trained. */
        importance: z.array(estimateSchema).max(128).nullable(),
      }),
    )
    .max(most.models),
  pairs: z.array(pairSchema).max(pairsOfModels),
  transfer: z.array(transferSchema).max(2 * pairsOfModels),
  /** Row by row, the diagonal included. */
  riskTransfer: z.array(riskTransferSchema).max(most.models * most.models),
  notes: z.array(textSchema).max(most.texts),
});
export type Comparison = z.infer<typeof comparisonSchema>;
