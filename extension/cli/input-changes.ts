import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod';
import type { CertificateContent } from '../core/certificate.ts';
import { findDataFiles } from '../sweep/data-files.ts';
import { containedIn } from './load-project.ts';

const configurationSchema = z.object({
  data: z.array(z.string()),
  model: z.object({ kind: z.string(), path: z.string().optional() }),
});

/** Which of the files that a certificate was made from are no longer what they were, as clauses without a full stop. */
export async function inputChanges(folder: string, content: CertificateContent): Promise<string[]> {
  const changes: string[] = [];
  const compare = async (file: string, wanted: string): Promise<void> => {
    const found = containedIn(folder, file) ? await hashOf(path.join(folder, file)) : null;
    if (found === null) changes.push(`${file} is gone`);
    else if (found !== wanted) changes.push(`${file} has changed`);
  };
  for (const { file, sha256 } of content.data) await compare(file, sha256);
  const configuration = configurationSchema.safeParse(content.config.resolved);
  if (!configuration.success) return changes;
  const { data, model } = configuration.data;
  if (model.kind === 'onnx' && model.path !== undefined) await compare(model.path, content.model.sha256);
  const files = await findDataFiles(folder, data, 'pcm.json');
  const known = new Set(content.data.map(({ file }) => file));
  if (files.kind === 'ok') {
    const added = files.value.filter((file) => !known.has(file.path));
    changes.push(...added.map((file) => `${file.path} has been added`));
  }
  return changes;
}

/** sha-256 of a file's bytes, or null where it cannot be read. */
async function hashOf(file: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
    return hash.digest('hex');
  } catch {
    return null;
  }
}
