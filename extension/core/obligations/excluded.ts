import type { CertificateContent, Obligation } from '../certificate.ts';
import { cheapestCuts } from './cuts.ts';
import { fails, finalBox, violatingRows } from './envelope-rows.ts';
import { culprit, failing, holding, place, worstFirst, type Culprit, type Finding } from './evaluation.ts';
import type { Remedy } from './remedy.ts';
import { plural } from '../plural.ts';
import { excessText, errorText } from './wording.ts';

/** Remedies that move a bound, of all that were found: the least costly ones. */
const MOST_CUTS = 3;

/** The recorded counterexamples are the failing observations, and all but the tolerated lie outside the envelope. */
export function excluded(obligation: Obligation, content: CertificateContent): Finding {
  const { from, to } = obligation.rows!;
  const box = finalBox(content);
  const table = content.search;
  const limit = content.criterion.scaledThreshold;
  const culpritOf = (row: number): Culprit => culprit(content, table, row, excessText(content, table, row, limit));
  const misrecorded = (flaw: string, row: number): Finding =>
    failing(content, flaw, { culprits: [culpritOf(row)], remedies: [{ kind: 'list-counterexamples' }] });

  const known = new Set(content.counterexamples.map(({ row }) => row));
  const forgotten = [...table.id.keys()].find((row) => fails(content, table, row) && !known.has(row));
  if (forgotten !== undefined) {
    const flaw = `A failing observation is not among the recorded counterexamples: ${place(culpritOf(forgotten))}.`;
    return misrecorded(flaw, forgotten);
  }
  const unseparated: number[] = [];
  for (const { row, separatedBy } of content.counterexamples.slice(from, to)) {
    if (!fails(content, table, row)) {
      const flaw = `A recorded counterexample does not exceed the threshold: ${errorText(content, table.error[row]!)}.`;
      return misrecorded(flaw, row);
    }
    if (separatedBy === null) {
      unseparated.push(row);
      continue;
    }
    const interval = box[separatedBy];
    const value = table.features[separatedBy]?.[row];
    if (interval === undefined || value === undefined || (value >= interval.lower && value <= interval.upper)) {
      const feature = content.features[separatedBy]?.id ?? `feature ${separatedBy}`;
      const flaw = `A counterexample is said to lie outside the envelope by ${feature}, and does not: ${place(culpritOf(row))}.`;
      return misrecorded(flaw, row);
    }
  }
  // The tolerance of the claim is used up by counterexamples in their order, across chunks.
  const earlier = content.counterexamples.slice(0, from).filter(({ separatedBy }) => separatedBy === null).length;
  const granted = Math.max(0, content.claim.violations - earlier);
  if (unseparated.length <= granted) {
    return holding(
      `${plural(to - from - unseparated.length, 'counterexample')} lie outside the envelope, ${unseparated.length} inside; ${granted} are allowed inside.`,
    );
  }
  const listed = content.counterexamples.filter(({ separatedBy }) => separatedBy === null).length;
  const inside = violatingRows(content);
  const culprits = worstFirst(table, unseparated).map(culpritOf);
  const remedies: Remedy[] =
    inside.length <= content.claim.violations
      ? [{ kind: 'list-counterexamples' }]
      : [
          ...cheapestCuts(content, inside, content.claim.violations).slice(0, MOST_CUTS),
          { kind: 'raise-violations', to: listed },
        ];
  return failing(
    content,
    `${plural(unseparated.length, 'counterexample')} lie inside the envelope where ${granted} are allowed; worst: ${place(culprits[0]!)}.`,
    { culprits, remedies },
  );
}
