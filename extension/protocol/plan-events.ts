import * as z from 'zod';

const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1);

/** How many validation structures a claim takes (`pcm plan`). */
export const planEventSchema = z.object({
  kind: z.literal('plan'),
  /** Null where the plan is for a project and not for one certificate. */
  model: z.string().nullable(),
  /** The claim: a failure rate of at most ε at significance δ. */
  failureRate: share,
  significance: share,
  /** Validation structures inside the envelope so far, how many of them failed, and the rate that they bound. */
  inside: count,
  failures: count,
  upperBound: share,
  /** Failure rate on which the chances rest; null without structures. */
  expectedRate: share.nullable(),
  /** One plan per number of failures in the final sample. */
  sizes: z.array(z.object({ failures: count, needed: count, more: count, chance: share.nullable() })),
  /** For a conformal error bound that all but this share keep; null where none is claimed. */
  conformal: z.object({ miscoverage: share, needed: count, more: count }).nullable(),
});
export type PlanEvent = z.infer<typeof planEventSchema>;
