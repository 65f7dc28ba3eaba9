import * as z from 'zod';
import { generatorRecordSchema } from './generators/table.ts';
import { partitionSchema, riskHeadSchema } from './risk/risk-head.ts';
import { verdictKinds } from './verdict-kinds.ts';

/**
 * The certificate: what was audited, what was observed, and what is claimed, all as integers that Lean can re-check.
 * Everything inside `content` is covered by the certificate's hash; verdicts are added later and are not.
 *
 * Integers. A feature value v is stored as round-half-up(v × scale), an error e as ceil(e × scale): an error is never
 * made smaller by rounding. The integer *is* the definition of inside and outside; there is no second opinion in
 * floating point.
 */

const natural = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Largest integer a table cell may hold: lanes in Lean stay below 2^40, and doubles stay exact. */
export const LARGEST_CELL = 2 ** 40 - 1;
const cell = z.number().int().nonnegative().max(LARGEST_CELL);

export const intervalSchema = z.strictObject({ lower: cell, upper: cell });
export type Interval = z.infer<typeof intervalSchema>;

/** One interval per feature, in the order of `content.features`; both ends belong to the box. */
export const boxSchema = z.array(intervalSchema);
export type Box = z.infer<typeof boxSchema>;

const confidenceIntervalSchema = z.strictObject({ lower: z.number(), upper: z.number() });

/** How a bound was reached and how sure we are of it. Values in feature units, not scaled. */
export const boundReportSchema = z.strictObject({
  value: z.number(),
  /** Percentile bootstrap interval at `refinement.confidence`. */
  percentile: confidenceIntervalSchema.nullable(),
  /** Bias-corrected and accelerated bootstrap interval; null where the jackknife is degenerate. */
  bca: confidenceIntervalSchema.nullable(),
});
export type BoundReport = z.infer<typeof boundReportSchema>;

export const roundSchema = z.strictObject({
  /** Envelope after this round, scaled integers. */
  box: boxSchema,
  /** Per feature: both bounds with their bootstrap intervals. */
  bounds: z.array(z.strictObject({ lower: boundReportSchema, upper: boundReportSchema })),
  /** Per feature: 1 − width after this round / width of the initial envelope, in [0, 1]. */
  compression: z.array(z.number()),
  /** Structures of the search split tested in this round, and how many of them failed. */
  tested: natural,
  failed: natural,
  /** Counterexamples found in all rounds so far. */
  discovered: natural,
  /**
   * Share of the data's search split, tested or not, that lies inside the envelope after this round. What the search has
   * made does not count: it would follow where the search goes.
   */
  coverage: z.number(),
});
export type Round = z.infer<typeof roundSchema>;

/**
 * Observations, one column per quantity (n rows). Rows are ordered by (file, index), those that the search has made behind
 * the others; within one table no structure appears twice.
 */
export const tableSchema = z.strictObject({
  /** Content hash of each structure, first 16 hex digits of a sha-256. */
  id: z.array(z.string().regex(/^[0-9a-f]{16}$/)),
  /** Index into `content.data` of the file that holds the structure. */
  file: z.array(natural),
  /** Zero-based position in that file, and one-based first line. */
  index: z.array(natural),
  line: z.array(natural),
  /** features[f][row]: scaled feature values. */
  features: z.array(z.array(cell)),
  /** Scaled error, rounded up; the largest cell stands for "no finite prediction", which is always a failure. */
  error: z.array(cell),
});
export type ObservationTable = z.infer<typeof tableSchema>;

/** What is claimed, after defaults. Rationals are exact: numerator / denominator. */
export const rationalSchema = z.strictObject({ numerator: natural, denominator: natural.min(1) });
export type Rational = z.infer<typeof rationalSchema>;

