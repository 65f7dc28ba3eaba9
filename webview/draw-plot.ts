import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  ScatterController,
  Tooltip,
  type ChartDataset,
  type Plugin,
  type ScaleOptionsByType,
} from 'chart.js';
import { axisText } from './axis-text.ts';
import type { Axis, Plot, PlotPoint, Series } from './plot.ts';
import { withAlpha, type ChartColours } from './theme.ts';
import { t } from './words.ts';

Chart.register(BarController, BarElement, CategoryScale, Filler, Legend, LinearScale, LineController, LineElement);
Chart.register(LogarithmicScale, PointElement, ScatterController, Tooltip);

export interface DrawnPlot {
  update(plot: Plot): void;
  recolour(colours: ChartColours): void;
  destroy(): void;
}

/** Told apart without colour: solid, long dashes, dots, dash-dot. */
const DASHES: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [8, 3, 2, 3], [14, 4], [4, 2]];
const SHAPES = ['circle', 'triangle', 'rect', 'rectRot', 'star', 'crossRot'] as const;

/** More points than this are drawn without an outline each. */
const MANY = 400;

/** Half the width of a whisker's caps, in pixels. */
const CAP = 4;

/** Draws plots onto one canvas. `onPick` is told of the row of a point that was clicked. */
export function drawPlot(
  canvas: HTMLCanvasElement,
  first: Plot,
  colours: ChartColours,
  onPick?: (row: number) => void,
): DrawnPlot {
  let plot = first;
  let palette = colours;

  const overlay: Plugin = {
    id: 'overlay',
    afterDatasetsDraw(chart) {
      const { x, y } = chart.scales;
      // Before the first plot there are none.
      if (x === undefined || y === undefined) return;
      const { ctx: context, chartArea: area } = chart;
      context.save();
      context.beginPath();
      context.rect(area.left, area.top, area.width, area.height);
      context.clip();
      context.lineWidth = 1.25;
      for (const series of plot.series) {
        if (series.shape === 'band') continue;
        context.strokeStyle = palette.text;
        context.beginPath();
        for (const { x: at, lower, upper } of series.points) {
          if (lower === undefined || upper === undefined) continue;
          const px = x.getPixelForValue(at);
          const ends = [y.getPixelForValue(upper), y.getPixelForValue(lower)];
          context.moveTo(px, ends[0]!);
          context.lineTo(px, ends[1]!);
          for (const end of ends) {
            context.moveTo(px - CAP, end);
            context.lineTo(px + CAP, end);
          }
        }
        context.stroke();
      }
      context.font = `11px ${palette.font}`;
      context.fillStyle = palette.text;
      context.strokeStyle = palette.text;
      context.setLineDash([4, 3]);
      for (const mark of plot.marks ?? []) {
        const pixel = (mark.axis === 'x' ? x : y).getPixelForValue(mark.at);
        context.beginPath();
        if (mark.axis === 'x') {
          context.moveTo(pixel, area.top);
          context.lineTo(pixel, area.bottom);
          context.stroke();
          const right = pixel + context.measureText(mark.label).width + 8 > area.right;
          context.textAlign = right ? 'right' : 'left';
          drawLabel(context, mark.label, pixel + (right ? -4 : 4), area.top + 11);
        } else {
          context.moveTo(area.left, pixel);
          context.lineTo(area.right, pixel);
          context.stroke();
          context.textAlign = 'right';
          drawLabel(context, mark.label, area.right - 4, pixel - 4);
        }
      }
      context.restore();
    },
  };

  /** Words over whatever is drawn there, on a rim of the background's colour. */
  function drawLabel(context: CanvasRenderingContext2D, label: string, x: number, y: number): void {
    context.save();
    context.setLineDash([]);
    context.lineWidth = 3;
    context.lineJoin = 'round';
    context.strokeStyle = palette.background;
    context.strokeText(label, x, y);
    context.fillText(label, x, y);
    context.restore();
  }

  const chart = new Chart(canvas, {
    type: 'line',
    data: { datasets: [] },
    plugins: [overlay],
    options: { animation: false, responsive: true, maintainAspectRatio: false, normalized: true },
  });

  function draw(): void {
    const shown = plot.series.filter(({ points }) => points.length > 0);
    chart.data.datasets = shown.flatMap((series) => datasets(series, palette));
    chart.options = {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      interaction: { mode: 'nearest', intersect: shown.some(({ shape }) => shape === 'points') },
      scales: { x: scaleOf(plot.x, palette), y: scaleOf(plot.y, palette) },
      ...(onPick === undefined
        ? {}
        : {
            onClick: (_event, hits) => {
              const hit = hits[0];
              const point = hit === undefined ? undefined : shown[hit.datasetIndex]?.points[hit.index];
              if (point?.row !== undefined) onPick(point.row);
            },
          }),
      plugins: {
        legend: {
          display: plot.series.length > 1,
          position: 'bottom',
          labels: {
            color: palette.text,
            font: { family: palette.font, size: 11 },
            usePointStyle: true,
            pointStyleWidth: 14,
            boxHeight: 6,
            filter: ({ text }) => text !== '',
          },
          onClick: () => undefined,
        },
        tooltip: {
          displayColors: false,
          callbacks: {
            title: (items) => items.map(({ dataset }) => dataset.label ?? '').find((text) => text !== '') ?? '',
            label: ({ raw }) => pointText(raw as PlotPoint, plot),
          },
        },
      },
    };
    chart.update('none');
  }

  draw();
  return {
    update(next) {
      plot = next;
      draw();
    },
    recolour(next) {
      palette = next;
      draw();
    },
    destroy: () => chart.destroy(),
  };
}

