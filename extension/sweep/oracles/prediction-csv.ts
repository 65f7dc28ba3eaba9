import { parseDecimalText } from '../../core/formats/decimal.ts';
import type { Checked } from '../../core/problem.ts';
import { readCsv } from '../../core/formats/csv.ts';
import { openTableDraft, type PredictionTable, type TableColumns } from './prediction-table.ts';

/** What programs write where they have no number. */
const noNumber = /^(?:|nan|-nan|none|null|na|n\/a|inf|-inf|infinity|-infinity)$/i;

/**
 * Reads a CSV of predictions. A field that is empty or says NaN, inf or None is no number: a failed prediction, or a
 * missing reference. Anything else that is no number rejects the file.
 * @param file what problems name.
 */
export function readPredictionCsv(text: string, columns: TableColumns, file: string): Checked<PredictionTable> {
  const draft = openTableDraft(columns, file, 'line');
  let places: readonly number[] | null = null;
  let width = 0;

  const number = (field: string, column: string, line: number): number => {
    const trimmed = field.trim();
    if (noNumber.test(trimmed)) return Number.NaN;
    const value = parseDecimalText(trimmed);
    if (!Number.isFinite(value)) {
      const shown = JSON.stringify(trimmed.slice(0, 40));
      const message = `${shown} in column "${column}" is no number.`;
      draft.note('error', line, message, 'Write a decimal number, or leave it empty.');
    }
    return value;
  };

  for (const record of readCsv(text.startsWith('\ufeff') ? text.slice(1) : text)) {
    if (record.kind === 'damage') {
      draft.note('error', record.line, record.message, record.fix);
      break;
    }
    const { fields, line } = record;
    if (places === null) {
      width = fields.length;
      places = draft.places(
        fields.map((field) => field.trim()),
        line,
      );
      if (places === null) break;
      continue;
    }
    if (fields.length !== width) {
      const message = `This line has ${fields.length} fields, the first one ${width}.`;
      draft.note('error', line, message, 'Quote fields that hold commas.');
      continue;
    }
    const [key = '', ...values] = places.map((at) => fields[at]!);
    const numbers = values.map((field, k) => number(field, draft.wanted[k + 1]!.name, line));
    if (!draft.add(line, key.trim(), numbers)) break;
  }
  return draft.finish();
}