export const claimSchema = z.strictObject({
  /** Failing search observations tolerated inside the final envelope. */
  violations: natural,
  /** Claimed upper bound on the failure rate inside the envelope. */
  failureRate: rationalSchema,
  /** Significance δ of that bound (confidence is 1 − δ). */
  significance: rationalSchema,
  /** Two-sided level of the bootstrap intervals of the bounds; ranks of percentile ends follow from it exactly. */
  confidence: rationalSchema,
  /** Passing search observations inside the final envelope, at least. */
  minimumInside: natural,
  /** Every feature's final range is cut into this many slabs ... */
  slabs: natural.min(1).max(64),
  /** ... and each slab holds at least this many passing search observations. */
  minimumPerSlab: natural,
  /**
   * Split-conformal bound on the error: but for a share of at most `miscoverage` of them, structures inside have an error
   * of at most `bound` (scaled). Null where nothing of the kind is claimed.
   */
  conformal: z.strictObject({ miscoverage: rationalSchema, bound: cell }).nullable(),
  /** Greatest score (in the risk head's steps) that any point of the envelope may have. Null without a risk head. */
  risk: z.number().int().min(-LARGEST_CELL).max(LARGEST_CELL).nullable(),
});
export type Claim = z.infer<typeof claimSchema>;

/**
 * The bootstrap replicates of one bound of one round, as a multiset of scaled integers, and the ends of the intervals
 * that were read off it. An end of rank r is the r-th smallest replicate, counted from 1.
 */
export const replicatesSchema = z.strictObject({
  /** One-based round, zero-based feature. */
  round: z.number().int().min(1).max(32),
  feature: natural,
  side: z.enum(['lower', 'upper']),
  /** Distinct replicates, ascending, and how often each occurs. */
  values: z.array(cell).min(1),
  counts: z.array(z.number().int().positive().max(Number.MAX_SAFE_INTEGER)).min(1),
  ends: z
    .array(
      z.strictObject({
        method: z.enum(['percentile', 'bca']),
        end: z.enum(['lower', 'upper']),
        rank: z.number().int().positive().max(Number.MAX_SAFE_INTEGER),
        value: cell,
      }),
    )
    .max(4),
});
export type Replicates = z.infer<typeof replicatesSchema>;

const probeId = z.string().regex(/^[a-z][a-z0-9-]*$/);

/** One physics probe of one structure: what should have been zero, and how much of it the precision of the model allows. */
export const residualSchema = z.strictObject({
  /** Id of the probe, such as `rotation`. */
  probe: probeId,
  unit: z.string(),
  /** Steps per unit, for both numbers. */
  scale: z.number().int().positive(),
  file: natural,
  index: natural,
  line: natural,
  /** Rounded up; the largest cell stands for "not finite". */
  residual: cell,
  tolerance: cell,
});
export type PhysicsResidual = z.infer<typeof residualSchema>;

/** The law that one failing structure breaks most. */
const violationSchema = z.strictObject({
  split: z.enum(['search', 'validation']),
  row: natural,
  law: probeId,
  unit: z.string(),
  residual: z.number().nonnegative().nullable(),
  tolerance: z.number().nonnegative(),
});
export type Violation = z.infer<typeof violationSchema>;

/** A model of the risk of failure, and how the envelope is cut into boxes small enough to bound its score. */
export const riskSchema = z.strictObject({ head: riskHeadSchema, partition: partitionSchema });
export type Risk = z.infer<typeof riskSchema>;

export const obligationKinds = [
  'nested',
  'observed',
  'excluded',
  'coverage',
  'bootstrap',
  'confidence',
  'conformal',
  'universal',
  'physics',
  'safe',
] as const;
export type ObligationKind = (typeof obligationKinds)[number];

/**
 * One proposition of the certificate and the name of its Lean theorem (`observed_003`). `observed` is cut into chunks of
 * consecutive rows of `content.search`, `excluded` into chunks of `content.counterexamples`: rows [from, to). `bootstrap`,
 * `conformal`, `universal` and `physics` are stated only where the content holds what they are about.
 */
export const obligationSchema = z.strictObject({
  id: z.string(),
  kind: z.enum(obligationKinds),
  theorem: z.string().regex(/^[a-z]+(_[0-9]{3,6})?$/),
  rows: z.strictObject({ from: natural, to: natural }).nullable(),
});
export type Obligation = z.infer<typeof obligationSchema>;

export const featureColumnSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9_]*$/),
  unit: z.string(),
  /** Integer steps per unit. */
  scale: z.number().int().positive(),
});

