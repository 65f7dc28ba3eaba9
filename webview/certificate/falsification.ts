import type { FalsificationEvent } from '../../extension/protocol/falsification-events.ts';
import { element } from '../element.ts';
import { atoms } from '../format.ts';
import { section, table } from './table.ts';
import { t } from '../words.ts';

const headlines: Readonly<Record<FalsificationEvent['verdict'], string>> = {
  stands: t('The certificate stands'),
  revoked: t('The certificate is revoked'),
  undecided: t('The new data decide nothing'),
};

/** What new data did to the certificate: revoked by the simplest structure that fails, or standing with a new bound. */
export function falsificationSection(event: FalsificationEvent): HTMLElement {
  const { verdict, reasons, outcomes, counterexample, rate } = event;
  const percent = (share: number): string => `${(100 * share).toPrecision(3)} %`;
  const sample = (name: string, { inside, failures, upperBound }: typeof rate.fresh): string[] => [
    name,
    String(inside),
    String(failures),
    percent(upperBound),
  ];
  const made = section(
    headlines[verdict],
    ...reasons.map((reason) => element('p', {}, reason)),
    counterexample === null
      ? null
      : element(
          'p',
          {},
          t(
            'Simplest counterexample: {0} ({1}), {2}, line {3}, {4}.',
            counterexample.formula,
            atoms(counterexample.atoms),
            counterexample.file,
            counterexample.line,
            counterexample.error === null
              ? t('no finite prediction')
              : t('error {0}', counterexample.error.toPrecision(4)),
          ),
        ),
    element(
      'p',
      {},
      t(
        'Of the new structures {0} pass inside the envelope, {1} fail there, {2} lie outside, {3} were known and {4} could not be used.',
        outcomes.passes,
        outcomes.fails,
        outcomes.outside,
        outcomes.known,
        outcomes.refused,
      ),
    ),
    table(
      t('Failure rate inside the envelope'),
      [t('Structures'), t('Inside'), t('Fail'), t('At most, at {0} confidence', percent(1 - rate.significance))],
      [
        sample(t('of the certificate'), rate.certified),
        sample(t('new'), rate.fresh),
        sample(t('together'), rate.pooled),
        [t('claimed'), '', '', percent(rate.claimed)],
      ],
    ),
  );
  made.classList.add('falsification', verdict);
  made.setAttribute('role', 'status');
  return made;
}
