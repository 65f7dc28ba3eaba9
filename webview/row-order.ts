import type { SortKey } from './kept.ts';
import type { Observations } from './observations.ts';

/** `rows` in the order of one column; a prediction that was not finite counts as the largest error. Stable. */
export function sortedRows(
  table: Observations,
  rows: Uint32Array,
  { key, descending }: { readonly key: SortKey; readonly descending: boolean },
): Uint32Array {
  const value = valueOf(table, key);
  const direction = descending ? -1 : 1;
  return Uint32Array.from(rows).sort((a, b) => direction * (value(a) - value(b)) || a - b);
}

function valueOf(table: Observations, key: SortKey): (row: number) => number {
  switch (key) {
    case 'error':
      return (row) => (Number.isFinite(table.error[row]!) ? table.error[row]! : Number.MAX_VALUE);
    case 'round':
      return (row) => table.round[row]!;
    case 'strategy':
      return (row) => table.strategy[row]!;
    case 'inside':
      return (row) => table.inside[row]!;
    case 'file':
      return (row) => table.file[row]! * 2 ** 32 + table.index[row]!;
    case 'formula': {
      // Numbers compare faster than texts, and there are far fewer formulas than rows.
      const order = new Map([...new Set(table.formula)].sort().map((formula, at) => [formula, at]));
      return (row) => order.get(table.formula[row]!) ?? 0;
    }
  }
}

/** Rows of a list that are worth drawing: those in view, and a few above and below. */
export function visibleRows(
  scrolled: number,
  height: number,
  rowHeight: number,
  count: number,
): { readonly from: number; readonly to: number } {
  const from = Math.max(0, Math.floor(scrolled / rowHeight) - SPARE_ROWS);
  const to = Math.min(count, Math.ceil((scrolled + height) / rowHeight) + SPARE_ROWS);
  return { from: Math.min(from, to), to };
}

const SPARE_ROWS = 8;
