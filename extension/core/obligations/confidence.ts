import type { CertificateContent } from '../certificate.ts';
import { exactUpperFailureRate, tailAtMost, trialsNeeded } from '../statistics/exact-binomial.ts';
import { trialsNeededAtShare } from '../statistics/trials-at-share.ts';
import { fails, rowsInside, validationCounts } from './envelope-rows.ts';
import { culprit, failing, holding, place, worstFirst, type Finding } from './evaluation.ts';
import type { Remedy } from './remedy.ts';
import { plural } from '../plural.ts';
import { excessText, percentText } from './wording.ts';

/** Steps in which a supported rate is offered: what is offered can be written into the project file as it is. */
const RATE_STEPS = 10_000;

/** More validation structures than this are no advice. */
const MOST_TRIALS = 100_000;

/**
 * The exact one-sided Clopper–Pearson bound. Moving a bound of the envelope is no remedy here: validation structures that
 * shape the envelope are no longer independent of it.
 */
export function confidence(content: CertificateContent): Finding {
  const { inside, failures } = validationCounts(content);
  const { failureRate, significance } = content.claim;
  const rate = percentText(failureRate);
  if (!(failureRate.numerator > 0 && failureRate.numerator < failureRate.denominator)) {
    const flaw = `A failure rate of ${rate} is no claim; it has to lie between 0 and 100 %.`;
    return failing(content, flaw, { remedies: supported(content, inside, failures) });
  }
  if (!(significance.numerator > 0 && significance.numerator < significance.denominator)) {
    const flaw = `A significance of ${percentText(significance)} is no claim; it has to lie between 0 and 100 %.`;
    return failing(content, flaw, { remedies: [{ kind: 'certify-again' }] });
  }
  const needed = inside === 0 ? trialsNeeded(0, failureRate, significance, MOST_TRIALS) : null;
  if (inside === 0) {
    const flaw = 'No validation structure lies inside the envelope, so nothing is known about its failure rate.';
    const remedies: Remedy[] = needed === null ? [] : [{ kind: 'add-validation', count: needed, failures: 0 }];
    return failing(content, flaw, { remedies });
  }
  const counted = `${failures} of ${plural(inside, 'validation structure')} inside the envelope fail`;
  if (tailAtMost(failures, inside, failureRate, significance)) {
    return holding(`${counted}; the failure rate is below ${rate} at significance ${percentText(significance)}.`);
  }
  const table = content.validation;
  const limit = content.criterion.scaledThreshold;
  const culprits = worstFirst(
    table,
    rowsInside(content, table).filter((row) => fails(content, table, row)),
  ).map((row) => culprit(content, table, row, excessText(content, table, row, limit)));
  const worst = culprits[0] === undefined ? '' : ` Worst: ${place(culprits[0])}.`;
  const flaw = `${counted}, which does not support a failure rate below ${rate} at significance ${percentText(significance)}.${worst}`;
  return failing(content, flaw, {
    culprits,
    remedies: [...supported(content, inside, failures), ...moreTrials(content, inside, failures)],
  });
}

/** The smallest rate, in steps of a hundredth of a percent, that the validation structures do support. */
function supported(content: CertificateContent, inside: number, failures: number): Remedy[] {
  const { significance } = content.claim;
  const to = exactUpperFailureRate(failures, inside, significance, RATE_STEPS);
  return to.numerator > 0 && to.numerator < to.denominator ? [{ kind: 'raise-failure-rate', to }] : [];
}

/** How many more it takes if none of them fails, and if they fail as often as those before. */
function moreTrials(content: CertificateContent, inside: number, failures: number): Remedy[] {
  const { failureRate, significance } = content.claim;
  const none = trialsNeeded(failures, failureRate, significance, MOST_TRIALS);
  const alike = failures === 0 ? null : trialsNeededAtShare(failures, inside, failureRate, significance);
  const remedies: Remedy[] = [];
  if (none !== null) remedies.push({ kind: 'add-validation', count: none - inside, failures: 0 });
  if (alike !== null && alike.failures > failures) {
    remedies.push({ kind: 'add-validation', count: alike.trials - inside, failures: alike.failures - failures });
  }
  return remedies;
}
