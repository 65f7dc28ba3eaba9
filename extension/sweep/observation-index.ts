import { createHash } from 'node:crypto';
import { open, readFile, stat, type FileHandle } from 'node:fs/promises';
import * as z from 'zod';
import { writeFileAtomically } from './atomic-file.ts';
import { encodedNumber, lawSchema } from './observation-line.ts';
import { ObservationTable } from './observation-table.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const headerSchema = z.strictObject({
  format: z.literal('pcm-observation-index'),
  version: z.literal(2),
  /** The beginning of the log that is indexed: its bytes and their sha-256. */
  length: z.number().int().positive(),
  sha256: digest,
  rows: z.number().int().nonnegative().max(100_000_000),
  /** Bytes of the text part (details, laws), and the sha-256 of all that follows the header. */
  text: z.number().int().nonnegative(),
  payload: digest,
});
type Header = z.infer<typeof headerSchema>;
const row = z.number().int().nonnegative();
const textSchema = z.strictObject({
  details: z.array(z.tuple([row, z.string()])),
  laws: z.array(z.tuple([row, lawSchema])),
});

/** The header's line is padded to this, so that columns of eight bytes begin where they may. */
const HEADER_BYTES = 512;
/** Per row: numbers, the two halves of the id, atom, status, labels. */
const ROW_BYTES = 4 * 8 + 4 + 4 + 4 + 1 + 1;

/** Where the index of a log stands. */
export const indexPath = (log: string): string => log.replace(/\.jsonl$/, '.index');

async function hashOfBeginning(handle: FileHandle, length: number): Promise<string | null> {
  const hash = createHash('sha256');
  const chunk = Buffer.alloc(1 << 20);
  for (let offset = 0; offset < length;) {
    const { bytesRead } = await handle.read(chunk, 0, Math.min(chunk.length, length - offset), offset);
    if (bytesRead === 0) return null;
    hash.update(chunk.subarray(0, bytesRead));
    offset += bytesRead;
  }
  return hash.digest('hex');
}

function parseHeader(bytes: Buffer): Header | null {
  try {
    return headerSchema.parse(JSON.parse(bytes.toString('utf8', 0, HEADER_BYTES)));
  } catch {
    return null;
  }
}

/** What an index says it covers, without checking it: bytes of the log, and observations in them. */
export async function readIndexSize(log: string): Promise<{ length: number; rows: number } | null> {
  try {
    const handle = await open(indexPath(log), 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
      return parseHeader(buffer.subarray(0, bytesRead));
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}

/**
 * The observations that the index of a log holds, and how much of the log they are, so that only the rest has to be
 * parsed. The log alone is the truth: an index is used only if the hash of the log's beginning is the one it was made of.
 * @returns null where there is no index, or it is not one of this log.
 */
export async function readIndex(
  log: string,
  handle: FileHandle,
): Promise<{ table: ObservationTable; length: number } | null> {
  let bytes: Buffer;
  try {
    if ((await stat(indexPath(log))).size > (await handle.stat()).size + HEADER_BYTES) return null;
    bytes = await readFile(indexPath(log));
  } catch {
    return null;
  }
  const header = parseHeader(bytes);
  if (header === null) return null;
  const { rows, text: textBytes, length } = header;
  const payload = bytes.subarray(HEADER_BYTES);
  if (payload.length !== ROW_BYTES * rows + textBytes) return null;
  if (createHash('sha256').update(payload).digest('hex') !== header.payload) return null;
  if ((await hashOfBeginning(handle, length)) !== header.sha256) return null;
  // A copy of its own begins at a multiple of eight bytes, whatever the pool of buffers did.
  const memory = new Uint8Array(payload).buffer;
  let offset = 0;
  const next = (bytesEach: number, count: number): [ArrayBuffer, number, number] => {
    const place: [ArrayBuffer, number, number] = [memory, offset, count];
    offset += bytesEach * count;
    return place;
  };
  const columns = {
    numbers: new Float64Array(...next(8, 4 * rows)),
    high: new Uint32Array(...next(4, rows)),
    low: new Uint32Array(...next(4, rows)),
    atoms: new Int32Array(...next(4, rows)),
    status: new Uint8Array(...next(1, rows)),
    labels: new Uint8Array(...next(1, rows)),
  };
  let texts: z.infer<typeof textSchema>;
  try {
    texts = textSchema.parse(JSON.parse(payload.toString('utf8', offset)));
  } catch {
    return null;
  }
  const table = ObservationTable.of({ ...columns, ...texts });
  return table === null ? null : { table, length };
}

/** Writes the index of the first `length` bytes of a log, which hold exactly this table. An index that cannot be written is none. */
export async function writeIndex(
  log: string,
  handle: FileHandle,
  table: ObservationTable,
  length: number,
): Promise<void> {
  const { numbers, high, low, atoms, status, labels, details, laws } = table.columns();
  const written = laws.map(([at, law]) => [at, { ...law, residual: encodedNumber(law.residual) }]);
  const text = Buffer.from(JSON.stringify({ details, laws: written }));
  const columns = [numbers, high, low, atoms, status, labels].map((column) =>
    Buffer.from(column.buffer, column.byteOffset, column.byteLength),
  );
  const payload = Buffer.concat([...columns, text]);
  const sha256 = await hashOfBeginning(handle, length);
  if (sha256 === null) return;
  const header: Header = {
    format: 'pcm-observation-index',
    version: 2,
    length,
    sha256,
    rows: status.length,
    text: text.length,
    payload: createHash('sha256').update(payload).digest('hex'),
  };
  const line = Buffer.from(JSON.stringify(header).padEnd(HEADER_BYTES - 1) + '\n');
  await writeFileAtomically(indexPath(log), Buffer.concat([line, payload]));
}
