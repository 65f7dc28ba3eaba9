import { createHash } from 'node:crypto';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { HEADER_CHARACTERS, readUpfHeader, type PseudopotentialFile } from '../../core/dft/pseudopotentials.ts';

/** A folder's pseudopotentials by their headers; null where there is no such folder. */
export interface PseudopotentialFolder {
  readonly path: string;
  readonly files: readonly PseudopotentialFile[];
}

const MOST_FILES = 5_000;
const LARGEST_FILE = 64 * 2 ** 20;

/** Reads the headers of all UPF files of a folder, in the order of their names. */
export async function readPseudopotentialFolder(folder: string): Promise<PseudopotentialFolder | null> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch {
    return null;
  }
  const files: PseudopotentialFile[] = [];
  const candidates = names.filter((name) => /\.upf$/i.test(name)).sort((a, b) => (a < b ? -1 : 1));
  for (const name of candidates.slice(0, MOST_FILES)) {
    const header = readUpfHeader(await beginningOf(path.join(folder, name)));
    if (header !== null) files.push({ name, header });
  }
  return { path: folder, files };
}

/** The first characters of a file, one per byte; empty where it cannot be read. */
async function beginningOf(file: string): Promise<string> {
  try {
    if (!(await stat(file)).isFile()) return '';
    const handle = await open(file, 'r');
    try {
      const bytes = Buffer.alloc(HEADER_CHARACTERS);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
      return bytes.subarray(0, bytesRead).toString('latin1');
    } finally {
      await handle.close();
    }
  } catch {
    return '';
  }
}

export interface LoadedPseudopotential {
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/** A pseudopotential as it is used: what is hashed is what is computed with. Null where it cannot be read. */
export async function loadPseudopotential(folder: string, name: string): Promise<LoadedPseudopotential | null> {
  try {
    const file = path.join(folder, name);
    if ((await stat(file)).size > LARGEST_FILE) return null;
    const bytes = await readFile(file);
    return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
  } catch {
    return null;
  }
}
