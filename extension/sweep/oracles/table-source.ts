import { createHash } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { canonicalJson } from '../../core/canonical-json.ts';
import type { CriterionKind } from '../../core/criterion.ts';
import {
  COMPARED_STRUCTURES,
  energyFaultsOf,
  explainsNearlyAll,
  type EnergyPair,
} from '../../core/failure-modes/unit-faults.ts';
import type { Checked, Problem } from '../../core/problem.ts';
import type { ModelOf } from '../../core/project-models.ts';
import type { Structure } from '../../core/structure.ts';
import type { Observation } from '../observation.ts';
import { PoolError } from '../oracle-pool.ts';
import type { OracleSource, StructureOracle } from './oracle-source.ts';
import type { OracleSetting } from './oracle-table.ts';
import { readPredictionCsv } from './prediction-csv.ts';
import { readPredictionParquet } from './prediction-parquet.ts';
import { numberRoles, type PredictionTable, type TableColumns } from './prediction-table.ts';

const LARGEST_TABLE = 2 ** 28;

/**
 * What a table says of a structure, which it knows by the structure's name. The energy error is that of the table's two
 * columns, or against the structure's own label where the table has no reference. There are no single forces.
 */
export function lookUp(table: PredictionTable, columns: TableColumns, structure: Structure): Observation {
  const { label, species, energy } = structure;
  if (label === undefined) {
    return { kind: 'refused', detail: `the structure has no name to look up in column "${columns.key}"` };
  }
  const entry = table.get(label);
  if (entry === undefined) {
    return { kind: 'refused', detail: `the table has no "${label.slice(0, 60)}" in column "${columns.key}"` };
  }
  const { energyPerAtom, reference, forceError, maxForce, line } = entry;
  const truth = columns.reference === undefined ? (energy === undefined ? null : energy / species.length) : reference;
  const missing = numberRoles.find((role) => role !== 'reference' && Number.isNaN(entry[role]));
  return {
    kind: 'measured',
    measurement: {
      status: missing === undefined ? 'predicted' : 'not-finite',
      energy: energyPerAtom === null ? Number.NaN : energyPerAtom * species.length,
      forceMagnitude: maxForce ?? Number.NaN,
      energyError:
        energyPerAtom === null || truth === null || Number.isNaN(truth) ? null : Math.abs(energyPerAtom - truth),
      forceError,
      forceErrorAtom: -1,
      law: null,
    },
    detail: missing === undefined ? '' : `row ${line} of the table has no number in column "${columns[missing]!}"`,
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
 * @param parquetReader path of the bundled program that decodes Parquet files.
 */
export async function readTableModel(
  project: string,
  file: string,
  columns: TableColumns,
  parquetReader: string,
): Promise<Checked<OracleSource>> {
  const reject = (message: string, fix: string): Checked<never> => ({
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
    if (!status.isFile()) return reject('The table is not a file.', 'Name a .csv or .parquet file.');
    if (status.size > LARGEST_TABLE)
      return reject('The table is larger than 256 MB.', 'Keep only the columns that are needed.');
    bytes = await readFile(absolute);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return reject(`The table cannot be read (${code}).`, 'Check "path" of the model, relative to the project folder.');
  }
  const table = await readTable(bytes, columns, file, parquetReader, reject);
  if (table.kind === 'rejected') return table;
  const warnings = [...table.warnings, ...unitWarnings(table.value, columns, file, isParquet(bytes) ? null : 1)];
  const content = { kind: 'table', ...columns };
  const sha256 = createHash('sha256').update(canonicalJson(content)).update('\n').update(bytes).digest('hex');
  const name = columns.energyPerAtom ?? columns.forceError ?? columns.maxForce ?? '';
  const source: OracleSource = {
    identity: {
      kind: 'table',
      sha256,
      description: {
        name,
        key: columns.key,
        ...(columns.reference === undefined ? {} : { reference: columns.reference }),
        rows: String(table.value.size),
      },
    },
    runtime: 'table',
    threads: 'any',
    findings: [],
    file,
    criteria: criteriaOf(columns),
    logged: false,
    labelKey: columns.key,
    predictions: null,
    open: () => openTable(table.value, columns),
  };
  return { kind: 'ok', value: source, warnings };
}

/**
 * Whether the table's energies and their references differ by a mistake of unit or sign.
 * @param line of the columns' names.
 */
function unitWarnings(
  table: PredictionTable,
  { energyPerAtom, reference }: TableColumns,
  file: string,
  line: number | null,
): Problem[] {
  if (energyPerAtom === undefined || reference === undefined) return [];
  const pairs: EnergyPair[] = [];
  for (const entry of table.values()) {
    if (pairs.length >= COMPARED_STRUCTURES.most) break;
    const [model, truth] = [entry.energyPerAtom ?? NaN, entry.reference ?? NaN];
    // Both are per atom, which is all that their units need.
    if (Number.isFinite(model) && Number.isFinite(truth)) pairs.push({ model, reference: truth, atoms: 1 });
  }
  if (pairs.length < COMPARED_STRUCTURES.fewest) return [];
  return energyFaultsOf(pairs)
    .filter(explainsNearlyAll)
    .map(({ explanation, expected }) => ({
      kind: 'problem',
      severity: 'warning',
      file,
      line,
      message: `Columns "${energyPerAtom}" and "${reference}", on ${pairs.length} rows: ${explanation}`,
      fix: `Multiply "${energyPerAtom}" by ${Number((1 / expected).toPrecision(8))}, or correct "${reference}"; both are eV/atom.`,
    }));
}

const isParquet = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(0, 4)).toString('latin1') === 'PAR1';

/** Parquet files begin with PAR1; everything else is taken for CSV, whatever it is called. */
async function readTable(
  bytes: Uint8Array,
  columns: TableColumns,
  file: string,
  parquetReader: string,
  reject: (message: string, fix: string) => Checked<never>,
): Promise<Checked<PredictionTable>> {
  if (isParquet(bytes)) return readPredictionParquet({ script: parquetReader }, bytes, columns, file);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return reject('The table is not UTF-8 text.', 'Save it as CSV with UTF-8, or as Parquet.');
  }
  return readPredictionCsv(text, columns, file);
}

function criteriaOf({ energyPerAtom, forceError, maxForce }: TableColumns): CriterionKind[] {
  return [
    ...(energyPerAtom === undefined ? [] : (['energy-error'] as const)),
    ...(forceError === undefined ? [] : (['force-error'] as const)),
    ...(maxForce === undefined ? [] : (['force-magnitude'] as const)),
  ];
}

/** The table of a `table` model. */
export function readTableOracle(
  { path: file, key, energyPerAtom, reference, forceError, maxForce }: ModelOf<'table'>,
  { folder, parquetReader }: Pick<OracleSetting, 'folder' | 'parquetReader'>,
): Promise<Checked<OracleSource>> {
  const columns = {
    key,
    ...(energyPerAtom === undefined ? {} : { energyPerAtom }),
    ...(reference === undefined ? {} : { reference }),
    ...(forceError === undefined ? {} : { forceError }),
    ...(maxForce === undefined ? {} : { maxForce }),
  };
  return readTableModel(folder, file, columns, parquetReader);
}
