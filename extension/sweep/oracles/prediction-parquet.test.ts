import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readParquetColumns } from './parquet-columns.ts';
import { readPredictionCsv } from './prediction-csv.ts';
import { readPredictionParquet } from './prediction-parquet.ts';
import type { PredictionTable } from './prediction-table.ts';

/**
 * The files are written by `hyparquet-writer` (generate.mjs beside them), and by the writers of DuckDB and arrow-rs, which
 * are independent programs (generate-others.mjs); what they should say is the CSV of the same predictions, and numbers
 * spelled out here.
 */
const repository = fileURLToPath(new URL('../../..', import.meta.url));
const fixture = (name: string): Uint8Array =>
  Uint8Array.from(readFileSync(path.join(repository, 'test/fixtures/oracles/parquet', name)));
const script = path.join(repository, 'dist/parquet-reader.cjs');
const columns = { key: 'material_id', energyPerAtom: 'pred', reference: 'dft' };
const wanted = ['material_id', 'pred', 'dft'];

const read = (bytes: Uint8Array, names = columns, milliseconds = 60_000): ReturnType<typeof readPredictionParquet> =>
  readPredictionParquet({ script, timeLimitMilliseconds: milliseconds }, bytes, names, 't.parquet');
/** Without the places, which are lines of a text and rows of a table. */
const entries = (table: PredictionTable): unknown[] => [...table].map(([key, entry]) => [key, { ...entry, line: 0 }]);

describe('a Parquet table of predictions', () => {
  it.each([
    'predictions.parquet',
    'uncompressed.parquet',
    'duckdb.parquet',
    'duckdb-v2.parquet',
    'arrow-rs.parquet',
    'arrow-rs-v2.parquet',
  ])('in %s says what its CSV says', async (name) => {
    const csv = readPredictionCsv(Buffer.from(fixture('predictions.csv')).toString(), columns, 't.csv');
    const parquet = await read(fixture(name));
    if (csv.kind !== 'ok' || parquet.kind !== 'ok') throw new Error('refused');
    expect(entries(parquet.value)).toEqual(entries(csv.value));
    expect(parquet.value.get('mp-4')).toMatchObject({ line: 4, energyPerAtom: NaN, reference: -5.22 });
    expect(parquet.value.get('mp-9')).toMatchObject({ reference: NaN });
  });

  it('names a column that may have been meant', async () => {
    const outcome = await read(fixture('predictions.parquet'), { ...columns, energyPerAtom: 'pre' });
    expect(outcome.kind === 'rejected' && outcome.problems).toMatchObject([
      {
        file: 't.parquet',
        line: null,
        message: 'There is no column "pre".',
        fix: expect.stringContaining('"pred"') as string,
      },
    ]);
  });

  it('that takes too long or too much memory is a problem, not the end of the program', async () => {
    // A number of the footer that never ends, quadratic to read.
    const endless = new Uint8Array(2 ** 23).fill(0x80);
    endless.set(Buffer.from('PAR1'));
    endless[4] = 0x16;
    new DataView(endless.buffer).setUint32(endless.length - 8, endless.length - 12, true);
    endless.set(Buffer.from('PAR1'), endless.length - 4);
    const slow = await read(endless, columns, 500);
    expect(slow.kind === 'rejected' && slow.problems[0]?.message).toMatch(/takes too long/);
    // Levels of the first page of "pred" that repeat two milliards of times.
    const large = fixture('uncompressed.parquet');
    large.set([0xfe, 0xff, 0xff, 0xff, 0x0f, 0], 214);
    const heavy = await readPredictionParquet({ script, memoryMegabytes: 64 }, large, columns, 't.parquet');
    expect(heavy.kind === 'rejected' && heavy.problems[0]?.message).toMatch(/the process that reads it ended/);
  }, 90_000);
});

describe('columns of a Parquet file', () => {
  const numbersOf = (column: string): unknown => {
    const outcome = readParquetColumns(fixture('numbers.parquet'), ['id', column]);
    return outcome.kind === 'columns' ? [...outcome.numbers[0]!] : outcome.kind === 'unreadable' && outcome.message;
  };

  it.each([
    ['float', [Math.fround(0.1), -2.5, NaN]],
    ['split', [0.1, -2.5, 3e-300]],
    ['int32', [1, -2, NaN]],
    ['uint32', [1, 4294967295, NaN]],
    ['int64', [Number.MAX_SAFE_INTEGER, -3, NaN]],
    ['delta', [1, 5, -70000]],
    ['decimal32', [0.29, -12.34, NaN]],
    ['decimal72', [Number('1.23456789012345678901'), -5e-20, NaN]],
    ['large', 'Row 2: Column "large" holds what no double holds exactly.'],
    ['date', 'Column "date" holds no numbers.'],
    ['text', 'Column "text" holds no numbers.'],
    ['flag', 'Column "flag" holds no numbers.'],
  ])('%s', (column, expected) => {
    expect(numbersOf(column)).toEqual(expected);
  });

  it('may hold keys as whole numbers, however large, but not as broken ones', () => {
    expect(readParquetColumns(fixture('numbers.parquet'), ['id'])).toMatchObject({
      keys: ['10', '-7', '9007199254740993'],
    });
    expect(readParquetColumns(fixture('numbers.parquet'), ['float'])).toMatchObject({ kind: 'unreadable' });
  });

  it('compressed otherwise than with Snappy are refused', () => {
    expect(readParquetColumns(fixture('gzip.parquet'), wanted)).toMatchObject({
      message: 'Column "material_id" is compressed with GZIP, which cannot be read.',
      fix: expect.stringContaining('compression="snappy"') as string,
    });
  });

  it('that are cut off or altered anywhere are refused, or have all rows', () => {
    for (const name of ['predictions.parquet', 'uncompressed.parquet']) {
      const whole = fixture(name);
      for (let at = 0; at < whole.length; at++) {
        expect(readParquetColumns(whole.subarray(0, at), wanted).kind).toBe('unreadable');
        const altered = Uint8Array.from(whole);
        altered[at]! ^= 0xff;
        const outcome = readParquetColumns(altered, wanted);
        if (outcome.kind === 'columns') expect(outcome.keys).toHaveLength(11);
      }
    }
  });
});
