import * as z from 'zod';
import { obligationKinds } from '../core/certificate.ts';
import { verdictKinds } from '../core/verdict-kinds.ts';
import { planEventSchema } from './plan-events.ts';
import { exportedEventSchema, minimizedEventSchema } from './counterexample-events.ts';
import { falsificationEventSchema, trialEventSchema, verificationEventSchema } from './falsification-events.ts';
import { liveEventSchema } from './live-events.ts';
import { rowsEventSchema, tableEventSchema } from './observation-events.ts';
import { structureEventSchema } from './structure-event.ts';
import { comparisonSchema, reportSchema } from './report.ts';
import { certificateEventSchema } from './certificate-event.ts';
import { validatedEventSchema, validationEventSchema } from './validation-events.ts';

/**
 * What `pcm … --json` prints, one object per line, and what the editor reads from the child process it started. Both
 * ends use these schemas; there is no other channel between them.
 */

const propertyPath = z.array(z.union([z.string(), z.number().int().nonnegative()])).readonly();

/** See `ProblemEdit` in core/problem.ts. */
export const problemEditSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('rename-property'), path: propertyPath, to: z.string() }),
  z.object({ kind: z.literal('set-property'), path: propertyPath, value: z.unknown() }),
  z.object({ kind: z.literal('remove-property'), path: propertyPath }),
  z.object({ kind: z.literal('rename-label'), from: z.string(), to: z.string() }),
]);

export const problemEventSchema = z.object({
  kind: z.literal('problem'),
  severity: z.enum(['error', 'warning', 'information']),
  file: z.string(),
  line: z.number().int().positive().nullable(),
  message: z.string(),
  fix: z.string(),
  edit: problemEditSchema.exactOptional(),
});

export const stages = [
  'read',
  'search',
  'refine',
  'risk',
  'validate',
  'probe',
  'write',
  'prepare-lean',
  'check',
] as const;
export type Stage = (typeof stages)[number];

export const progressEventSchema = z.object({
  kind: z.literal('progress'),
  model: z.string().nullable(),
  stage: z.enum(stages),
  /** What is counted: structures, bytes or obligations. */
  unit: z.string(),
  done: z.number(),
  /** Null while the total is unknown. */
  total: z.number().nullable(),
  /** Units per second, and seconds left; null while unknown. */
  rate: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  /** How many of those done failed, where that is known as they come. */
  failed: z.number().int().nonnegative().optional(),
});

/** The model that is about to be audited, and what its lint says. */
export const modelEventSchema = z.object({
  kind: z.literal('model'),
  model: z.string(),
  sha256: z.string(),
  description: z.record(z.string(), z.string()),
  threads: z.union([z.literal('any'), z.literal(1)]),
  lint: z.array(z.string()),
});

const interval = z.object({ lower: z.number(), upper: z.number() }).nullable();
const bound = z.object({ value: z.number(), percentile: interval, bca: interval });

/** What one strategy proposed and found: `StrategyReport` of the portfolio. */
const strategyReportSchema = z.object({
  strategy: z.string(),
  proposals: z.number().int().nonnegative(),
  counterexamples: z.number().int().nonnegative(),
  unique: z.number().int().nonnegative(),
  cost: z.number().nullable(),
  againstRandom: z
    .object({ estimate: z.number().nullable(), lower: z.number(), upper: z.number().nullable() })
    .nullable(),
});

/** One finished refinement round; values in feature units. */
export const roundEventSchema = z.object({
  kind: z.literal('round'),
  model: z.string(),
  round: z.number().int().positive(),
  rounds: z.number().int().positive(),
  tested: z.number().int(),
  failed: z.number().int(),
  discovered: z.number().int(),
  coverage: z.number(),
  features: z.array(
    z.object({ feature: z.string(), unit: z.string(), lower: bound, upper: bound, compression: z.number() }),
  ),
  /** What each strategy did in this round. */
  strategies: z.array(strategyReportSchema).optional(),
});

/** One way to make a refuted obligation true, and what it changes in the project file, if it is done there. */
export const remedyEventSchema = z.object({
  text: z.string(),
  edits: z.array(z.object({ path: z.array(z.string()), value: z.number() })),
});

export const verdictEventSchema = z.object({
  kind: z.literal('verdict'),
  model: z.string(),
  id: z.string(),
  obligation: z.enum(obligationKinds),
  theorem: z.string(),
  verdict: z.enum(verdictKinds),
  reason: z.string(),
  /** Of what is refuted: alternatives, the least costly first. */
  remedies: z.array(remedyEventSchema).optional(),
});

/** One structure put to the model, before any statistics (`pcm errors`). */
export const observationEventSchema = z.object({
  kind: z.literal('observation'),
  file: z.string(),
  index: z.number().int().nonnegative(),
  criterion: z.string(),
  /** Null where the model gave no finite answer (which is a failure) or the structure was refused. */
  error: z.number().nullable(),
  failed: z.boolean().nullable(),
  features: z.record(z.string(), z.number()),
  /** Why the structure was refused, if it was. */
  refused: z.string().optional(),
});

