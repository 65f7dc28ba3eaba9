import type { CertificateContent, ObservationTable } from '../certificate.ts';
import { remediesText, type Remedy } from './remedy.ts';

/**
 * TypeScript's own evaluation of an obligation. It decides nothing: Lean does. It explains, down to the row, the
 * feature and the amount, and a disagreement with Lean is a bug that the verdicts show as such.
 */
export interface Evaluation {
  readonly id: string;
  readonly holds: boolean;
  /** What holds or what does not, by how much, and what would mend it. */
  readonly explanation: string;
  /** The structures that make the obligation fail, worst first, at most {@link MOST_CULPRITS}. */
  readonly culprits: readonly Culprit[];
  /** What would make it true, the least costly first; each suffices by itself. Empty for what holds. */
  readonly remedies: readonly Remedy[];
}

export interface Culprit {
  readonly file: string;
  readonly index: number;
  readonly line: number;
  readonly detail: string;
}

export const MOST_CULPRITS = 10;

/** What was found for one obligation. */
export type Finding = Omit<Evaluation, 'id'>;

export const holding = (explanation: string): Finding => ({ holds: true, explanation, culprits: [], remedies: [] });

/** A refutation: the flaw in full sentences; the remedies become the last one. */
export function failing(
  content: CertificateContent,
  flaw: string,
  { culprits = [], remedies = [] }: { culprits?: readonly Culprit[]; remedies?: readonly Remedy[] } = {},
): Finding {
  return {
    holds: false,
    explanation: flaw + remediesText(remedies, content),
    culprits: culprits.slice(0, MOST_CULPRITS),
    remedies,
  };
}

/** A row of a table as a culprit. */
export function culprit(content: CertificateContent, table: ObservationTable, row: number, detail: string): Culprit {
  return { file: content.data[table.file[row]!]!.file, index: table.index[row]!, line: table.line[row]!, detail };
}

/** Where a culprit stands and what it did. */
export const place = ({ file, line, index, detail }: Culprit): string =>
  `${file}:${line} (structure ${index}, ${detail})`;

/** The rows with the greatest errors first. */
export const worstFirst = (table: ObservationTable, rows: readonly number[]): number[] =>
  [...rows].sort((a, b) => table.error[b]! - table.error[a]! || a - b);
