import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';

/** An archive that holds something other than a library. */
export class UnexpectedArchiveError extends Error {}

/** Ceiling for what the archive may unpack to, far above the 250 MB that it does. */
const MOST_BYTES = 1 << 30;
const MOST_FILES = 20_000;

/**
 * Where an entry of the archive goes, relative to the library folder.
 *
 * @returns null for what is not wanted: folders and the `._*` companions that macOS adds
 * @throws UnexpectedArchiveError for a path that could leave the folder, and for links and devices
 */
export function placeEntry(name: string, type: string | null | undefined): string | null {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (type === 'directory' || parts.at(-1)?.startsWith('._') === true) return null;
  if (type !== 'file')
    throw new UnexpectedArchiveError(
      `the library archive holds ${JSON.stringify(name)}, a ${type ?? 'thing of no type'}`,
    );
  const safe =
    parts.length > 0 && !name.startsWith('/') && parts.every((part) => /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(part));
  if (!safe) throw new UnexpectedArchiveError(`the library archive holds the path ${JSON.stringify(name)}`);
  return parts.join('/');
}

export interface UnpackedFile {
  /** Relative to the folder, with forward slashes. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Unpacks a `.tar.gz` of library files below `folder`, one file at a time.
 *
 * @param onBytes told the size of each file as it is written
 * @throws UnexpectedArchiveError for unsafe or oversized contents; otherwise what the file system or gunzip throws
 */
export async function unpackLibrary(
  archive: string,
  folder: string,
  onBytes: (bytes: number) => void,
): Promise<UnpackedFile[]> {
  const entries = extract();
  const read = pipeline(
    createReadStream(archive, { highWaterMark: 1 << 20 }),
    createGunzip({ chunkSize: 1 << 18 }),
    entries,
  );
  // The loop below reports the failure of the pipeline; without this it would also be an unhandled rejection.
  read.catch(() => undefined);
  const files: UnpackedFile[] = [];
  const folders = new Set<string>();
  let total = 0;
  for await (const entry of entries) {
    const path = placeEntry(entry.header.name, entry.header.type);
    if (path === null) {
      entry.resume();
      continue;
    }
    const target = join(folder, path);
    if (!folders.has(dirname(target))) {
      await mkdir(dirname(target), { recursive: true });
      folders.add(dirname(target));
    }
    const handle = await open(target, 'wx');
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      for await (const chunk of entry) {
        bytes += chunk.length;
        total += chunk.length;
        if (total > MOST_BYTES || files.length >= MOST_FILES)
          throw new UnexpectedArchiveError('the library archive is too large');
        hash.update(chunk);
        await handle.writeFile(chunk);
      }
    } finally {
      await handle.close();
    }
    files.push({ path, bytes, sha256: hash.digest('hex') });
    onBytes(bytes);
  }
  await read;
  return files;
}
