import * as z from 'zod';
import { obligationKinds } from '../core/certificate.ts';
import { verdictKinds } from '../core/verdict-kinds.ts';

/** What `pcm status` says of each certificate of a project: enough to show, explain and mend it without reading it. */

const count = z.number().int().nonnegative();

/** A structure in a data file; the path is relative to the project, the line is that of its first line, from 1. */
export const structurePlaceSchema = z.object({
  file: z.string(),
  index: count,
  line: z.number().int().positive(),
  detail: z.string(),
});
export type StructurePlace = z.infer<typeof structurePlaceSchema>;

/** One way to make an obligation true. */
export const offeredRemedySchema = z.object({
  kind: z.string(),
  text: z.string(),
  /** Values for keys of the project file; empty where it takes other data or another run. */
  edits: z.array(z.object({ path: z.array(z.string()), value: z.number() })),
  /** Structures to add, where that is the remedy. */
  structures: count.optional(),
});
export type OfferedRemedy = z.infer<typeof offeredRemedySchema>;

/** What TypeScript says of an obligation: why, which structures, and what would mend it. */
const explanationShape = {
  holds: z.boolean(),
  explanation: z.string(),
  culprits: z.array(structurePlaceSchema),
  remedies: z.array(offeredRemedySchema),
};

export const certificateEventSchema = z.object({
  kind: z.literal('certificate'),
  /** Absolute. */
  file: z.string(),
  hash: z.string(),
  project: z.string(),
  model: z.string(),
  /** The project file that it was made by, or that is most like the one it was made by. */
  config: z.string(),
  /** What has changed since: sentences; empty for a certificate that still speaks of what is there. */
  stale: z.array(z.string()),
  criterion: z.string(),
  /** Absolute path of the Lean file, and which kernel decided; null before any did. */
  lean: z.object({ file: z.string(), module: z.string(), checked: z.string().nullable() }),
  rounds: z.array(
    z.object({
      round: count,
      tested: count,
      failed: count,
      discovered: count,
      coverage: z.number(),
      bounds: z.array(z.object({ feature: z.string(), unit: z.string(), lower: z.string(), upper: z.string() })),
    }),
  ),
  obligations: z.array(
    z.object({
      id: z.string(),
      obligation: z.enum(obligationKinds),
      theorem: z.string(),
      verdict: z.enum(verdictKinds),
      reason: z.string(),
      ...explanationShape,
    }),
  ),
  counterexamples: z.array(structurePlaceSchema.extend({ inside: z.boolean(), separatedBy: z.string().nullable() })),
  counterexamplesOmitted: count,
  validation: z.object({ inside: count, failures: count, share: z.number() }),
  /** What the claim that was handed in makes of the same observations; null without one. */
  draft: z
    .discriminatedUnion('kind', [
      z.object({
        kind: z.literal('comparable'),
        obligations: z.array(
          z.object({ obligation: z.enum(obligationKinds), theorem: z.string(), ...explanationShape }),
        ),
      }),
      z.object({ kind: z.literal('different'), changed: z.array(z.string()) }),
    ])
    .nullable(),
});
export type CertificateEvent = z.infer<typeof certificateEventSchema>;
export type ShownObligation = CertificateEvent['obligations'][number];
