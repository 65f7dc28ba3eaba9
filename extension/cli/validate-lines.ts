import { plural } from '../core/plural.ts';
import type { ValidatedEvent, ValidationEvent } from '../protocol/validation-events.ts';

const number = (value: number | null): string => (value === null ? '–' : String(Number(value.toPrecision(4))));

/** One structure as a line for a person. */
export function validatedLine(event: ValidatedEvent): string {
  const place = `  ${event.file}:${event.line}`;
  if (event.reason !== null) return `${place}  no reference: ${event.reason}`;
  const verdict = event.confirmed === null ? 'undecided' : event.confirmed ? 'still fails' : 'passes by this reference';
  return (
    `${place}  max|F| ${number(event.referenceForce)} eV/Å, model ${number(event.modelForce)}, ` +
    `ratio ${number(event.forceRatio)}, error ${number(event.forceError)}: ${verdict}` +
    `  (${event.scfSteps ?? '–'} SCF steps, ${number(event.seconds)} s${event.stored ? ', stored' : ''})`
  );
}

/** The summary as lines for a person. */
export function validationLines(event: ValidationEvent): string[] {
  const { reference, forceRatio } = event;
  const facts = Object.entries(reference.description).map(([key, value]) => `${key} ${value}`);
  const interval = forceRatio?.interval ?? null;
  const ratio =
    forceRatio === null
      ? 'no force ratio'
      : `median force ratio reference/model ${number(forceRatio.median)}` +
        (interval === null
          ? ''
          : ` (${100 * forceRatio.confidence} % CI ${number(interval.lower)} to ${number(interval.upper)})`) +
        ` on ${plural(forceRatio.structures, 'structure')}`;
  return [
    `  ${reference.kind}: ${facts.join(', ')}`,
    `  ${event.structures} counterexamples: ${event.confirmed} confirmed, ${event.refuted} pass by this reference, ` +
      `${event.undecided} undecided; ${event.structures - event.computed} without a reference`,
    `  ${ratio}; median ${number(event.scfSteps)} SCF steps, ${number(event.seconds)} s; ${number(event.totalSeconds)} s in all`,
  ];
}
