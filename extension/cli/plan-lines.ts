import type { PlanEvent } from '../protocol/plan-events.ts';

/** A plan, as lines for a person. */
export function planLines(event: PlanEvent): string[] {
  const percent = (value: number): string => `${Number((100 * value).toPrecision(4))} %`;
  const so =
    event.inside === 0
      ? 'So far there are no validation structures inside.'
      : `So far ${event.failures} of ${event.inside} validation structures inside fail, which bounds the rate at ${percent(event.upperBound)}.`;
  const { conformal } = event;
  return [
    `${event.model === null ? '' : `${event.model}: `}to claim a failure rate of at most ${percent(event.failureRate)} at significance ${percent(event.significance)}. ${so}`,
    ...event.sizes.map(
      ({ failures, needed, more, chance }) =>
        `  with ${failures} ${failures === 1 ? 'failure' : 'failures'} in the end: ${needed} structures inside` +
        (event.inside === 0 ? '' : more === 0 ? ', which are there' : `, ${more} more`) +
        (chance === null || more === 0
          ? ''
          : ` (works out with ${percent(chance)} if the true rate is ${percent(event.expectedRate!)})`),
    ),
    ...(event.sizes.length === 0 ? ['  more than a million structures would be needed: claim a larger rate.'] : []),
    ...(conformal === null
      ? []
      : [
          `  an error bound for all but ${percent(conformal.miscoverage)}: ${conformal.more === 0 ? 'enough structures are there' : `${conformal.more} more structures within it`}`,
        ]),
    '  Choose one of these before looking at new structures: adding them until the claim holds would test too often.',
  ];
}
