import { Chart, Filler, LinearScale, LineController, LineElement, PointElement, Tooltip, type Plugin } from 'chart.js';
import type { RoundEvent } from '../extension/protocol/events.ts';
import { quantity } from './format.ts';
import type { ChartColours } from './theme.ts';

Chart.register(Filler, LinearScale, LineController, LineElement, PointElement, Tooltip);

type Bound = RoundEvent['features'][number]['lower'];

/** One feature's envelope after each round, in feature units. */
export interface EnvelopeSeries {
  readonly unit: string;
  /** Rounds that are planned; the axis leaves room for those that have not happened yet. */
  readonly rounds: number;
  readonly points: readonly { readonly round: number; readonly lower: Bound; readonly upper: Bound }[];
}

export interface EnvelopeChart {
  update(series: EnvelopeSeries): void;
  recolour(colours: ChartColours): void;
  destroy(): void;
}

/** The interval a whisker shows: BCa where it exists, the percentile interval otherwise. */
export function intervalOf(bound: Bound): { lower: number; upper: number } | null {
  return bound.bca ?? bound.percentile;
}

/** Half the width of a whisker's caps, in pixels. */
const CAP = 5;

/** Draws the band between both bounds over the rounds, with a whisker for the confidence interval of every bound. */
export function createEnvelopeChart(
  canvas: HTMLCanvasElement,
  first: EnvelopeSeries,
  colours: ChartColours,
): EnvelopeChart {
  let series = first;
  let palette = colours;

  const whiskers: Plugin<'line'> = {
    id: 'whiskers',
    afterDatasetsDraw(chart) {
      const x = chart.scales['x']!;
      const y = chart.scales['y']!;
      const context = chart.ctx;
      context.save();
      context.strokeStyle = palette.text;
      context.lineWidth = 1.25;
      context.beginPath();
      for (const { round, lower, upper } of series.points) {
        for (const bound of [lower, upper]) {
          const interval = intervalOf(bound);
          if (interval === null) continue;
          const at = x.getPixelForValue(round);
          const top = y.getPixelForValue(interval.upper);
          const bottom = y.getPixelForValue(interval.lower);
          context.moveTo(at, top);
          context.lineTo(at, bottom);
          for (const end of [top, bottom]) {
            context.moveTo(at - CAP, end);
            context.lineTo(at + CAP, end);
          }
        }
      }
      context.stroke();
      context.restore();
    },
  };

  const chart = new Chart(canvas, {
    type: 'line',
    data: { datasets: [] },
    plugins: [whiskers],
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      interaction: { mode: 'index', intersect: false },
      scales: {
        x: { type: 'linear', title: { display: true, text: 'round' } },
        y: { type: 'linear', title: { display: true }, grace: '8%' },
      },
      plugins: {
        tooltip: {
          displayColors: false,
          callbacks: {
            title: (items) => `Round ${items[0]?.parsed.x ?? ''}`,
            label: (item) => {
              const point = series.points[item.dataIndex];
              if (point === undefined) return '';
              const upper = item.datasetIndex === 0;
              return `${upper ? 'upper' : 'lower'} ${boundText(upper ? point.upper : point.lower)}`;
            },
          },
        },
      },
    },
  });

  function draw(): void {
    const line = { borderColor: palette.line, backgroundColor: palette.band, borderWidth: 1.5, pointRadius: 2.5 };
    const points = { pointBackgroundColor: palette.line, pointBorderWidth: 0 };
    chart.data.datasets = [
      { ...line, ...points, data: series.points.map(({ round, upper }) => ({ x: round, y: upper.value })) },
      { ...line, ...points, fill: '-1', data: series.points.map(({ round, lower }) => ({ x: round, y: lower.value })) },
    ];
    const scale = {
      ticks: { color: palette.text, font: { family: palette.font, size: 11 } },
      grid: { color: palette.faint },
      border: { color: palette.faint },
    };
    const title = { display: true, color: palette.text, font: { family: palette.font, size: 11 } };
    chart.options.scales = {
      x: {
        ...scale,
        type: 'linear',
        min: 0.6,
        max: series.rounds + 0.4,
        ticks: { ...scale.ticks, stepSize: 1, callback: (value) => (Number.isInteger(value) ? String(value) : '') },
        afterBuildTicks: (axis) => {
          axis.ticks = Array.from({ length: series.rounds }, (_, index) => ({ value: index + 1 }));
        },
        title: { ...title, text: 'round' },
      },
      y: {
        ...scale,
        type: 'linear',
        grace: '8%',
        ticks: { ...scale.ticks, maxTicksLimit: 6 },
        title: { ...title, display: series.unit !== '', text: series.unit },
      },
    };
    // Whiskers may reach beyond the bounds; the axis has to show them too.
    const ends = series.points.flatMap(({ lower, upper }) =>
      [lower, upper].flatMap((bound) => {
        const interval = intervalOf(bound);
        return interval === null ? [] : [interval.lower, interval.upper];
      }),
    );
    const y = chart.options.scales['y']!;
    if (ends.length > 0) Object.assign(y, { suggestedMin: Math.min(...ends), suggestedMax: Math.max(...ends) });
    chart.update('none');
  }

  draw();
  return {
    update(next) {
      series = next;
      draw();
    },
    recolour(next) {
      palette = next;
      draw();
    },
    destroy: () => chart.destroy(),
  };
}

/** "2.35 [2.31, 2.41]": a bound and its interval. */
export function boundText(bound: Bound): string {
  const interval = intervalOf(bound);
  const value = quantity(bound.value);
  return interval === null
    ? `${value} (no interval)`
    : `${value} [${quantity(interval.lower)}, ${quantity(interval.upper)}]`;
}
