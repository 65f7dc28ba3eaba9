import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { canonicalJson } from '../core/canonical-json.ts';
import { revocationSchema, type Revocation } from '../core/revocation.ts';
import { sha256 } from './read-certificate.ts';

const ENDING = '.pcm-revocation.json';
const LARGEST_REVOCATION = 16 * 1024 * 1024;

/** File name of a revocation beside its certificate: the certificate's name, and the record's own hash. */
export const revocationName = (certificate: string, hash: string): string =>
  `${certificate.replace(/\.pcm-cert\.json$|\.json$/, '')}.${hash.slice(0, 16)}${ENDING}`;

/** A revocation beside a certificate, and the file it is in. */
export interface FoundRevocation {
  readonly file: string;
  readonly revocation: Revocation;
}

/** The revocations of a certificate that lie in its folder, by name; files that are no whole revocations are passed over. */
export async function revocationsOf(certificate: string, hash: string): Promise<FoundRevocation[]> {
  const folder = path.dirname(certificate);
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(ENDING)).sort();
  const found: FoundRevocation[] = [];
  for (const name of names) {
    const file = path.join(folder, name);
    try {
      if ((await stat(file)).size > LARGEST_REVOCATION) continue;
      const parsed = revocationSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
      if (!parsed.success || parsed.data.content.certificate !== hash) continue;
      if (sha256(canonicalJson(parsed.data.content)) !== parsed.data.hash) continue;
      found.push({ file, revocation: parsed.data });
    } catch {
      continue;
    }
  }
  return found;
}
