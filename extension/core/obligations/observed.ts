import type { CertificateContent, Obligation } from '../certificate.ts';
import { cheapestCuts } from './cuts.ts';
import { violatingRows } from './envelope-rows.ts';
import { culprit, failing, holding, place, worstFirst, type Finding } from './evaluation.ts';
import { plural } from '../plural.ts';
import { excessText, thresholdText } from './wording.ts';

/** Remedies that move a bound, of all that were found: the least costly ones. */
const MOST_CUTS = 3;

/** At most the granted number of the chunk's observations inside the envelope fail. */
export function observed(
  obligation: Obligation,
  content: CertificateContent,
  allowance: { found: number; granted: number },
): Finding {
  const { from, to } = obligation.rows!;
  if (allowance.found <= allowance.granted) {
    return holding(
      `Of ${plural(to - from, 'observation')}, ${allowance.found} inside the envelope exceed the threshold; ${allowance.granted} are allowed.`,
    );
  }
  const table = content.search;
  const violating = violatingRows(content);
  const culprits = worstFirst(
    table,
    violating.filter((row) => row >= from && row < to),
  ).map((row) => culprit(content, table, row, excessText(content, table, row, content.criterion.scaledThreshold)));
  return failing(
    content,
    `${plural(allowance.found, 'observation')} inside the envelope exceed ${thresholdText(content)} where ${allowance.granted} are allowed; worst: ${place(culprits[0]!)}.`,
    {
      culprits,
      remedies: [
        ...cheapestCuts(content, violating, content.claim.violations).slice(0, MOST_CUTS),
        { kind: 'raise-violations', to: violating.length },
      ],
    },
  );
}
