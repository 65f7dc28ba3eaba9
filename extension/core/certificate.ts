import { z } from 'zod';

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
  /** Share of the search split's observations, tested so far, that lie inside the envelope after this round. */
  coverage: z.number(),
});
export type Round = z.infer<typeof roundSchema>;

/**
 * Observations, one column per quantity (n rows). Rows are ordered by (file, index); within one table no structure
 * appears twice.
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
const rational = z.strictObject({ numerator: natural, denominator: natural.min(1) });
export type Rational = z.infer<typeof rational>;

export const claimSchema = z.strictObject({
  /** Failing search observations tolerated inside the final envelope. */
  violations: natural,
  /** Claimed upper bound on the failure rate inside the envelope. */
  failureRate: rational,
  /** Significance δ of that bound (confidence is 1 − δ). */
  significance: rational,
  /** Passing search observations inside the final envelope, at least. */
  minimumInside: natural,
  /** Every feature's final range is cut into this many slabs ... */
  slabs: natural.min(1),
  /** ... and each slab holds at least this many passing search observations. */
  minimumPerSlab: natural,
});
export type Claim = z.infer<typeof claimSchema>;

export const obligationKinds = ['nested', 'observed', 'excluded', 'coverage', 'confidence', 'safe'] as const;
export type ObligationKind = (typeof obligationKinds)[number];

/**
 * One proposition of the certificate and the name of its Lean theorem (`observed_003`). `observed` is cut into chunks of
 * consecutive rows of `content.search`, `excluded` into chunks of `content.counterexamples`: rows [from, to).
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
  version: z.literal(1),
  /** Name and version of the code that wrote the certificate. */
  engine: z.strictObject({ name: z.string(), version: z.string() }),
  project: z.string(),
  model: z.strictObject({ id: z.string(), kind: z.string(), sha256, description: z.record(z.string(), z.string()) }),
  data: z.array(z.strictObject({ file: z.string(), sha256, structures: natural })),
  /** sha-256 of the canonical JSON of the resolved configuration, which is also given in full. */
  config: z.strictObject({ sha256, resolved: z.json() }),
  criterion: z.strictObject({
    kind: z.string(),
    unit: z.string(),
    /** Threshold as the user wrote it, and as the integer floor(threshold × scale): error > threshold fails. */
    threshold: z.number(),
    scale: z.number().int().positive(),
    scaledThreshold: cell,
  }),
  features: z.array(featureColumnSchema).min(1),
  claim: claimSchema,
  /** Envelope of the search split before the first round. */
  initial: boxSchema,
  rounds: z.array(roundSchema).min(1),
  /** Every observation of the search split; these shaped the envelope. */
  search: tableSchema,
  /** For each failing row of `search`: the row and the feature whose interval excludes it, or null if inside. */
  counterexamples: z.array(z.strictObject({ row: natural, separatedBy: natural.nullable() })),
  /** Observations of the validation split inside the final envelope; made once, after the envelope was final. */
  validation: tableSchema,
  /** Structures that could not be put to the model, and why (counted, never guessed). */
  refused: z.array(z.strictObject({ file: natural, index: natural, line: natural, reason: z.string() })),
  obligations: z.array(obligationSchema),
});
export type CertificateContent = z.infer<typeof contentSchema>;

export const verdictKinds = ['proved', 'refuted', 'stuck', 'stale', 'unchecked'] as const;
export type VerdictKind = (typeof verdictKinds)[number];

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
