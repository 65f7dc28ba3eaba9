import * as z from 'zod';
import { comparisonSchema } from '../comparison/comparison-schema.ts';
import { failureModesSchema } from '../failure-modes/failure-modes-schema.ts';
import { refinementReportSchema } from '../refinement/refinement-report.ts';
import { riskReportSchema } from '../risk/risk-report.ts';
import { shortTextSchema, textSchema, REPORT_LIMITS } from './report-numbers.ts';
import {
  counterexamplesSchema,
  discoverySchema,
  elementsSchema,
  errorBoundsSchema,
  overviewSchema,
  physicsSchema,
  refinementSchema,
} from './sections.ts';

/**
 * The report of a certificate as data: the twin of the page that `pcm report` writes, what `pcm report --json` prints as
 * one object, and what the dashboard draws. Every list is bounded (`REPORT_LIMITS`); all texts are untrusted.
 *
 * Sections that need more than the certificate (its structures, its model, other models) are null where that was not at
 * hand, and `notes` says why.
 */
export const REPORT_VERSION = 1;

export const reportSchema = z.object({
  kind: z.literal('report'),
  version: z.literal(REPORT_VERSION),
  /** Hash of the certificate, and its file as it was named. */
  certificate: z.object({ hash: shortTextSchema, file: textSchema }),
  /** Two-sided level of every interval that does not name another. */
  confidence: z.number().gt(0).lt(1),
  overview: overviewSchema,
  refinement: refinementSchema,
  /** How much the envelope owes to chance, and simpler regions beside it. */
  alternatives: refinementReportSchema.nullable(),
  discovery: discoverySchema,
  elements: elementsSchema.nullable(),
  errorBounds: errorBoundsSchema.nullable(),
  risk: riskReportSchema.nullable(),
  /** Null where the certificate states no physical law. */
  physics: physicsSchema.nullable(),
  failureModes: failureModesSchema.nullable(),
  counterexamples: counterexamplesSchema,
  comparison: comparisonSchema.nullable(),
  /** How the numbers were computed, in paragraphs, and what is cited there. */
  methods: z.object({
    paragraphs: z.array(textSchema.max(4000)).max(32),
    references: z.array(z.object({ id: shortTextSchema, text: textSchema })).max(64),
  }),
  notes: z.array(textSchema).max(REPORT_LIMITS.texts),
});
export type Report = z.infer<typeof reportSchema>;
