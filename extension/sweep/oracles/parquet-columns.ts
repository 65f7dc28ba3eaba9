import {
  parquetMetadata,
  parquetSchema,
  type ColumnMetaData,
  type FileMetaData,
  type PageHeader,
  type SchemaTree,
} from 'hyparquet';
import { parquetHeader, readPage } from 'hyparquet/src/column.js';
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { keyText, numberKind, numberOf, type NumberKind } from './parquet-values.ts';
import { MOST_ROWS } from './prediction-table.ts';

/** Columns of a Parquet file, or why it cannot be read. */
export type ParquetColumns =
  | {
      readonly kind: 'columns';
      readonly names: readonly string[];
      /** One per row, empty where there is none. */
      readonly keys: readonly string[];
      /** One array per wanted column of numbers; NaN where there is none. */
      readonly numbers: readonly Float64Array<ArrayBuffer>[];
    }
  /** A wanted column is not there, or is there twice. */
  | { readonly kind: 'unplaced'; readonly names: readonly string[] }
  | { readonly kind: 'unreadable'; readonly message: string; readonly fix: string };

const LARGEST_FOOTER = 2 ** 25;
const LARGEST_PAGE = 2 ** 27;
/** Of all pages that are read, uncompressed. */
const LARGEST_CONTENT = 2 ** 30;
const MOST_COLUMNS = 4096;

/** Encodings whose decoded size is that of the page, or one value of its dictionary per row. */
const encodings = new Set([
  'PLAIN',
  'PLAIN_DICTIONARY',
  'RLE_DICTIONARY',
  'DELTA_BINARY_PACKED',
  'DELTA_LENGTH_BYTE_ARRAY',
  'BYTE_STREAM_SPLIT',
]);
const codecs = new Set(['UNCOMPRESSED', 'SNAPPY']);

class Unreadable extends Error {
  constructor(
    message: string,
    readonly fix: string,
  ) {
    super(message);
  }
}
const damaged = (what: string): Unreadable =>
  new Unreadable(`The Parquet file is damaged: ${what}.`, 'Write the file again.');

/**
 * Reads the wanted columns of a Parquet file, and no other. Sizes that the file claims are checked before anything is
 * made of them; but the decoder may still take long or much memory over a hostile file, so this belongs into a
 * process with limits of both.
 * @param wanted the column of keys, then those of numbers.
 */
export function readParquetColumns(bytes: Uint8Array, wanted: readonly string[]): ParquetColumns {
  try {
    return readColumns(bytes, wanted);
  } catch (error) {
    const { message, fix } =
      error instanceof Unreadable ? error : damaged(error instanceof Error ? error.message : 'unknown error');
    return { kind: 'unreadable', message, fix };
  }
}

function readColumns(bytes: Uint8Array, wanted: readonly string[]): ParquetColumns {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12) throw damaged('it is too short');
  if (view.getUint32(bytes.length - 8, true) > LARGEST_FOOTER)
    throw new Unreadable('The footer of the Parquet file is larger than 32 MB.', 'Write it in fewer row groups.');
  const metadata = parquetMetadata(bytes, { geoparquet: false });
  if (metadata.schema.length > MOST_COLUMNS)
    throw new Unreadable(`The table has more than ${MOST_COLUMNS} columns.`, 'Keep only the columns that are needed.');
  const rows = rowsOf(metadata);
  const root = parquetSchema(metadata);
  const names = root.children.map(({ element }) => element.name);
  const places = wanted.map((name) => names.indexOf(name));
  if (places.some((at) => at < 0 || names.indexOf(names[at]!, at + 1) >= 0)) return { kind: 'unplaced', names };

  const [keyLeaf, ...leaves] = places.map((at) => root.children[at]!);
  const kinds = leaves.map((leaf) => kindOf(leaf));
  const keyKind = checkKey(keyLeaf!);
  const keys: string[] = [];
  const numbers = leaves.map(() => new Float64Array(rows));
  let left = LARGEST_CONTENT;
  let first = 0;
  for (const group of metadata.row_groups) {
    const groupRows = Number(group.num_rows);
    const read = (leaf: SchemaTree, take: (value: unknown, row: number) => void): void => {
      const chunks = group.columns.filter(
        ({ meta_data: data }) => data?.path_in_schema.join('.') === leaf.element.name,
      );
      const [chunk] = chunks;
      if (chunks.length !== 1 || chunk?.meta_data === undefined)
        throw damaged(`a row group has no column "${leaf.element.name}" that can be read`);
      if (chunk.file_path !== undefined)
        throw new Unreadable('The Parquet file has parts in other files.', 'Write it as one file.');
      left = readChunk(bytes, chunk.meta_data, [root, leaf], groupRows, left, (value, row) => take(value, first + row));
    };
    if (groupRows === 0) continue;
    read(keyLeaf!, (value, row) => {
      const key = keyText(value, keyKind);
      if (key === null) {
        const fix = 'Write keys as UTF-8 text of at most 65536 bytes, or as whole numbers.';
        throw new Unreadable(`Row ${row + 1}: Column "${wanted[0]!}" holds no key that can be read.`, fix);
      }
      keys.push(key);
    });
    leaves.forEach((leaf, k) =>
      read(leaf, (value, row) => {
        const number = numberOf(value, kinds[k]!);
        if (number === null) {
          const message = `Row ${row + 1}: Column "${leaf.element.name}" holds what no double holds exactly.`;
          throw new Unreadable(message, 'Write the column as double.');
        }
        numbers[k]![row] = number;
      }),
    );
    first += groupRows;
  }
  return { kind: 'columns', names, keys, numbers };
}

