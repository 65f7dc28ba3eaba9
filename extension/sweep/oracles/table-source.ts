import { createHash } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { canonicalJson } from '../../core/canonical-json.ts';
import type { Checked } from '../../core/problem.ts';
import type { Structure } from '../../core/structure.ts';
import type { Observation } from '../observation.ts';
import { PoolError } from '../oracle-pool.ts';
import type { OracleSource, StructureOracle } from './oracle-source.ts';
import { readPredictionTable, type PredictionTable, type TableColumns } from './prediction-table.ts';

const LARGEST_TABLE = 2 ** 28;

/**
 * What a table says of a structure, which it knows by the structure's name. The error is that of the table's two
 * columns; the structure's own label is not asked. There are no forces, so their magnitude is NaN.
 */
export function lookUp(table: PredictionTable, columns: TableColumns, structure: Structure): Observation {
  const { label, species } = structure;
  if (label === undefined) {
    return { kind: 'refused', detail: `the structure has no name to look up in column "${columns.key}"` };
  }
  const entry = table.get(label);
  if (entry === undefined) {
    return { kind: 'refused', detail: `the table has no "${label.slice(0, 60)}" in column "${columns.key}"` };
  }
  const { energyPerAtom, reference, line } = entry;
  const finite = Number.isFinite(energyPerAtom);
  return {
    kind: 'measured',
    measurement: {
      status: finite ? 'predicted' : 'not-finite',
      energy: energyPerAtom * species.length,
      forceMagnitude: Number.NaN,
      energyError: reference === null ? null : Math.abs(energyPerAtom - reference),
      forceError: null,
      forceErrorAtom: -1,
    },
    detail: finite ? '' : `line ${line} of the table has no number in column "${columns.energyPerAtom}"`,
  };
}

/** A table at work; it needs no processes. */
export function openTable(table: PredictionTable, columns: TableColumns): StructureOracle {
  let closed = false;
  return {
    workers: 1,
    statistics: { insideMs: 0, restarts: 0 },
    observe: (structures) =>
      closed
        ? Promise.reject(new PoolError('The sweep was stopped.'))
        : Promise.resolve(structures.map((structure) => lookUp(table, columns, structure))),
    close() {
      closed = true;
      return Promise.resolve();
    },
  };
}

/**
 * Reads a table of predictions. It answers for structures of the data files by their names; without structures there is
 * nothing to compute features of.
 * @param project absolute path of the project folder; the table must lie in it, links resolved.
 * @param file relative to the project folder.
 */
export async function readTableModel(
  project: string,
  file: string,
  columns: TableColumns,
): Promise<Checked<OracleSource>> {
  const reject = (message: string, fix: string): Checked<OracleSource> => ({
    kind: 'rejected',
    problems: [{ kind: 'problem', severity: 'error', file, line: null, message, fix }],
  });
  let bytes: Uint8Array;
  try {
    const root = await realpath(project);
    const absolute = await realpath(path.join(root, file));
    if (!absolute.startsWith(root + path.sep)) {
      return reject(
        'The table lies outside the project folder.',
        'Copy it into the project; links out are not followed.',
      );
    }
    const status = await stat(absolute);
    if (!status.isFile()) return reject('The table is not a file.', 'Name a .csv file.');
    if (status.size > LARGEST_TABLE)
      return reject('The table is larger than 256 MB.', 'Keep only the three columns that are needed.');
    bytes = await readFile(absolute);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return reject(`The table cannot be read (${code}).`, 'Check "path" of the model, relative to the project folder.');
  }
  if (Buffer.from(bytes.subarray(0, 4)).toString('latin1') === 'PAR1')
    return reject(
      'This is a Parquet file, which cannot be read.',
      'Write it as CSV: pandas.read_parquet(…).to_csv(…, index=False).',
    );
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return reject('The table is not UTF-8 text.', 'Save it as CSV with UTF-8.');
  }
  const table = readPredictionTable(text, columns, file);
  if (table.kind === 'rejected') return table;
  const { key, energyPerAtom, reference } = columns;
  const sha256 = createHash('sha256')
    .update(canonicalJson({ kind: 'table', key, energyPerAtom, reference }))
    .update('\n')
    .update(bytes)
    .digest('hex');
  const source: OracleSource = {
    identity: {
      kind: 'table',
      sha256,
      description: { name: energyPerAtom, key, reference, rows: String(table.value.size) },
    },
    file,
    criteria: ['energy-error'],
    logged: false,
    open: () => openTable(table.value, columns),
  };
  return { kind: 'ok', value: source, warnings: table.warnings };
}
