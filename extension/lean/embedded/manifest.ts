import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { hashFile, PINNED_FILES } from './package-files.ts';

/** Raise when anything that is written into a prepared runtime changes; the old ones are then left alone. */
const TRANSFORMATION_VERSION = 4;

export const MANIFEST_NAME = 'manifest.json';

const manifestSchema = z.strictObject({
  key: z.string(),
  /** Path relative to the runtime's folder → its size and sha-256. The manifest itself is not listed. */
  files: z.record(
    z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_./-]*$/),
    z.strictObject({ bytes: z.number().int().nonnegative(), sha256: z.string() }),
  ),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** 16 hex digits that name what a prepared runtime is made of: the three package files and our transformation. */
export function runtimeKey(): string {
  const parts = [
    TRANSFORMATION_VERSION,
    PINNED_FILES.wasm.sha256,
    PINNED_FILES.glue.sha256,
    PINNED_FILES.library.sha256,
  ];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}

/** Writes the manifest last: a folder without one is not a runtime. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeFile(join(folder, MANIFEST_NAME), `${JSON.stringify(manifest)}\n`);
}

/** `quick`: all sizes, and hashes of the files below 8 MB outside the library. `full`: every hash. */
export type Thoroughness = 'quick' | 'full';

/** Files up to this size, in bytes, are hashed even by the quick check. */
const SMALL = 8 << 20;

/**
 * @returns null when the folder holds the runtime that its manifest and `key` describe, else what is wrong with it
 */
export async function findRuntimeFault(
  folder: string,
  key: string,
  thoroughness: Thoroughness,
): Promise<string | null> {
  const text = await readFile(join(folder, MANIFEST_NAME), 'utf8').catch(() => null);
  if (text === null) return 'it has no manifest';
  const manifest = parseManifest(text);
  if (manifest === null) return 'its manifest is damaged';
  if (manifest.key !== key) return 'it was made by another version';
  const required = ['lean.js', 'lean.wasm', 'symbols.bin', 'lib/Init.olean'];
  const lost = required.find((path) => manifest.files[path] === undefined);
  if (lost !== undefined) return `its manifest does not list ${lost}`;
  for (const [path, expected] of Object.entries(manifest.files)) {
    // Two thousand files: asked for one after another they take 10 ms, as promises a quarter of a second.
    const found = statSync(join(folder, path), { throwIfNoEntry: false });
    if (found?.isFile() !== true) return `${path} is missing`;
    if (found.size !== expected.bytes) return `${path} has ${found.size} bytes instead of ${expected.bytes}`;
  }
  for (const [path, expected] of Object.entries(manifest.files)) {
    if (thoroughness === 'quick' && (path.startsWith('lib/') || expected.bytes > SMALL)) continue;
    const sha256 = await hashFile(join(folder, path)).catch(() => null);
    if (sha256 !== expected.sha256) return `${path} is damaged`;
  }
  return null;
}

function parseManifest(text: string): Manifest | null {
  try {
    return manifestSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