function rowsOf({ num_rows: claimed, row_groups: groups }: FileMetaData): number {
  const counts = groups.map(({ num_rows: count }) => count);
  if (counts.some((count) => count < 0n)) throw damaged('a row group has a negative number of rows');
  const rows = counts.reduce((sum, count) => sum + count, 0n);
  if (rows > BigInt(MOST_ROWS)) {
    const fix = 'Split it, with the data, into several projects.';
    throw new Unreadable(`The table has more than ${MOST_ROWS} rows.`, fix);
  }
  if (rows !== claimed) throw damaged('the row groups have not the number of rows that the footer says');
  return Number(rows);
}

function isFlat({ children, element }: SchemaTree): boolean {
  return children.length === 0 && element.repetition_type !== 'REPEATED';
}

function kindOf(leaf: SchemaTree): NumberKind {
  const kind = isFlat(leaf) ? numberKind(leaf.element) : null;
  if (kind !== null) return kind;
  const message = `Column "${leaf.element.name}" holds no numbers.`;
  throw new Unreadable(message, `Write it as double: table["${leaf.element.name}"].astype(float) in pandas.`);
}

/** How keys are stored: as text (null), or as whole numbers. */
function checkKey(leaf: SchemaTree): NumberKind | null {
  const { type, name, converted_type: converted, logical_type: logical } = leaf.element;
  const text = type === 'BYTE_ARRAY' && converted !== 'DECIMAL' && logical?.type !== 'DECIMAL';
  if (isFlat(leaf) && text) return null;
  const kind = type === 'INT32' || type === 'INT64' ? numberKind(leaf.element) : null;
  if (isFlat(leaf) && kind?.scale === 0) return kind;
  const fix = `Write it as text: table["${name}"].astype(str) in pandas.`;
  throw new Unreadable(`Column "${name}" holds neither text nor whole numbers.`, fix);
}

/**
 * Reads one column of one row group, page by page, each from a copy of its own so that no page reaches into another.
 * @param left how many bytes of uncompressed pages may still be read; returns how many then.
 */
