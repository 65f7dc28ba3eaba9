import * as z from 'zod';

const natural = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A structure that fails inside the envelope, whole, so that whoever has the model can ask it again. */
export const counterexampleSchema = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{16}$/),
  /** Index into `data`, position in that file, first line. */
  file: natural,
  index: natural,
  line: natural,
  /** Scaled as in the certificate; the largest cell stands for "no finite prediction". */
  features: z.array(natural),
  error: natural,
  /** One frame of extended XYZ with its labels; only of the simplest counterexample. */
  structure: z.string().max(4_000_000).nullable(),
});

/**
 * Why a certificate does not hold any more. Its hash is over `content`, which names the certificate by hash: the record
 * belongs to that certificate and no other, wherever the file lies.
 */
export const revocationSchema = z.strictObject({
  hash: sha256,
  content: z.strictObject({
    format: z.literal('pcm-revocation'),
    version: z.literal(1),
    certificate: sha256,
    model: sha256,
    data: z.array(z.strictObject({ file: z.string(), sha256, structures: natural })),
    reasons: z.array(z.string()).min(1),
    /** New structures inside the final envelope that were decided, and how many of them fail. */
    inside: natural,
    failures: natural,
    /** The simplest first: fewest atoms, then fewest elements, then the largest error. */
    counterexamples: z.array(counterexampleSchema).max(1000),
  }),
});
export type Revocation = z.infer<typeof revocationSchema>;
export type RevocationContent = Revocation['content'];
