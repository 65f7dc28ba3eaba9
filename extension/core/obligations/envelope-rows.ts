import type { Box, CertificateContent, Interval, ObservationTable } from '../certificate.ts';
import { slabEdges } from '../refinement/slab-coverage.ts';

/** The envelope the certificate claims: the box after the last round. */
export function finalBox(content: CertificateContent): Box {
  return content.rounds.at(-1)!.box;
}

/** Whether a row of a table lies inside a box; both ends of every interval belong to it. */
export function isInside(table: ObservationTable, row: number, box: Box): boolean {
  return box.every(({ lower, upper }, f) => {
    const value = table.features[f]![row]!;
    return value >= lower && value <= upper;
  });
}

/**
 * The parts into which a feature's final range is cut: s = min(slabs, upper − lower + 1) runs of consecutive integers,
 * part j beginning at lower + ⌊(upper − lower + 1) j / s⌋.
 */
export function slabsOf({ lower, upper }: Interval, slabs: number): Interval[] {
  const edges = slabEdges(lower, upper, slabs);
  return Array.from(edges.subarray(1), (next, j) => ({ lower: edges[j]!, upper: next - 1 }));
}

/** Rows of a table that lie inside the final envelope, in row order. */
export function rowsInside(content: CertificateContent, table: ObservationTable): number[] {
  const box = finalBox(content);
  return [...table.id.keys()].filter((row) => isInside(table, row, box));
}

/** Whether the prediction for a row fails. */
export const fails = (content: CertificateContent, table: ObservationTable, row: number): boolean =>
  table.error[row]! > content.criterion.scaledThreshold;

/** Search rows that lie inside the final envelope and fail, in row order. */
export function violatingRows(content: CertificateContent): number[] {
  return rowsInside(content, content.search).filter((row) => fails(content, content.search, row));
}

/** Search rows that lie inside the final envelope and pass, in row order. */
export function passingRows(content: CertificateContent): number[] {
  return rowsInside(content, content.search).filter((row) => !fails(content, content.search, row));
}

/**
 * How many violations each `observed` chunk is granted out of the claim's total: as many as it has, in order, until
 * the total is used up. A chunk with more than its grant fails.
 */
export function violationAllowances(content: CertificateContent): Map<string, { found: number; granted: number }> {
  const violating = violatingRows(content);
  let left = content.claim.violations;
  const allowances = new Map<string, { found: number; granted: number }>();
  for (const obligation of content.obligations) {
    if (obligation.kind !== 'observed' || obligation.rows === null) continue;
    const { from, to } = obligation.rows;
    const found = violating.filter((row) => row >= from && row < to).length;
    const granted = Math.min(found, left);
    left -= granted;
    allowances.set(obligation.id, { found, granted });
  }
  return allowances;
}

/** Validation rows inside the final envelope (n), and how many of them fail (k). */
export function validationCounts(content: CertificateContent): { inside: number; failures: number } {
  const rows = rowsInside(content, content.validation);
  return { inside: rows.length, failures: rows.filter((row) => fails(content, content.validation, row)).length };
}