function readChunk(
  bytes: Uint8Array,
  meta: ColumnMetaData,
  schemaPath: SchemaTree[],
  rows: number,
  left: number,
  take: (value: unknown, row: number) => void,
): number {
  const leaf = schemaPath[1]!;
  const { name, type, repetition_type, type_length } = leaf.element;
  if (!codecs.has(meta.codec)) {
    const message = `Column "${name}" is compressed with ${meta.codec}, which cannot be read.`;
    throw new Unreadable(message, 'Write the file with Snappy: table.to_parquet(…, compression="snappy") in pandas.');
  }
  if (type === undefined || meta.type !== type) throw damaged(`column "${name}" is of two types`);
  const chunk = chunkOf(bytes, meta, name);
  const reader = { view: new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength), offset: 0 };
  const decoder = {
    pathInSchema: [name],
    type,
    // Without annotations the decoder gives values as they are stored.
    element: { name, type, ...(repetition_type && { repetition_type }), ...(type_length && { type_length }) },
    schemaPath,
    codec: meta.codec,
    parsers: DEFAULT_PARSERS,
    utf8: false,
  };
  let dictionary: ReturnType<typeof readPage>['data'];
  let row = 0;
  while (row < rows) {
    const header = parquetHeader(reader);
    const { compressed_page_size: stored, uncompressed_page_size: size } = header;
    const page = new Uint8Array(chunk.subarray(reader.offset, reader.offset + Math.max(0, stored)));
    if (!(stored >= 0) || page.length !== stored) throw damaged(`a page of column "${name}" ends too late`);
    if (!(size >= 0 && size <= LARGEST_PAGE)) throw damaged(`a page of column "${name}" is larger than 128 MB`);
    left -= size;
    if (left < 0) throw new Unreadable('The columns are larger than 1 GB.', 'Split the table, with the data.');
    reader.offset += stored;
    const isDictionary = header.type === 'DICTIONARY_PAGE';
    const count = countOf(header, name, isDictionary ? rows : rows - row, dictionary !== undefined);
    if (count === 0) continue;
    const copy = { view: new DataView(page.buffer), offset: 0 };
    const values = readPage(copy, header, decoder, dictionary, undefined, 0).data;
    if (values?.length !== count) throw damaged(`a page of column "${name}" has not the values that it claims`);
    if (isDictionary) {
      dictionary = values;
      continue;
    }
    for (let k = 0; k < count; k++) {
      const value: unknown = values[k];
      if (value === undefined) throw damaged(`column "${name}" lacks values`);
      take(value, row++);
    }
  }
  return left;
}

/** How many values a page holds, if that and all else that its header claims can be. */
function countOf(header: PageHeader, name: string, most: number, hasDictionary: boolean): number {
  const { type, compressed_page_size: stored, uncompressed_page_size: size } = header;
  if (type !== 'DICTIONARY_PAGE' && type !== 'DATA_PAGE' && type !== 'DATA_PAGE_V2')
    throw damaged(`column "${name}" has a page of an unknown kind`);
  const second = type === 'DATA_PAGE_V2' ? header.data_page_header_v2 : undefined;
  const data = type === 'DATA_PAGE' ? header.data_page_header : second;
  const count = (type === 'DICTIONARY_PAGE' ? header.dictionary_page_header : data)?.num_values ?? -1;
  if (!(count >= 0 && count <= most)) throw damaged(`a page of column "${name}" has not as many values as rows`);
  if (type === 'DICTIONARY_PAGE') return count;
  const encoding = data?.encoding ?? 'an unknown encoding';
  if (!encodings.has(encoding)) {
    const fix = 'Write it with the encoding PLAIN, or with dictionaries.';
    throw new Unreadable(`Column "${name}" is encoded as ${encoding}, which cannot be read.`, fix);
  }
  // Places in a dictionary would else be taken for values.
  if (encoding.endsWith('_DICTIONARY') && !hasDictionary) throw damaged(`column "${name}" lacks its dictionary`);
  if (second !== undefined) {
    const { definition_levels_byte_length: definition, repetition_levels_byte_length: repetition } = second;
    const fits = definition >= 0 && repetition >= 0 && definition + repetition <= Math.min(stored, size);
    if (!fits || !(second.num_nulls >= 0 && second.num_nulls <= count))
      throw damaged(`a page of column "${name}" has levels that do not fit`);
  }
  return count;
}

function chunkOf(bytes: Uint8Array, meta: ColumnMetaData, name: string): Uint8Array {
  const { dictionary_page_offset: dictionary, data_page_offset: data, total_compressed_size: size } = meta;
  const start = dictionary !== undefined && dictionary > 0n && dictionary < data ? dictionary : data;
  if (!(start >= 4n && size >= 0n && start + size <= BigInt(bytes.length)))
    throw damaged(`column "${name}" lies outside the file`);
  return bytes.subarray(Number(start), Number(start + size));
}
