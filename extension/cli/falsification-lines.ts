import type { FalsificationEvent, TrialEvent, VerificationEvent } from '../protocol/falsification-events.ts';

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** What new data did to a certificate, or what a check from the files alone found, as lines for a person. */
export function falsificationLines(event: TrialEvent | FalsificationEvent | VerificationEvent): string[] {
  switch (event.kind) {
    case 'trial': {
      if (event.outcome === 'passes' || event.outcome === 'outside') return [];
      const error = event.outcome === 'fails' ? (event.error ?? 'no finite prediction') : event.reason;
      return [`${event.file}:${event.line}: ${event.outcome}  ${error ?? ''}`];
    }
    case 'falsification':
      return falsified(event);
    case 'verification':
      return [
        ...event.checks.map(({ check, outcome, detail }) => `  ${check.padEnd(10)} ${outcome.padEnd(7)} ${detail}`),
        `  ${event.certificate}: ${event.verdict}`,
      ];
  }
}

function falsified({ outcomes, rate, ...event }: FalsificationEvent): string[] {
  const { passes, fails, outside, known, refused } = outcomes;
  const of = ({ failures, inside, upperBound }: FalsificationEvent['rate']['fresh']): string =>
    `${failures} of ${inside} fail, rate at most ${percent(upperBound)}`;
  const found = event.counterexample;
  return [
    `  ${passes + fails} new structures inside the envelope: ${passes} pass, ${fails} fail; ${outside} outside, ${known} known already, ${refused} refused`,
    `  validation ${of(rate.certified)}; new data ${of(rate.fresh)}; both ${of(rate.pooled)} (claimed ${percent(rate.claimed)} at significance ${percent(rate.significance)})`,
    ...(found === null
      ? []
      : [
          `  counterexample: ${found.formula} (${found.atoms} atoms), ${found.file}:${found.line}, error ${found.error ?? 'none, for there is no finite prediction'}`,
        ]),
    ...event.reasons.map((reason) => `  ${reason}`),
    `  ${event.certificate}: ${event.verdict}${event.revocation === null ? '' : `  ${event.revocation}`}`,
  ];
}
