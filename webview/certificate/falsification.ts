import type { FalsificationEvent } from '../../extension/protocol/falsification-events.ts';
import { element } from '../element.ts';
import { section, table } from './table.ts';

const headlines: Readonly<Record<FalsificationEvent['verdict'], string>> = {
  stands: 'The certificate stands',
  revoked: 'The certificate is revoked',
  undecided: 'The new data decide nothing',
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
          `Simplest counterexample: ${counterexample.formula} with ${counterexample.atoms} atoms, ${counterexample.file}, line ${counterexample.line}, ${
            counterexample.error === null ? 'no finite prediction' : `error ${counterexample.error.toPrecision(4)}`
          }.`,
        ),
    element(
      'p',
      {},
      `Of the new structures ${outcomes.passes} pass inside the envelope, ${outcomes.fails} fail there, ${outcomes.outside} lie outside, ${outcomes.known} were known and ${outcomes.refused} could not be used.`,
    ),
    table(
      'Failure rate inside the envelope',
      ['Structures', 'Inside', 'Fail', `At most, at ${percent(1 - rate.significance)} confidence`],
      [
        sample('of the certificate', rate.certified),
        sample('new', rate.fresh),
        sample('together', rate.pooled),
        ['claimed', '', '', percent(rate.claimed)],
      ],
    ),
  );
  made.classList.add('falsification', verdict);
  made.setAttribute('role', 'status');
  return made;
}
