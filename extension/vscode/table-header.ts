import { open } from 'node:fs/promises';
import { readCsv } from '../core/formats/csv.ts';

/** What of a table is read to find its columns, bytes. */
const HEADER_BYTES = 65_536;

/** The columns that a CSV file names in its first line; none where they cannot be told, as of a Parquet file. */
export async function tableColumns(file: string): Promise<readonly string[]> {
  if (!file.toLowerCase().endsWith('.csv')) return [];
  let text: string;
  try {
    const handle = await open(file);
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
      text = buffer.toString('utf8', 0, bytesRead).replace(/^\uFEFF/, '');
    } finally {
      await handle.close();
    }
  } catch {
    return [];
  }
  for (const record of readCsv(text)) {
    if (record.kind === 'damage') return [];
    return record.fields.filter((field) => field !== '');
  }
  return [];
}
