import { LARGEST_CELL, type CertificateContent, type Rational } from '../certificate.ts';
import { conformalRank, conformalSamplesMissing } from '../statistics/conformal-rank.ts';
import { rowsInside } from './envelope-rows.ts';
import { culprit, failing, holding, place, worstFirst, type Finding } from './evaluation.ts';
import type { Remedy } from './remedy.ts';
import { plural } from '../plural.ts';
import { errorText, excessText, percentText } from './wording.ts';

/** Steps in which a supported share is offered: what is offered can be written into the project file as it is. */
const SHARE_STEPS = 10_000;

/** The claimed bound is at least the ⌈(n + 1)(1 − α)⌉-th smallest error of the n validation structures inside. */
export function conformal(content: CertificateContent): Finding {
  const { conformal: claimed } = content.claim;
  if (claimed === null) {
    return failing(content, 'No error bound is claimed.', { remedies: [{ kind: 'certify-again' }] });
  }
  const { miscoverage, bound } = claimed;
  if (!(miscoverage.numerator > 0 && miscoverage.numerator < miscoverage.denominator)) {
    const flaw = `A share of ${percentText(miscoverage)} is no claim; it has to lie between 0 and 100 %.`;
    return failing(content, flaw, { remedies: [{ kind: 'certify-again' }] });
  }
  const table = content.validation;
  const rows = rowsInside(content, table);
  const errors = rows.map((row) => table.error[row]!).sort((a, b) => a - b);
  const rank = conformalRank(rows.length, miscoverage);
  const within = errors.filter((error) => error <= bound).length;
  const bounded = `an error of at most ${errorText(content, bound)} for all but ${percentText(miscoverage)} of structures`;
  if (within >= rank) {
    return holding(
      `${within} of ${plural(rows.length, 'validation structure')} inside the envelope are within the bound, ${rank} are needed: ${bounded}.`,
    );
  }
  const culprits = worstFirst(
    table,
    rows.filter((row) => table.error[row]! > bound),
  ).map((row) => culprit(content, table, row, excessText(content, table, row, bound)));
  const worst = culprits[0] === undefined ? '' : ` Worst: ${place(culprits[0])}.`;
  const quantile = errors[rank - 1];
  const remedies: Remedy[] = [
    ...(quantile === undefined || quantile >= LARGEST_CELL
      ? []
      : [{ kind: 'raise-error-bound', to: quantile } as const]),
    ...supportedShare(within, rows.length),
    { kind: 'add-validation', count: conformalSamplesMissing(within, rows.length, miscoverage), failures: 0 },
  ];
  return failing(
    content,
    `${within} of ${plural(rows.length, 'validation structure')} inside the envelope are within the bound; ${rank} would have to be for ${bounded}.${worst}`,
    { culprits, remedies },
  );
}

/** The smallest share, in steps of a hundredth of a percent, for which `within` of n suffice: (n + 1 − within) / (n + 1). */
function supportedShare(within: number, samples: number): Remedy[] {
  const numerator = Math.ceil((SHARE_STEPS * (samples + 1 - within)) / (samples + 1));
  const to: Rational = { numerator, denominator: SHARE_STEPS };
  return numerator < SHARE_STEPS ? [{ kind: 'raise-miscoverage', to }] : [];
}
