import { createHash, type Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import type { Problem } from '../core/problem.ts';

/** Bytes read at once. */
const CHUNK = 1 << 20;
/** A gzip file may expand to this many times its size, and this much more: real data reach 10 ×, bombs 1000 ×. */
const LARGEST_EXPANSION = 100;
const EXPANSION_ALLOWANCE = 64 * 2 ** 20;

/** Thrown while a data file is read; carries what to tell the user. */
export class DataFileError extends Error {
  override readonly name = 'DataFileError';
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

function failure(file: string, message: string, fix: string): DataFileError {
  return new DataFileError({ kind: 'problem', severity: 'error', file, line: null, message, fix });
}

async function* rawChunks(handle: FileHandle, hash: Hash): AsyncGenerator<Uint8Array> {
  let offset = 0;
  for (;;) {
    // A fresh buffer each time: consumers may keep views of it.
    const chunk = Buffer.allocUnsafe(CHUNK);
    const { bytesRead } = await handle.read(chunk, 0, CHUNK, offset);
    if (bytesRead === 0) return;
    offset += bytesRead;
    const bytes = chunk.subarray(0, bytesRead);
    hash.update(bytes);
    yield bytes;
  }
}

async function* expanded(raw: AsyncIterable<Uint8Array>, compressed: number, file: string): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  const limit = LARGEST_EXPANSION * compressed + EXPANSION_ALLOWANCE;
  const pump = (async () => {
    try {
      for await (const chunk of raw) {
        if (!gunzip.write(chunk)) await new Promise((resolve) => gunzip.once('drain', resolve).once('close', resolve));
        if (gunzip.destroyed) return;
      }
      gunzip.end();
    } catch (error) {
      gunzip.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  })();
  let total = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      total += chunk.length;
      if (total > limit) {
        throw failure(
          file,
          `The file expands to more than ${LARGEST_EXPANSION} times its size.`,
          'Unpack it yourself if you trust it, and name the unpacked file.',
        );
      }
      yield chunk;
    }
  } catch (error) {
    if (error instanceof DataFileError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw failure(file, `The file is damaged: gzip says "${reason}".`, 'Copy or compress it again.');
  } finally {
    gunzip.destroy();
    await pump;
  }
}

/** A data file opened for its one pass from beginning to end. */
export interface DataStream {
  readonly chunks: AsyncGenerator<Uint8Array>;
  readonly compressed: boolean;
  /** sha-256 of the file as it lies on the disk; call after `chunks` has ended. */
  digest(): string;
  close(): Promise<void>;
}

/**
 * Opens a data file; gzip (told by its first bytes, not its name) is expanded on the fly, within bounds.
 * @param file name for messages.
 * @throws DataFileError if it cannot be read.
 */
export async function openDataStream(absolute: string, file: string): Promise<DataStream> {
  let handle: FileHandle;
  try {
    handle = await open(absolute, 'r');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw failure(file, `The file cannot be read (${code}).`, 'Check its name and permissions.');
  }
  const { size } = await handle.stat();
  const magic = Buffer.alloc(2);
  await handle.read(magic, 0, 2, 0);
  const compressed = magic[0] === 0x1f && magic[1] === 0x8b;
  const hash = createHash('sha256');
  const raw = rawChunks(handle, hash);
  return {
    chunks: compressed ? expanded(raw, size, file) : raw,
    compressed,
    digest: () => hash.digest('hex'),
    close: () => handle.close(),
  };
}
