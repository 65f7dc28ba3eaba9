import { fork } from 'node:child_process';
import type { Checked } from '../../core/problem.ts';
import type { ParquetColumns } from './parquet-columns.ts';
import { openTableDraft, type PredictionTable, type TableColumns } from './prediction-table.ts';

/** The process that decodes Parquet files. */
export interface ParquetProcess {
  /** Path of the bundled `parquet-reader`. */
  readonly script: string;
  readonly timeLimitMilliseconds?: number;
  readonly memoryMegabytes?: number;
}

const TIME_LIMIT_MILLISECONDS = 120_000;
const MEMORY_MEGABYTES = 2048;

/**
 * Reads a Parquet file of predictions. A null is no number: a failed prediction, or a missing reference.
 * @param file what problems name.
 */
export async function readPredictionParquet(
  process: ParquetProcess,
  bytes: Uint8Array,
  columns: TableColumns,
  file: string,
): Promise<Checked<PredictionTable>> {
  const draft = openTableDraft(columns, file, 'row');
  const wanted = draft.wanted.map(({ name }) => name);
  const read = await readInProcess(process, bytes, wanted);
  if (read.kind === 'unreadable') draft.note('error', null, read.message, read.fix);
  else if (draft.places(read.names, null) !== null && read.kind === 'columns') {
    const { keys, numbers } = read;
    for (const [row, key] of keys.entries()) {
      const values = numbers.map((column) => column[row]!);
      if (!draft.add(row + 1, key.trim(), values)) break;
    }
  }
  return draft.finish();
}

/** Never rejects: what goes wrong in the process is a reason not to read the file. */
function readInProcess(
  { script, timeLimitMilliseconds = TIME_LIMIT_MILLISECONDS, memoryMegabytes = MEMORY_MEGABYTES }: ParquetProcess,
  bytes: Uint8Array,
  wanted: readonly string[],
): Promise<ParquetColumns> {
  const child = fork(script, [], {
    execArgv: [`--max-old-space-size=${memoryMegabytes}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  return new Promise<ParquetColumns>((resolve) => {
    const end = (columns: ParquetColumns): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      resolve(columns);
    };
    const fail = (reason: string): void =>
      end({
        kind: 'unreadable',
        message: `The Parquet file cannot be read: ${reason}.`,
        fix: 'Write the file again, with only the columns that are needed, or as CSV.',
      });
    const timer = setTimeout(() => fail('it takes too long'), timeLimitMilliseconds);
    child.once('message', (columns) => end(columns as ParquetColumns));
    child.on('error', (error) => fail(error.message));
    child.once('exit', () => fail('the process that reads it ended, perhaps for want of memory'));
    child.send({ bytes, wanted }, (error) => {
      if (error !== null) fail(error.message);
    });
  });
}
