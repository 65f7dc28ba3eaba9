import * as z from 'zod';

const count = z.number().int().nonnegative();

/** One structure of new data, held against a certificate (`pcm falsify`). */
export const trialEventSchema = z.object({
  kind: z.literal('trial'),
  model: z.string(),
  file: z.string(),
  index: count,
  line: z.number().int().positive(),
  /**
   * `outside`: not in the final envelope, about which the certificate says nothing; `known`: the same crystal as one that
   * the certificate or these data have already; `refused`: could not be put to the model, or has no label.
   */
  outcome: z.enum(['passes', 'fails', 'outside', 'known', 'refused']),
  /** In the criterion's unit; null where there is none, or no finite prediction (which fails). */
  error: z.number().nullable(),
  /** Feature that puts it outside, what it is the same as, or why it was refused. */
  reason: z.string().nullable(),
});
export type TrialEvent = z.infer<typeof trialEventSchema>;

/** Exact one-sided Clopper–Pearson bound on the failure rate inside the envelope. */
const rateSchema = z.object({ inside: count, failures: count, upperBound: z.number() });

/** What new data did to a certificate. */
export const falsificationEventSchema = z.object({
  kind: z.literal('falsification'),
  certificate: z.string(),
  model: z.string(),
  verdict: z.enum(['stands', 'revoked', 'undecided']),
  /** Why it is revoked or undecided; empty where it stands. */
  reasons: z.array(z.string()),
  outcomes: z.object({ passes: count, fails: count, outside: count, known: count, refused: count }),
  /** The simplest structure that fails inside: fewest atoms, then fewest elements, then the largest error. */
  counterexample: z
    .object({
      id: z.string(),
      file: z.string(),
      index: count,
      line: z.number().int().positive(),
      formula: z.string(),
      atoms: count,
      error: z.number().nullable(),
    })
    .nullable(),
  /** The record of the revocation that was written, or null. */
  revocation: z.string().nullable(),
  rate: z.object({
    claimed: z.number(),
    significance: z.number(),
    /** Of the certificate's validation structures, of the new ones, and of both. */
    certified: rateSchema,
    fresh: rateSchema,
    pooled: rateSchema,
    /** Two-sided exact p-value of equal failure rates in both (Fisher): small where they should not be pooled. */
    homogeneity: z.number(),
  }),
});
export type FalsificationEvent = z.infer<typeof falsificationEventSchema>;

/** Somebody else's certificate, checked from the files alone (`pcm verify`). */
export const verificationEventSchema = z.object({
  kind: z.literal('verification'),
  certificate: z.string(),
  model: z.string(),
  /** `verified`: nothing is wrong and everything was looked at; `incomplete`: nothing is wrong, something was skipped. */
  verdict: z.enum(['verified', 'rejected', 'incomplete']),
  checks: z.array(
    z.object({
      check: z.enum(['content', 'data', 'features', 'model', 'replay', 'revocation', 'lean']),
      outcome: z.enum(['passed', 'failed', 'skipped']),
      detail: z.string(),
    }),
  ),
});
export type VerificationEvent = z.infer<typeof verificationEventSchema>;
