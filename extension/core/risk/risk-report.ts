import * as z from 'zod';

/**
 * What is known of a risk model on the user's own data: every figure comes from rows that the scored model has not seen,
 * and beside every model stand the baselines that cost nothing. Numbers that do not exist (an interval from a single
 * failure, a score of NaN) are null, never a guess.
 */

const share = z.number().min(0).max(1);
const count = z.number().int().nonnegative();
const interval = z.strictObject({ lower: z.number(), upper: z.number() }).nullable();

/** Area under the ROC curve; 0.5 says nothing. */
export const areaReportSchema = z.strictObject({
  value: share.nullable(),
  /** DeLong's, rows taken as independent. */
  standardError: z.number().nonnegative().nullable(),
  delong: interval,
  /** Bootstrap intervals that resample whole groups. */
  percentile: interval,
  bca: interval,
});
export type AreaReport = z.infer<typeof areaReportSchema>;

/** Failures among the rows of greatest score. */
export const topPrecisionSchema = z.strictObject({
  share,
  rows: count,
  /** Expected over the orders of equal scores, so it need not be whole. */
  failures: z.number().nonnegative(),
  precision: share,
  /** Clopper–Pearson, rows taken as independent. */
  interval,
});

/** Probabilities after isotonic calibration, fitted inside the training folds. */
export const calibrationReportSchema = z.strictObject({
  brier: share,
  /** Brier score of the training folds' failure rate as the answer to everything: what calibration has to beat. */
  brierOfRate: share,
  bins: z.array(z.strictObject({ rows: count, failures: count, predicted: share, observed: share, interval })),
});

/** How well one score tells failures from passes. */
export const scoreReportSchema = z.strictObject({
  id: z.string(),
  /** In words, for tables and legends. */
  title: z.string(),
  role: z.enum(['model', 'baseline']),
  /** Rows on which this score exists; the comparisons use the rows that both scores have. */
  rows: count,
  failures: count,
  area: areaReportSchema,
  top: z.array(topPrecisionSchema),
  /** Thinned for drawing; the area is exact. `area` is that of the risk–coverage curve: low is good. */
  riskCoverage: z
    .strictObject({
      points: z.array(z.strictObject({ coverage: share, risk: share })),
      area: share,
      interval,
    })
    .nullable(),
  roc: z.array(z.strictObject({ falsePositiveRate: share, truePositiveRate: share })),
  /** Null for baselines, which predict no probability. */
  calibration: calibrationReportSchema.nullable(),
});
export type ScoreReport = z.infer<typeof scoreReportSchema>;

/** Failure rates among what two scores accept, as many rows each, and their difference. */
export const matchedReportSchema = z.strictObject({
  /** Share of all rows (coverage) or of the passing rows (yield) that both accept. */
  level: share,
  first: share,
  second: share,
  difference: z.number(),
  /** Percentile bootstrap over groups. */
  interval,
});
export type MatchedReport = z.infer<typeof matchedReportSchema>;

/** A model against a baseline (or another model) on the rows that both score. */
export const scoreComparisonSchema = z.strictObject({
  first: z.string(),
  second: z.string(),
  rows: count,
  failures: count,
  /** AUC of the first minus that of the second, DeLong's paired test. */
  difference: z.number().nullable(),
  interval,
  pValue: share.nullable(),
  /** Holm's correction over all comparisons of this report. */
  adjustedPValue: share.nullable(),
  atCoverage: z.array(matchedReportSchema),
  atYield: z.array(matchedReportSchema),
});
export type ScoreComparisonReport = z.infer<typeof scoreComparisonSchema>;

export const importanceReportSchema = z.strictObject({
  feature: z.string(),
  /** Mean loss of AUC when the feature's values are dealt out to other rows. */
  drop: z.number().nullable(),
  interval,
});

export const dependenceReportSchema = z.strictObject({
  feature: z.string(),
  unit: z.string(),
  /** Mean predicted probability with the feature set to a value; the least and greatest over the folds' models. */
  points: z.array(z.strictObject({ value: z.number(), risk: share, lowest: share, highest: share })),
});

/** The same training on shuffled verdicts: anything but 0.5 would mean that the figures above leak. */
export const controlReportSchema = z.strictObject({
  shuffles: count,
  area: share.nullable(),
  /** Around the mean over the shuffles, under the hypothesis that nothing can be learned. */
  interval,
  pValue: share.nullable(),
  /** False where the mean is further from 0.5 than chance makes it once in 1,000 reports. */
  isSound: z.boolean(),
});
export type ControlReport = z.infer<typeof controlReportSchema>;

export const riskReportSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('evaluated'),
    rows: count,
    failures: count,
    /** Compositions (or whatever kept near-duplicates together), and in how many folds. */
    groups: count,
    folds: count,
    /** Rows left out because there were more than the evaluation takes; whole groups, drawn by a seeded hash. */
    leftOut: count,
    confidence: share,
    replicates: count,
    seed: z.number().int(),
    features: z.array(z.string()),
    /** Models first, then baselines. */
    scores: z.array(scoreReportSchema),
    comparisons: z.array(scoreComparisonSchema),
    importances: z.array(importanceReportSchema),
    dependence: z.array(dependenceReportSchema),
    control: controlReportSchema,
  }),
  z.strictObject({ kind: z.literal('too-few'), rows: count, failures: count, groups: count, reason: z.string() }),
]);
export type RiskReport = z.infer<typeof riskReportSchema>;
