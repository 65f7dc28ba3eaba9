import type { Report } from '../report-schema.ts';
import { envelopeFigure } from './envelope-figure.ts';
import { histogramFigure } from './histogram-figure.ts';
import { lineFigure, type Series } from './line-figure.ts';
import { markup, type Markup } from './markup.ts';
import { figure, percent, rangeText, unitText } from './number-text.ts';
import { figureWithTable, table } from './table.ts';

/** How the envelope was refined, and how counterexamples were found. */
export function searchPart({ refinement, discovery }: Report): Markup {
  const last = refinement.rounds.at(-1);
  const bounds = refinement.features.flatMap(({ id, unit }, f) =>
    last === undefined
      ? []
      : (['lower', 'upper'] as const).map((side) => {
          const { value, percentile, bca } = last.bounds[f]![side];
          return [`${id}, ${side}${unitText(unit)}`, figure(value), rangeText(percentile), rangeText(bca)];
        }),
  );
  return markup`<section id="refinement"><h2>Refinement</h2>${figureWithTable(
    `The envelope after each round, last round darkest, inside the initial range; whiskers are ${percent(refinement.confidence)} percentile bootstrap intervals.`,
    envelopeFigure(refinement),
    table(
      'Bounds after the last round',
      [
        { title: 'bound' },
        { title: 'value', numeric: true },
        { title: 'percentile CI', numeric: true },
        { title: 'BCa CI', numeric: true },
      ],
      bounds,
    ),
  )}${table(
    'Rounds',
    [
      { title: 'round' },
      { title: 'tested', numeric: true },
      { title: 'failed', numeric: true },
      { title: 'pass rate', numeric: true },
      { title: 'counterexamples so far', numeric: true },
      { title: 'inside', numeric: true },
    ],
    refinement.rounds.map(({ round, tested, failed, passRate, discovered, coverage }) => [
      round,
      tested,
      failed,
      percent(passRate),
      discovered,
      percent(coverage),
    ]),
  )}</section>
<section id="discovery"><h2>Discovery</h2>${discoveries(discovery)}${figureWithTable(
    `Errors of the search observations; ${discovery.notFinite} without a finite prediction are not drawn and count as failures.`,
    histogramFigure(discovery),
    table(
      'Quantiles of the finite errors',
      [{ title: 'quantile' }, { title: `error (${discovery.unit})`, numeric: true }],
      discovery.quantiles === null
        ? []
        : [
            ['median', figure(discovery.quantiles.median)],
            ['90 %', figure(discovery.quantiles.p90)],
            ['99 %', figure(discovery.quantiles.p99)],
            ['largest', figure(discovery.quantiles.largest)],
            ['threshold', figure(discovery.threshold)],
          ],
    ),
  )}${distribution(discovery)}</section>`;
}

function discoveries({ cumulative }: Report['discovery']): Markup {
  const strategies = cumulative.at(-1)?.strategies.map(({ strategy }) => strategy) ?? [];
  const start = { x: 0, y: 0 };
  const series: Series[] = [
    {
      name: 'all',
      points: [start, ...cumulative.map(({ tested, counterexamples }) => ({ x: tested, y: counterexamples }))],
    },
    ...strategies.slice(0, 7).map((name) => ({
      name,
      points: [
        start,
        ...cumulative.flatMap((entry) =>
          entry.strategies
            .filter(({ strategy }) => strategy === name)
            .map(({ proposals, counterexamples }) => ({ x: proposals, y: counterexamples })),
        ),
      ],
    })),
  ];
  return figureWithTable(
    'Counterexamples found against structures tested, after each round, in all and by strategy; the steeper, the better a strategy finds failures. Beside it, new counterexamples per structure over those of random search, with score intervals that take proposals for independent.',
    lineFigure({
      title: 'Cumulative counterexamples',
      description: `${cumulative.at(-1)?.counterexamples ?? 0} counterexamples among ${cumulative.at(-1)?.tested ?? 0} tested structures.`,
      x: { label: 'structures tested', from: 0, to: Math.max(1, cumulative.at(-1)?.tested ?? 1) },
      y: { label: 'counterexamples', from: 0, to: Math.max(1, cumulative.at(-1)?.counterexamples ?? 1) },
      series,
    }),
    table(
      'After the last round',
      [
        { title: 'strategy' },
        { title: 'tested', numeric: true },
        { title: 'found', numeric: true },
        { title: 'new', numeric: true },
        { title: '× random', numeric: true },
        { title: '95 % CI', numeric: true },
      ],
      [
        ...(cumulative.at(-1)?.strategies ?? []).map(
          ({ strategy, proposals, counterexamples, unique, againstRandom }) => [
            strategy,
            proposals,
            counterexamples,
            unique,
            figure(againstRandom?.estimate ?? null),
            againstRandom === null
              ? '–'
              : `${figure(againstRandom.lower)} to ${figure(againstRandom.upper ?? Infinity)}`,
          ],
        ),
        ['all', cumulative.at(-1)?.tested ?? 0, cumulative.at(-1)?.counterexamples ?? 0, '', '', ''],
      ],
    ),
  );
}

function distribution({ ecdf, histogram, threshold, unit }: Report['discovery']): Markup {
  if (ecdf.length < 2 || histogram.edges.length < 2) return markup``;
  const rows = ecdf.filter((_, at) => at % Math.ceil(ecdf.length / 12) === 0 || at === ecdf.length - 1);
  return figureWithTable(
    'Empirical distribution of the error: the share of search observations with at most this error.',
    lineFigure({
      title: 'Empirical distribution of the error',
      description: `A staircase of ${ecdf.length} points from ${figure(ecdf[0]!.error)} to ${figure(ecdf.at(-1)!.error)} ${unit}.`,
      x: { label: `error (${unit})`, kind: histogram.scale, from: histogram.edges[0]!, to: histogram.edges.at(-1)! },
      y: { label: 'share', from: 0, to: 1 },
      series: [{ name: '', points: ecdf.map(({ error, share }) => ({ x: error, y: share })), shape: 'stairs' }],
      mark: { x: threshold, name: 'threshold' },
    }),
    table(
      'Points of the distribution',
      [{ title: `error (${unit})` }, { title: 'share at most', numeric: true }],
      rows.map(({ error, share }) => [figure(error), percent(share)]),
    ),
  );
}
