import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { CertificateContent } from '../core/certificate.ts';
import { writeFileAtomically, type WriteOutcome } from './atomic-file.ts';

/**
 * Which strategy proposed which structure, and in which round. A certificate does not need it, since what is claimed
 * does not depend on it; people who look for patterns in the failures do. It lies beside the observation logs, named by
 * what decides it: the model and the resolved configuration.
 */
const count = z.number().int().nonnegative();
const provenanceSchema = z.strictObject({
  format: z.literal('pcm-provenance'),
  strategies: z.array(z.string()).max(32),
  /** By structure id: position in `strategies`, one-based round. */
  proposals: z.record(
    z.string(),
    z.tuple([z.number().int().nonnegative().max(31), z.number().int().positive().max(32)]),
  ),
  /** By round and position in `strategies`; files of former versions do not say. */
  yields: z
    .array(z.array(z.strictObject({ proposals: count, counterexamples: count, unique: count })).max(32))
    .max(32)
    .optional(),
});
export type Provenance = z.infer<typeof provenanceSchema>;

/** About five million structures; a longer file is not ours. */
const LARGEST_FILE = 256 * 1024 * 1024;

function provenanceFile(folder: string, { model, config }: CertificateContent): string {
  return path.join(folder, 'provenance', `${model.sha256.slice(0, 16)}-${config.sha256.slice(0, 16)}.json`);
}

/** @param folder the project's state folder */
export function storeProvenance(
  folder: string,
  content: CertificateContent,
  provenance: Omit<Provenance, 'format'>,
): Promise<WriteOutcome> {
  return writeFileAtomically(
    provenanceFile(folder, content),
    JSON.stringify({ format: 'pcm-provenance', ...provenance } satisfies Provenance),
  );
}

/** What is known of a certificate's search; null where nothing was stored, or it cannot be read. */
export async function readProvenance(folder: string, content: CertificateContent): Promise<Provenance | null> {
  try {
    const file = provenanceFile(folder, content);
    if ((await stat(file)).size > LARGEST_FILE) return null;
    const parsed = provenanceSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