export const contentSchema = z.strictObject({
  format: z.literal('pcm-certificate'),
  version: z.literal(2),
  /** Name and version of the code that wrote the certificate. */
  engine: z.strictObject({ name: z.string(), version: z.string() }),
  project: z.string(),
  model: z.strictObject({ id: z.string(), kind: z.string(), sha256, description: z.record(z.string(), z.string()) }),
  data: z.array(z.strictObject({ file: z.string(), sha256, structures: natural })),
  /** Who computed the labels on demand; absent where they are those of the data, or known to be zero. */
  reference: z.strictObject({ kind: z.string(), sha256, description: z.record(z.string(), z.string()) }).optional(),
  /** sha-256 of the canonical JSON of the resolved configuration, which is also given in full. */
  config: z.strictObject({ sha256, resolved: z.json() }),
  criterion: z.strictObject({
    kind: z.string(),
    unit: z.string(),
    /** Threshold as the user wrote it, and as the integer floor(threshold × scale): error > threshold fails. */
    threshold: z.number(),
    scale: z.number().int().positive(),
    scaledThreshold: cell,
    /** Where physical laws decide: which, and how they were put to the test. The error is the largest residual over its tolerance. */
    laws: z
      .strictObject({
        /** In the order of the suite, whose numbers have this version. */
        probes: z.array(probeId).min(1),
        suite: natural,
        /** Digits that the model computes with; tolerances follow from it but where they are named. */
        precision: z.enum(['float32', 'float64']),
        tolerances: z.record(probeId, z.number().positive()),
        /** Structures that the model was asked about to measure the laws on all observations. */
        asked: natural,
        /** Observations on which a probe could not be put to the test, where there are any. */
        skipped: z.record(probeId, natural),
      })
      .optional(),
  }),
  features: z.array(featureColumnSchema).min(1),
  claim: claimSchema,
  /** Envelope of the search split before the first round. */
  initial: boxSchema,
  rounds: z.array(roundSchema).min(1),
  /** Every observation of the search split; these shaped the envelope. */
  search: tableSchema,
  /**
   * Rows of `search` that the search has made: how each was made out of the structure that its record names as base, by
   * which it can be made again. Their file, index and line are those of the base. Absent where there are none.
   */
  generated: z
    .array(z.strictObject({ row: natural, record: generatorRecordSchema }))
    .min(1)
    .optional(),
  /** For each failing row of `search`: the row and the feature whose interval excludes it, or null if inside. */
  counterexamples: z.array(z.strictObject({ row: natural, separatedBy: natural.nullable() })),
  /**
   * For each failing row of both tables on which a law was measured, in their order: the one that is broken most. Residuals are
   * not scaled; null: no finite number. Absent where there are none.
   */
  violations: z.array(violationSchema).min(1).optional(),
  /** Observations of the validation split inside the final envelope; made once, after the envelope was final. */
  validation: tableSchema,
  /** Structures that could not be put to the model, and why (counted, never guessed). */
  refused: z.array(z.strictObject({ file: natural, index: natural, line: natural, reason: z.string() })),
  /** Evidence for the intervals of the rounds' bounds; a bound without an interval has none. */
  replicates: z.array(replicatesSchema),
  /** What the physics probes measured; empty where none was asked for. */
  residuals: z.array(residualSchema),
  /** Null where no risk bound is claimed. */
  risk: riskSchema.nullable(),
  obligations: z.array(obligationSchema),
});
export type CertificateContent = z.infer<typeof contentSchema>;

export const verdictSchema = z.strictObject({
  id: z.string(),
  kind: z.enum(obligationKinds),
  theorem: z.string(),
  verdict: z.enum(verdictKinds),
  reason: z.string(),
});
export type Verdict = z.infer<typeof verdictSchema>;

/** Which kernel decided, and what was audited besides. */
export const leanReportSchema = z.strictObject({
  backend: z.string(),
  version: z.string(),
  audit: z.array(z.string()),
});

export const certificateSchema = z.strictObject({
  /** sha-256 of the canonical JSON of `content`. */
  hash: sha256,
  content: contentSchema,
  /** Lean file that states and proves the obligations, relative to the certificate, and its sha-256. */
  lean: z.strictObject({ file: z.string(), sha256, module: z.string().regex(/^[A-Z][A-Za-z0-9_]{0,127}$/) }),
  verdicts: z.array(verdictSchema),
  checked: leanReportSchema.nullable(),
});
export type Certificate = z.infer<typeof certificateSchema>;
