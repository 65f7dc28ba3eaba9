import * as z from 'zod';
import { obligationKinds } from '../core/certificate.ts';
import { verdictKinds } from '../core/verdict-kinds.ts';
import { falsificationEventSchema } from './falsification-events.ts';

/** The page of one certificate, and of two side by side: what the host sends, and what the page answers. */

const text = z.string().max(20_000);

export const certificateViewSchema = z.strictObject({
  /** File name, for the title. */
  file: text,
  project: text,
  model: text,
  /** What the certificate says of itself that is not so; empty where everything holds together. */
  faults: z.array(text).max(10),
  /** What is claimed, in sentences. */
  claims: z.array(text).max(50),
  verdicts: z
    .array(
      z.strictObject({ theorem: text, kind: z.enum(obligationKinds), verdict: z.enum(verdictKinds), reason: text }),
    )
    .max(20_000),
  /** What it was made of, by hash. */
  hashes: z.array(z.strictObject({ what: text, sha256: text })).max(2000),
  /** The final envelope, one feature a row, in the feature's unit. */
  envelope: z.array(z.strictObject({ feature: text, lower: text, upper: text, unit: text })).max(64),
  /** Other things worth comparing: criterion, numbers of structures, engine, kernel. */
  facts: z.array(z.strictObject({ what: text, value: text })).max(50),
});
export type CertificateView = z.infer<typeof certificateViewSchema>;

export const versionSchema = z.strictObject({
  /** Commit that holds this version. */
  commit: text,
  date: text,
  message: text,
});
export type CertificateVersion = z.infer<typeof versionSchema>;

export const comparisonSchema = z.strictObject({
  left: text,
  right: text,
  rows: z.array(z.strictObject({ what: text, left: text, right: text, same: z.boolean() })).max(30_000),
});
export type CertificateComparison = z.infer<typeof comparisonSchema>;

export const toCertificatePageSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('certificate'), view: certificateViewSchema }),
  z.strictObject({ kind: z.literal('unreadable'), file: text, reason: text }),
  /** `reason`: why there is no history, where there is none. */
  z.strictObject({ kind: z.literal('history'), versions: z.array(versionSchema).max(100), reason: text.nullable() }),
  z.strictObject({ kind: z.literal('comparison'), comparison: comparisonSchema }),
  z.strictObject({ kind: z.literal('falsification'), event: falsificationEventSchema }),
]);
export type ToCertificatePage = z.infer<typeof toCertificatePageSchema>;

export const fromCertificatePageSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready') }),
  z.strictObject({ kind: z.literal('copy'), text: z.string().max(10_000) }),
  z.strictObject({ kind: z.literal('open-text') }),
  z.strictObject({
    kind: z.literal('compare'),
    commit: z
      .string()
      .regex(/^[0-9a-f]{7,64}$/)
      .nullable(),
  }),
  /** Data dropped onto the page as addresses of files, or none: the user picks. */
  z.strictObject({ kind: z.literal('falsify'), addresses: z.array(z.string().max(4096)).max(16) }),
  z.strictObject({ kind: z.literal('fault'), message: z.string().max(1000) }),
]);
export type FromCertificatePage = z.infer<typeof fromCertificatePageSchema>;
