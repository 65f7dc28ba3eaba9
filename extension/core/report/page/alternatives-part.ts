import type { RefinementReport, Variation } from '../../refinement/refinement-report.ts';
import { intervalFigure } from './interval-figure.ts';
import { markup, type Markup } from './markup.ts';
import { figure, percent, percentRange, rangeText, unitText } from './number-text.ts';
import { figureWithTable, table } from './table.ts';

/** How much of the envelope is chance, and what simpler regions would have done at its coverage. */
export function alternativesPart({ sensitivity, alternatives, rounds }: RefinementReport, unit: string): Markup {
  const features = rounds[0]?.features.map(({ feature }) => feature) ?? [];
  const rows = (kind: string, all: readonly Variation[], of = ''): (string | number)[][] =>
    all.map((one) => [
      `${kind} ${figure(one.value)}${unitText(of)}`,
      percent(one.failureRate),
      percent(one.coverage),
      one.failing,
      figure(one.overlap),
      one.meetsClaim ? 'yes' : 'no',
      ...features.map((_, f) => percent(one.compression?.[f] ?? null)),
    ]);
  return markup`<section id="alternatives"><h2>Alternatives to the envelope</h2>${
    alternatives === null
      ? markup`<p class="note">There are too few search observations to hold some out, so other regions are not compared.</p>`
      : regions(alternatives)
  }<h3>Sensitivity</h3><p>One round of refinement on all search observations at once takes in ${percent(sensitivity.coverage)} of them. The same round from other seeds of its search, and at other thresholds of failure:</p>${table(
    'Overlap: observations inside both envelopes over those inside either',
    [
      { title: 'changed' },
      { title: 'fail', numeric: true },
      { title: 'inside', numeric: true },
      { title: 'failing inside', numeric: true },
      { title: 'overlap', numeric: true },
      { title: 'meets the claim' },
      ...features.map((name) => ({ title: `cut off: ${name}`, numeric: true })),
    ],
    [...rows('seed', sensitivity.seeds), ...rows('threshold', sensitivity.thresholds, unit)],
  )}</section>`;
}

function regions({ folds, rows, regions: all }: NonNullable<RefinementReport['alternatives']>): Markup {
  const ends = all.map(({ interval }) => interval?.upper ?? 0);
  return markup`<p>Each region was drawn without the fold it is judged on (${folds} folds of ${rows} search observations, compositions kept together), and takes in as many of its structures as the envelope does. Of these regions only the envelope is a statement that Lean checks.</p>${figureWithTable(
    'Failure rates inside, on held-out search observations, with exact 95 % intervals.',
    intervalFigure(
      'Failure rates of regions at the same coverage',
      all.map(({ method, failureRate, interval }) => ({
        label: method.replaceAll('-', ' '),
        value: failureRate,
        interval,
      })),
      { label: 'failure rate inside', from: 0, to: Math.min(1, Math.max(0.01, ...ends)) },
    ),
    table(
      'Regions; the difference is the failure rate minus the envelope’s, with its bootstrap interval over compositions',
      [
        { title: 'region' },
        { title: 'inside', numeric: true },
        { title: 'fail', numeric: true },
        { title: 'rate', numeric: true },
        { title: '95 % CI', numeric: true },
        { title: 'of the passing', numeric: true },
        { title: 'difference', numeric: true },
        { title: 'its CI', numeric: true },
      ],
      all.map(({ title, inside, failures, failureRate, interval, yield: kept, difference }) => [
        title,
        inside,
        failures,
        percent(failureRate),
        interval === null ? '–' : percentRange(interval),
        percent(kept),
        figure(difference?.value ?? null),
        rangeText(difference?.interval ?? null),
      ]),
    ),
  )}`;
}