/** What a sweep has found so far, added up from the states beside its logs. */
const sweepStatisticsSchema = z.object({
  /** Of how many shards; null: of the model's own log. */
  shards: z.number().int().positive().nullable(),
  /** Different structures to sweep; null until every shard has begun. */
  structures: z.number().int().nonnegative().nullable(),
  stored: z.number().int().nonnegative(),
  /** Of those stored: counterexamples, and structures that count neither for nor against the model. */
  failed: z.number().int().nonnegative(),
  refused: z.number().int().nonnegative(),
  /** Among those that count, with its exact interval (Clopper–Pearson); null while there are none. */
  failureRate: z
    .object({ estimate: z.number(), lower: z.number(), upper: z.number(), confidence: z.number() })
    .nullable(),
  errors: z.object({
    unit: z.string(),
    /** Largest relative error of the three quantiles; null: the quantile lies among predictions that are not finite. */
    relativeError: z.number(),
    median: z.number().nullable(),
    p90: z.number().nullable(),
    p99: z.number().nullable(),
    /** Exact. */
    max: z.number().nullable(),
    notFinite: z.number().int().nonnegative(),
  }),
  /** Processes that are sweeping; structures per second of all of them, and seconds left; null while unknown. */
  running: z.number().int().nonnegative(),
  rate: z.number().nullable(),
  secondsLeft: z.number().nullable(),
});

/** Where a sweep stands (`pcm sweep …`): its shards, and the log of the model. */
export const sweepEventSchema = z.object({
  kind: z.literal('sweep'),
  model: z.string(),
  /** Whether every structure that this was about is stored. */
  complete: z.boolean(),
  /** Observations in the model's own log; null where nobody looked. */
  observations: z.number().int().nonnegative().nullable(),
  /** What a merge did: observations added, those known already, and those of them that said something else. */
  added: z.number().int().nonnegative(),
  duplicates: z.number().int().nonnegative(),
  disagreements: z.number().int().nonnegative(),
  shards: z.array(
    z.object({
      index: z.number().int().positive(),
      count: z.number().int().positive(),
      state: z.enum(['complete', 'incomplete', 'missing']),
      stored: z.number().int().nonnegative(),
      structures: z.number().int().nonnegative().nullable(),
      failed: z.number().int().nonnegative().nullable(),
    }),
  ),
  /** Null where nothing is known, as before the first sweep or for another failure criterion. */
  statistics: sweepStatisticsSchema.nullable(),
  /** The cluster's job, while there is one: its folder's name, and what is known of its tasks. */
  job: z
    .object({
      name: z.string(),
      ids: z.array(z.string()),
      tasks: z.array(z.object({ shard: z.number().int().positive(), state: z.string(), attempts: z.number().int() })),
    })
    .nullable(),
});

/** What one probe of a physical law measured over all structures (`pcm physics`). */
export const probeEventSchema = z.object({
  kind: z.literal('probe'),
  model: z.string(),
  /** The probe's id, and what was measured where it measures more than one thing: `rotation-forces`. */
  probe: z.string(),
  law: z.string(),
  source: z.string(),
  verdict: z.enum(['holds', 'violated', 'skipped']),
  /** Structures on which it was measured, and on how many of them the law is violated. */
  structures: z.number().int().nonnegative(),
  violations: z.number().int().nonnegative(),
  /** Null where nothing was measured; '1' for counts. */
  unit: z.string().nullable(),
  /** Of the worst structure. Null where it is no finite number (which is a violation), or nothing was measured. */
  residual: z.number().nullable(),
  tolerance: z.number().nullable(),
  file: z.string().nullable(),
  index: z.number().int().nonnegative().nullable(),
  line: z.number().int().positive().nullable(),
  /** Where in the worst structure, or why nothing was measured. */
  detail: z.string(),
  remarks: z.array(z.string()),
  /** What the model's author can do about a violation. */
  fix: z.string().nullable(),
});

export const resultEventSchema = z.object({
  kind: z.literal('result'),
  certificate: z.string().nullable(),
  model: z.string(),
  verdicts: z.object({
    proved: z.number().int().nonnegative(),
    refuted: z.number().int().nonnegative(),
    stuck: z.number().int().nonnegative(),
  }),
  obligations: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(obligationKinds),
      theorem: z.string(),
      verdict: z.enum(verdictKinds),
      reason: z.string(),
    }),
  ),
  structures: z.object({
    tested: z.number().int().nonnegative(),
    failed: z.number().int().nonnegative(),
    refused: z.number().int().nonnegative(),
  }),
  validation: z.object({
    inside: z.number().int().nonnegative(),
    failures: z.number().int().nonnegative(),
    /** Exact one-sided Clopper–Pearson upper bound at the claimed significance; 1 when nothing is inside. */
    upperBound: z.number(),
  }),
  lean: z.object({ backend: z.string(), version: z.string(), audit: z.array(z.string()) }).nullable(),
});

export const eventSchema = z.discriminatedUnion('kind', [
  problemEventSchema,
  progressEventSchema,
  modelEventSchema,
  roundEventSchema,
  verdictEventSchema,
  certificateEventSchema,
  observationEventSchema,
  probeEventSchema,
  validatedEventSchema,
  validationEventSchema,
  trialEventSchema,
  falsificationEventSchema,
  verificationEventSchema,
  minimizedEventSchema,
  exportedEventSchema,
  sweepEventSchema,
  reportSchema,
  comparisonSchema,
  planEventSchema,
  resultEventSchema,
  liveEventSchema,
  tableEventSchema,
  rowsEventSchema,
  structureEventSchema,
]);
export type PcmEvent = z.infer<typeof eventSchema>;
export type ProgressEvent = z.infer<typeof progressEventSchema>;
export type RoundEvent = z.infer<typeof roundEventSchema>;
export type VerdictEvent = z.infer<typeof verdictEventSchema>;
export type ModelEvent = z.infer<typeof modelEventSchema>;
export type ObservationEvent = z.infer<typeof observationEventSchema>;
export type ProbeEvent = z.infer<typeof probeEventSchema>;
export type SweepEvent = z.infer<typeof sweepEventSchema>;
export type ResultEvent = z.infer<typeof resultEventSchema>;
