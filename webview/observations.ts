import { elementsOfFormula } from '../extension/core/formula.ts';
import type { RowColumns, TableHead } from '../extension/protocol/dashboard-data.ts';

/** 118 elements in four words of 32 bits. */
export const MASK_WORDS = 4;

/** The observations of one certificate in columns; rows beyond `length` have not arrived yet. */
export interface Observations {
  readonly head: TableHead;
  length: number;
  /** Grows with the table, so that what was computed from it can be known to be old. */
  readonly formula: string[];
  readonly error: Float64Array;
  readonly flags: Uint8Array;
  readonly inside: Uint8Array;
  readonly strategy: Uint8Array;
  readonly round: Uint8Array;
  readonly file: Uint16Array;
  readonly index: Uint32Array;
  readonly line: Uint32Array;
  readonly features: readonly Float64Array[];
  /** Elements of each row as bits: bit z − 1 of its four words. */
  readonly elements: Uint32Array;
}

export function emptyObservations(head: TableHead): Observations {
  const { rows } = head;
  return {
    head,
    length: 0,
    formula: [],
    error: new Float64Array(rows),
    flags: new Uint8Array(rows),
    inside: new Uint8Array(rows),
    strategy: new Uint8Array(rows),
    round: new Uint8Array(rows),
    file: new Uint16Array(rows),
    index: new Uint32Array(rows),
    line: new Uint32Array(rows),
    features: head.features.map(() => new Float64Array(rows)),
    elements: new Uint32Array(MASK_WORDS * rows),
  };
}

/** Takes in the next piece; false if it is not the one that is due, or does not fit. */
export function addRows(table: Observations, columns: RowColumns): boolean {
  const { from } = columns;
  const fits = from === table.length && from + columns.formula.length <= table.head.rows;
  if (!fits || columns.features.length !== table.features.length) return false;
  for (const name of ['error', 'flags', 'inside', 'strategy', 'round', 'file', 'index', 'line'] as const) {
    table[name].set(columns[name], from);
  }
  table.features.forEach((column, f) => column.set(columns.features[f]!, from));
  columns.formula.forEach((formula, at) => {
    table.formula.push(formula);
    for (const z of elementsOfFormula(formula)) setElement(table.elements, from + at, z);
  });
  table.length = from + columns.formula.length;
  return true;
}

export function hasElement({ elements }: Observations, row: number, z: number): boolean {
  return ((elements[MASK_WORDS * row + ((z - 1) >> 5)]! >>> ((z - 1) & 31)) & 1) === 1;
}

function setElement(elements: Uint32Array, row: number, z: number): void {
  const word = MASK_WORDS * row + ((z - 1) >> 5);
  elements[word] = elements[word]! | (1 << ((z - 1) & 31));
}