function pointText(point: PlotPoint, { x, y }: Plot): string {
  const interval =
    point.lower === undefined || point.upper === undefined
      ? ''
      : ` (${t('{0} to {1}', axisText(point.lower, y), axisText(point.upper, y))})`;
  return `${x.title} ${axisText(point.x, x)}: ${y.title} ${axisText(point.y, y)}${interval}`;
}

function datasets(series: Series, palette: ChartColours): ChartDataset<'line' | 'bar' | 'scatter', PlotPoint[]>[] {
  const colour =
    series.meaning === undefined
      ? palette.series[series.style % palette.series.length]!
      : series.meaning === 'failed'
        ? palette.failed
        : palette.passed;
  const data = [...series.points];
  const dash = [...(DASHES[series.dashed === true ? 1 + (series.style % 5) : 0] ?? [])];
  const shape = SHAPES[series.style % SHAPES.length]!;
  switch (series.shape) {
    case 'bars':
      return [
        {
          type: 'bar',
          label: series.name,
          data,
          backgroundColor: withAlpha(colour, 0.75),
          borderColor: colour,
          borderWidth: 1,
          pointStyle: 'rect',
          categoryPercentage: 0.9,
          barPercentage: 0.95,
        },
      ];
    case 'points':
      return [
        {
          type: 'scatter',
          label: series.name,
          data,
          pointStyle: shape,
          pointRadius: data.length > MANY ? 2 : 3.5,
          pointBackgroundColor: withAlpha(colour, data.length > MANY ? 0.55 : 0.85),
          pointBorderWidth: shape === 'star' || shape === 'crossRot' ? 1.5 : 0,
          pointBorderColor: colour,
        },
      ];
    case 'band':
      return [
        { ...bandEdge(series.points.map(({ x, upper }) => ({ x, y: upper ?? Number.NaN }))), label: '' },
        {
          ...bandEdge(series.points.map(({ x, lower }) => ({ x, y: lower ?? Number.NaN }))),
          label: '',
          fill: '-1',
          backgroundColor: withAlpha(colour, 0.16),
        },
      ];
    case 'line':
    case 'stairs':
      return [
        {
          type: 'line',
          label: series.name,
          data,
          stepped: series.shape === 'stairs' ? 'before' : false,
          borderColor: colour,
          backgroundColor: colour,
          borderDash: dash,
          borderWidth: 1.75,
          pointStyle: shape,
          pointRadius: data.length > 24 ? 0 : 2.5,
          pointHitRadius: 8,
          // A point on the edge is seen whole.
          clip: 4,
        },
      ];
  }
}

function bandEdge(data: PlotPoint[]): ChartDataset<'line', PlotPoint[]> {
  return { type: 'line', data, borderWidth: 0, pointRadius: 0, pointHitRadius: 0 };
}

function scaleOf(axis: Axis, palette: ChartColours): ScaleOptionsByType<'linear'> {
  const font = { family: palette.font, size: 11 };
  const last = (axis.categories?.length ?? 0) - 1;
  const named = axis.categories?.map((_, value) => value) ?? axis.ticks;
  const scale = {
    type: axis.scale ?? 'linear',
    offset: false,
    ...(axis.min === undefined ? {} : { min: axis.min }),
    ...(axis.max === undefined ? {} : { max: axis.max }),
    ...(axis.categories === undefined ? {} : { min: -0.6, max: last + 0.6 }),
    title: { display: axis.title !== '', text: axis.title, color: palette.text, font },
    stacked: axis.stacked === true,
    grid: { color: palette.faint },
    border: { color: palette.faint },
    ticks: {
      color: palette.text,
      font,
      maxTicksLimit: axis.categories === undefined ? 7 : 40,
      autoSkip: axis.categories === undefined || axis.categories.length > 14,
      ...(axis.categories === undefined ? {} : { stepSize: 1 }),
      maxRotation: 40,
      includeBounds: false,
      callback: (value: number | string) => {
        const number = Number(value);
        if ((axis.whole === true || axis.categories !== undefined) && !Number.isInteger(number)) return '';
        return axisText(number, axis);
      },
    },
    ...(named === undefined
      ? {}
      : {
          afterBuildTicks: (built: { ticks: { value: number }[] }) => {
            built.ticks = named.map((value) => ({ value }));
          },
        }),
  };
  return scale as unknown as ScaleOptionsByType<'linear'>;
}
