import type { RoundEvent } from '../../extension/protocol/events.ts';
import { featureName, quantity, unitText } from '../format.ts';
import type { Plot, PlotPoint } from '../plot.ts';
import { rateOf } from '../rates.ts';
import { t } from '../words.ts';

type Bound = RoundEvent['features'][number]['lower'];

/** The interval a whisker shows: BCa where it exists, the percentile interval otherwise. */
export function intervalOf(bound: Bound): { lower: number; upper: number } | null {
  return bound.bca ?? bound.percentile;
}

/** "2.35 [2.31, 2.41]": a bound and its interval. */
export function boundText(bound: Bound): string {
  const interval = intervalOf(bound);
  const value = quantity(bound.value);
  return interval === null
    ? t('{0} (no interval)', value)
    : `${value} [${quantity(interval.lower)}, ${quantity(interval.upper)}]`;
}

/** One feature's bounds after each round with their confidence bands. */
export function boundsPlot(rounds: readonly RoundEvent[], feature: string): Plot {
  const own = rounds.flatMap((round) =>
    round.features.filter((each) => each.feature === feature).map((bounds) => ({ round: round.round, bounds })),
  );
  const points = (side: 'lower' | 'upper'): PlotPoint[] =>
    own.map(({ round, bounds }) => ({
      x: round,
      y: bounds[side].value,
      ...intervalOf(bounds[side]),
    }));
  const bands = (side: 'lower' | 'upper'): PlotPoint[] => points(side).filter(({ lower }) => lower !== undefined);
  const unit = unitText(own.at(-1)?.bounds.unit ?? '');
  const ends = [...points('lower'), ...points('upper')].flatMap(({ y, lower = y, upper = y }) => [y, lower, upper]);
  const room = 0.08 * (Math.max(...ends) - Math.min(...ends) || 1);
  return {
    x: roundAxis(rounds),
    y: {
      title: unit === '' ? t('bound') : t('bound, {0}', unit),
      min: Math.min(...ends) - room,
      max: Math.max(...ends) + room,
    },
    series: [
      { name: '', shape: 'band', style: 0, points: bands('upper') },
      { name: '', shape: 'band', style: 1, points: bands('lower') },
      { name: t('upper bound'), shape: 'line', style: 0, points: points('upper') },
      { name: t('lower bound'), shape: 'line', style: 1, dashed: true, points: points('lower') },
    ],
  };
}

/** How much of every feature's first range has been cut off after each round. */
export function compressionPlot(rounds: readonly RoundEvent[]): Plot {
  const features = rounds.at(-1)?.features.map(({ feature }) => feature) ?? [];
  return {
    x: roundAxis(rounds),
    y: { title: t('range cut off'), percent: true, min: 0, max: 1 },
    series: features.map((feature, style) => ({
      name: featureName(feature),
      shape: 'line',
      style,
      dashed: style > 0,
      points: rounds.map((round) => ({
        x: round.round,
        y: round.features.find((each) => each.feature === feature)?.compression ?? Number.NaN,
      })),
    })),
  };
}

/** What every round's structures did, and how much of the search the envelope still holds. */
export function passRatePlot(rounds: readonly RoundEvent[]): Plot {
  return {
    x: roundAxis(rounds),
    y: { title: t('share'), percent: true, min: 0, max: 1 },
    series: [
      {
        name: t('pass rate of the round'),
        shape: 'line',
        style: 0,
        points: rounds
          .filter(({ tested }) => tested > 0)
          .map(({ round, tested, failed }) => {
            const { rate, lower, upper } = rateOf(tested - failed, tested);
            return { x: round, y: rate, lower, upper };
          }),
      },
      {
        name: t('coverage after the round'),
        shape: 'line',
        style: 1,
        dashed: true,
        points: rounds.map(({ round, coverage }) => ({ x: round, y: coverage })),
      },
    ],
  };
}

function roundAxis(rounds: readonly RoundEvent[]): Plot['x'] {
  const count = rounds.at(-1)?.rounds ?? 1;
  const ticks = Array.from({ length: count }, (_, at) => at + 1);
  return { title: t('round'), whole: true, min: 0.7, max: count + 0.3, ticks };
}
