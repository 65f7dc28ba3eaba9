import { closestWord } from '../../core/closest-word.ts';
import type { Checked, Problem } from '../../core/problem.ts';
import type { ModelOf } from '../../core/project-models.ts';

/** Names of the columns, as in the project; a role without a name has no column. */
export type TableColumns = Pick<ModelOf<'table'>, 'key' | 'energyPerAtom' | 'reference' | 'forceError' | 'maxForce'>;

export const numberRoles = ['energyPerAtom', 'reference', 'forceError', 'maxForce'] as const;
export type NumberRole = (typeof numberRoles)[number];

/** One row. Energies in eV/atom, forces in eV/Å; NaN where the table has no number, null where it has no such column. */
export interface TableEntry extends Readonly<Record<NumberRole, number | null>> {
  /** Where it stands: the line of a CSV file, the row of a Parquet file, both counted from 1. */
  readonly line: number;
}

/** Predictions by key. */
export type PredictionTable = ReadonlyMap<string, TableEntry>;

export const MOST_ROWS = 5_000_000;
/** Problems that are shown one by one. */
const MOST_PROBLEMS = 20;

/** What the reader of a file format fills row by row. */
export interface TableDraft {
  /** Index of each wanted column, in the order of `wanted`; null if one is missing or there twice, which is noted. */
  places(names: readonly string[], line: number | null): readonly number[] | null;
  readonly wanted: readonly { readonly role: 'key' | NumberRole; readonly name: string }[];
  /** Adds a row with as many numbers as roles of numbers are wanted. False: there are too many rows, which is noted. */
  add(line: number, key: string, numbers: readonly number[]): boolean;
  note(severity: Problem['severity'], line: number | null, message: string, fix: string): void;
  finish(): Checked<PredictionTable>;
}

/**
 * Collects a table. A missing column, and a key given twice with different numbers, reject it.
 * @param file what problems name.
 * @param unit what a row is called: `line` numbers are told only where they are lines of a text.
 */
export function openTableDraft(columns: TableColumns, file: string, unit: 'line' | 'row'): TableDraft {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const table = new Map<string, TableEntry>();
  const roles = numberRoles.filter((role) => columns[role] !== undefined);
  const wanted = [
    { role: 'key' as const, name: columns.key },
    ...roles.map((role) => ({ role, name: columns[role]! })),
  ];
  const note: TableDraft['note'] = (severity, line, message, fix) => {
    const to = severity === 'error' ? problems : warnings;
    if (to.length >= MOST_PROBLEMS) return;
    const place = unit === 'line' || line === null ? '' : `Row ${line}: `;
    to.push({ kind: 'problem', severity, file, line: unit === 'line' ? line : null, message: place + message, fix });
  };

  return {
    wanted,
    note,
    places(names, line) {
      for (const { role, name } of wanted) {
        if (!names.includes(name)) {
          const near = closestWord(name, names);
          const fix = `Correct "${role}" of the model${near === undefined ? '.' : `: did you mean "${near}"?`}`;
          note('error', line, `There is no column "${name}".`, fix);
        } else if (names.indexOf(name) !== names.lastIndexOf(name))
          note('error', line, `There are two columns "${name}".`, 'Give each column a name of its own.');
      }
      return problems.length > 0 ? null : wanted.map(({ name }) => names.indexOf(name));
    },
    add(line, key, numbers) {
      if (key === '') {
        note('error', line, `Column "${columns.key}" is empty.`, 'Give the name of the structure.');
        return true;
      }
      const value = (role: NumberRole): number | null => {
        const at = roles.indexOf(role);
        return at < 0 ? null : Number.isFinite(numbers[at]) ? numbers[at]! : Number.NaN;
      };
      const entry: TableEntry = {
        line,
        energyPerAtom: value('energyPerAtom'),
        reference: value('reference'),
        forceError: value('forceError'),
        maxForce: value('maxForce'),
      };
      const other = table.get(key);
      if (other === undefined) table.set(key, entry);
      else if (numberRoles.every((role) => Object.is(other[role], entry[role])))
        note('warning', line, `"${key.slice(0, 60)}" is already on ${unit} ${other.line}.`, `Remove one of the two.`);
      else {
        const message = `"${key.slice(0, 60)}" is on ${unit} ${other.line} with other numbers.`;
        note('error', line, message, `Keep the one that is right.`);
      }
      if (table.size <= MOST_ROWS) return true;
      note(
        'error',
        line,
        `The table has more than ${MOST_ROWS} rows.`,
        'Split it, with the data, into several projects.',
      );
      return false;
    },
    finish() {
      if (problems.length === 0 && table.size === 0)
        note('error', null, 'The table has no rows.', 'Write one row per structure below the names of the columns.');
      return problems.length > 0
        ? { kind: 'rejected', problems: [...problems, ...warnings] }
        : { kind: 'ok', value: table, warnings };
    },
  };
}
