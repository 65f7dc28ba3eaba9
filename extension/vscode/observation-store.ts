import type { DashboardReport, RowColumns, TableHead } from '../protocol/dashboard-data.ts';
import { FAILED, MOST_ROWS, ROWS_PER_MESSAGE, VALIDATION } from '../protocol/dashboard-rows.ts';
import type { RowsEvent, TableEvent } from '../protocol/observation-events.ts';

/** The observations of one certificate as the host keeps them: columns of the full length, filled from the front. */
export interface StoredTable {
  readonly head: TableHead;
  /** Absolute path of the certificate, and the project file's name above it. */
  readonly certificate: string;
  readonly config: string;
  /** What `pcm report` says of it; null until it has been asked and has answered. */
  report: DashboardReport | null;
  length: number;
  /** Content ids, row by row, and 1 for what the search has made: the page has no use for them. */
  readonly ids: string[];
  readonly made: Uint8Array;
  readonly columns: Omit<RowColumns, 'from'>;
}

export function storedTable(event: TableEvent, certificate: string, config: string): StoredTable {
  const { model, files, strategies, features, rounds, criterion, unit, threshold } = event;
  const about = { model, files, strategies, features, rounds, criterion, unit, threshold };
  const rows = Math.min(event.rows, MOST_ROWS);
  return {
    head: { ...about, rows, rowsOmitted: event.rows - rows },
    certificate,
    config,
    report: null,
    length: 0,
    ids: [],
    made: new Uint8Array(rows),
    columns: {
      formula: [],
      error: new Float64Array(rows),
      flags: new Uint8Array(rows),
      inside: new Uint8Array(rows),
      strategy: new Uint8Array(rows),
      round: new Uint8Array(rows),
      file: new Uint16Array(rows),
      index: new Uint32Array(rows),
      line: new Uint32Array(rows),
      features: event.features.map(() => new Float64Array(rows)),
    },
  };
}

/** Takes in the next rows; false if they are not those that are due. Rows beyond the limit are left out. */
export function storeRows(table: StoredTable, event: RowsEvent): boolean {
  if (event.from < table.length || event.features.length !== table.head.features.length) return false;
  if (event.from > table.length) return table.length === table.head.rows;
  const { columns } = table;
  const count = Math.min(event.formula.length, table.head.rows - table.length);
  for (let at = 0; at < count; at++) {
    const row = table.length + at;
    table.ids.push(event.id[at]!);
    table.made[row] = event.made[at]!;
    columns.formula.push(event.formula[at]!);
    columns.error[row] = event.error[at] ?? Number.NaN;
    columns.flags[row] = (event.failed[at]! > 0 ? FAILED : 0) | (event.split[at]! > 0 ? VALIDATION : 0);
    columns.inside[row] = event.inside[at]!;
    columns.strategy[row] = event.strategy[at]!;
    columns.round[row] = event.round[at]!;
    columns.file[row] = event.file[at]!;
    columns.index[row] = event.index[at]!;
    columns.line[row] = event.line[at]!;
    columns.features.forEach((column, f) => (column[row] = event.features[f]![at]!));
  }
  table.length += count;
  return true;
}

/** The rows from `from` on that fit into one message. */
export function pieceOf({ columns, length }: StoredTable, from: number): RowColumns {
  const to = Math.min(length, from + ROWS_PER_MESSAGE);
  return {
    from,
    formula: columns.formula.slice(from, to),
    error: columns.error.slice(from, to),
    flags: columns.flags.slice(from, to),
    inside: columns.inside.slice(from, to),
    strategy: columns.strategy.slice(from, to),
    round: columns.round.slice(from, to),
    file: columns.file.slice(from, to),
    index: columns.index.slice(from, to),
    line: columns.line.slice(from, to),
    features: columns.features.map((column) => column.slice(from, to)),
  };
}

/** The given rows as comma-separated values with a header line. Texts that a spreadsheet would run are quoted. */
export function csvOf({ head, columns, made, length }: StoredTable, rows: readonly number[]): string {
  const names = ['formula', 'failed', `error (${head.unit})`, 'split', 'strategy', 'round', 'rounds_inside'];
  const lines = [
    [
      ...names,
      'made_by_search',
      'file',
      'index',
      'line',
      ...head.features.map(({ id, unit }) => (unit === '1' ? id : `${id} (${unit})`)),
    ],
    ...rows
      .filter((row) => row < length)
      .map((row) => [
        columns.formula[row]!,
        columns.flags[row]! & FAILED ? 'true' : 'false',
        Number.isFinite(columns.error[row]!) ? String(columns.error[row]) : '',
        columns.flags[row]! & VALIDATION ? 'validation' : 'search',
        head.strategies[columns.strategy[row]! - 1] ?? '',
        columns.round[row] === 0 ? '' : String(columns.round[row]),
        String(columns.inside[row]),
        made[row]! > 0 ? 'true' : 'false',
        head.files[columns.file[row]!] ?? '',
        String(columns.index[row]),
        String(columns.line[row]),
        ...columns.features.map((column) => String(column[row])),
      ]),
  ];
  return `${lines.map((cells) => cells.map(csvCell).join(',')).join('\n')}\n`;
}

function csvCell(text: string): string {
  const plain = /^[=+@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
