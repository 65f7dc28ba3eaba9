import { closestWord } from '../../core/closest-word.ts';
import { parseDecimalText } from '../../core/formats/decimal.ts';
import type { Checked, Problem } from '../../core/problem.ts';
import { readCsv } from './csv.ts';

/** Names of the columns, as in the project. */
export interface TableColumns {
  readonly key: string;
  readonly energyPerAtom: string;
  readonly reference: string;
}

/** One line: both energies in eV/atom, NaN where the model gave none; null reference: there is none. */
export interface TableEntry {
  readonly line: number;
  readonly energyPerAtom: number;
  readonly reference: number | null;
}

/** Predictions by key. */
export type PredictionTable = ReadonlyMap<string, TableEntry>;

const MOST_ROWS = 5_000_000;
/** Problems that are shown one by one. */
const MOST_PROBLEMS = 20;
/** What programs write where they have no number. */
const noNumber = /^(?:|nan|-nan|none|null|na|n\/a|inf|-inf|infinity|-infinity)$/i;

/**
 * Reads a CSV of predictions. A field that is empty or says NaN, inf or None is no number: a failed prediction, or a
 * missing reference. Anything else that is no number rejects the file, as do a missing column and a key given twice with
 * different numbers.
 * @param file what problems name.
 */
export function readPredictionTable(text: string, columns: TableColumns, file: string): Checked<PredictionTable> {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const note = (severity: Problem['severity'], line: number | null, message: string, fix: string): void => {
    const to = severity === 'error' ? problems : warnings;
    if (to.length < MOST_PROBLEMS) to.push({ kind: 'problem', severity, file, line, message, fix });
  };
  const table = new Map<string, TableEntry>();
  let places: { key: number; energyPerAtom: number; reference: number; width: number } | null = null;

  const number = (field: string, column: string, line: number): number => {
    const trimmed = field.trim();
    if (noNumber.test(trimmed)) return Number.NaN;
    const value = parseDecimalText(trimmed);
    if (!Number.isFinite(value)) {
      const shown = JSON.stringify(trimmed.slice(0, 40));
      note(
        'error',
        line,
        `${shown} in column "${column}" is no number.`,
        'Write a decimal number in eV/atom, or leave it empty.',
      );
    }
    return value;
  };

  for (const record of readCsv(text.startsWith('\ufeff') ? text.slice(1) : text)) {
    if (record.kind === 'damage') {
      note('error', record.line, record.message, record.fix);
      break;
    }
    const { fields, line } = record;
    if (places === null) {
      places = { key: 0, energyPerAtom: 0, reference: 0, width: fields.length };
      const names = fields.map((field) => field.trim());
      for (const role of ['key', 'energyPerAtom', 'reference'] as const) {
        const name = columns[role];
        places[role] = names.indexOf(name);
        const near = closestWord(name, names);
        if (places[role] < 0) {
          const fix = `Correct "${role}" of the model${near === undefined ? '' : `: did you mean "${near}"?`}`;
          note('error', line, `There is no column "${name}".`, `${fix}${near === undefined ? '.' : ''}`);
        } else if (names.lastIndexOf(name) !== places[role])
          note('error', line, `There are two columns "${name}".`, 'Give each column a name of its own.');
      }
      if (problems.length > 0) break;
      continue;
    }
    if (fields.length !== places.width) {
      note(
        'error',
        line,
        `This line has ${fields.length} fields, the first one ${places.width}.`,
        'Quote fields that hold commas.',
      );
      continue;
    }
    const key = fields[places.key]!.trim();
    if (key === '') {
      note('error', line, `Column "${columns.key}" is empty.`, 'Give the name of the structure.');
      continue;
    }
    const reference = number(fields[places.reference]!, columns.reference, line);
    const entry: TableEntry = {
      line,
      energyPerAtom: number(fields[places.energyPerAtom]!, columns.energyPerAtom, line),
      reference: Number.isFinite(reference) ? reference : null,
    };
    const other = table.get(key);
    if (other === undefined) table.set(key, entry);
    else if (Object.is(other.energyPerAtom, entry.energyPerAtom) && other.reference === entry.reference)
      note('warning', line, `"${key.slice(0, 60)}" is already on line ${other.line}.`, 'Remove one of the two lines.');
    else {
      const message = `"${key.slice(0, 60)}" is on line ${other.line} with other numbers.`;
      note('error', line, message, 'Keep the line that is right.');
    }
    if (table.size > MOST_ROWS) {
      note(
        'error',
        line,
        `The table has more than ${MOST_ROWS} lines.`,
        'Split it, with the data, into several projects.',
      );
      break;
    }
  }
  if (places === null && problems.length === 0)
    note(
      'error',
      null,
      'The table is empty.',
      'Write a line with the names of the columns, then one line per structure.',
    );
  if (problems.length === 0 && table.size === 0)
    note('error', null, 'The table has names of columns and nothing below.', 'Add one line per structure.');
  return problems.length > 0
    ? { kind: 'rejected', problems: [...problems, ...warnings] }
    : { kind: 'ok', value: table, warnings };
}
