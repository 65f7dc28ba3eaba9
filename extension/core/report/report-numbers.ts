import * as z from 'zod';

/** Building blocks of a report: numbers as they are shown, and texts from data, which are untrusted and bounded. */

/** Largest lists of a report; what comes beyond is counted, not kept, so that a report always fits into one message. */
export const REPORT_LIMITS = {
  obligations: 5000,
  rounds: 32,
  features: 32,
  counterexamples: 200,
  /** Counterexamples that come with their crystal, and atoms of the largest such crystal. */
  structures: 50,
  atoms: 200,
  elements: 118,
  families: 16,
  clusters: 16,
  probes: 64,
  models: 64,
  ecdf: 512,
  bins: 64,
  texts: 64,
} as const;

export const naturalSchema = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
export const textSchema = z.string().max(2000);
export const shortTextSchema = z.string().max(200);

/** Both ends belong to the interval. */
export const intervalReportSchema = z.object({ lower: z.number(), upper: z.number() });
export type IntervalReport = z.infer<typeof intervalReportSchema>;

/** An estimate with its interval at the report's `confidence`; null where there is none. */
export const estimateSchema = z.object({ value: z.number(), interval: intervalReportSchema.nullable() });
export type Estimate = z.infer<typeof estimateSchema>;

/** A share of failures, as counts and with two-sided intervals at the report's `confidence`. */
export const rateSchema = z.object({
  structures: naturalSchema,
  failures: naturalSchema,
  /** failures / structures; null without structures. */
  rate: z.number().min(0).max(1).nullable(),
  /** Exact: contains the true rate at least as often as it says (Clopper & Pearson 1934). */
  clopperPearson: intervalReportSchema,
  /** Shorter, right on average (Wilson 1927). */
  wilson: intervalReportSchema,
});
export type Rate = z.infer<typeof rateSchema>;
