import type { ModelView } from '../../extension/protocol/dashboard-state.ts';
import { FAILED } from '../../extension/protocol/dashboard-rows.ts';
import { binEdge, ERROR_BINS, errorBin } from '../../extension/protocol/error-bins.ts';
import type { LiveEvent } from '../../extension/protocol/live-events.ts';
import { featureName } from '../format.ts';
import type { Observations } from '../observations.ts';
import type { Plot, Series } from '../plot.ts';
import { errorBins } from '../rates.ts';
import { thinned } from '../thinning.ts';
import { t } from '../words.ts';

/** Counterexamples per strategy against structures tested, as the run reported them. */
export function cumulativePlot({ live, discovery }: Pick<ModelView, 'live' | 'discovery'>): Plot | null {
  if (live === null || discovery.length === 0) return null;
  const several = live.strategies.length > 1;
  const sums: Series = {
    name: t('all strategies'),
    shape: 'line',
    style: 5,
    points: [
      { x: 0, y: 0 },
      ...discovery.map(({ tested, failed }) => ({ x: tested, y: failed.reduce((sum, each) => sum + each, 0) })),
    ],
  };
  return {
    x: { title: t('structures tested'), whole: true, min: 0 },
    y: { title: t('counterexamples'), whole: true, min: 0 },
    series: [
      ...(several ? [sums] : []),
      ...live.strategies.map(({ strategy }, style): Series => ({
        name: strategy,
        shape: 'line',
        style,
        dashed: style > 0,
        points: [{ x: 0, y: 0 }, ...discovery.map(({ tested, failed }) => ({ x: tested, y: failed[style] ?? 0 }))],
      })),
    ],
  };
}

/** The same from observations, round by round: what is left once a run is over, and what a filter can be applied to. */
export function cumulativeByRoundPlot(table: Observations, rows: Uint32Array): Plot | null {
  const { strategies, rounds } = table.head;
  if (strategies.length === 0) return null;
  const found = strategies.map(() => new Array<number>(rounds + 1).fill(0));
  for (const row of rows) {
    const strategy = table.strategy[row]! - 1;
    const round = table.round[row]!;
    if (strategy >= 0 && round >= 1 && (table.flags[row]! & FAILED) !== 0) found[strategy]![round]!++;
  }
  const cumulative = found.map((counts) => {
    let sum = 0;
    return counts.map((count) => (sum += count));
  });
  return {
    x: { title: t('round'), whole: true, min: 0, max: rounds },
    y: { title: t('counterexamples'), whole: true, min: 0 },
    series: strategies.map((name, style) => ({
      name,
      shape: 'line',
      style,
      dashed: style > 0,
      points: cumulative[style]!.map((y, x) => ({ x, y })),
    })),
  };
}

/** How many structures have an error of which size; failures and passes apart where single errors are known. */
export function errorPlot(table: Observations, rows: Uint32Array): Plot | null {
  const of = (failed: boolean): number[] =>
    errorBins(
      table,
      rows.filter((row) => ((table.flags[row]! & FAILED) !== 0) === failed),
    ).bins;
  return histogram(
    [
      ['passed', of(false)],
      ['failed', of(true)],
    ],
    table.head.threshold,
    table.head.unit,
  );
}

/** The same from the running sums, where only whole bins are known. */
export function liveErrorPlot({ errors }: LiveEvent): Plot | null {
  return histogram([['tested', errors.bins]], errors.threshold, errors.unit);
}

const partNames = { passed: t('passed'), failed: t('failed'), tested: t('tested') };

function histogram(
  parts: readonly (readonly [name: 'passed' | 'failed' | 'tested', bins: readonly number[]])[],
  threshold: number,
  unit: string,
): Plot | null {
  const used = Array.from({ length: ERROR_BINS }, (_, bin) => bin).filter((bin) =>
    parts.some(([, bins]) => bins[bin]! > 0),
  );
  const limit = errorBin(threshold) ?? 0;
  const from = Math.min(limit, ...used);
  const to = Math.max(limit, ...used);
  if (used.length === 0) return null;
  const within = (Math.log10(threshold) - Math.log10(binEdge(limit))) / Math.log10(binEdge(1) / binEdge(0));
  return {
    x: {
      title: t('error from, {0}', unit),
      stacked: true,
      categories: Array.from({ length: to - from + 1 }, (_, at) => shortNumber(binEdge(from + at))),
    },
    y: { title: t('structures'), whole: true, min: 0, stacked: true },
    series: parts.map(([name, bins]) => ({
      name: partNames[name],
      shape: 'bars',
      style: 0,
      ...(name === 'tested' ? {} : { meaning: name }),
      points: bins.slice(from, to + 1).map((y, x) => ({ x, y })),
    })),
    marks: [{ axis: 'x', at: limit - from - 0.5 + within, label: t('threshold {0} {1}', threshold, unit) }],
  };
}

const shortNumber = (value: number): string => String(Number(value.toPrecision(2)));

/** Cells of the map of errors: finer than a point is large. */
const CELLS = { columns: 150, lines: 70 };

/** Every structure's error against one feature, thinned where points cover one another; bounds are the envelope's. */
export function mapPlot(
  table: Observations,
  rows: Uint32Array,
  feature: number,
  bounds: { readonly lower: number; readonly upper: number } | null,
): Plot | null {
  const column = table.features[feature];
  const about = table.head.features[feature];
  if (column === undefined || about === undefined || rows.length === 0) return null;
  const floor = binEdge(0);
  const height = (row: number): number => Math.log10(Math.max(floor, table.error[row]!));
  const extent = { left: Infinity, right: -Infinity, bottom: Infinity, top: -Infinity };
  for (const row of rows) {
    const y = height(row);
    if (!Number.isFinite(y)) continue;
    extent.left = Math.min(extent.left, column[row]!);
    extent.right = Math.max(extent.right, column[row]!);
    extent.bottom = Math.min(extent.bottom, y);
    extent.top = Math.max(extent.top, y);
  }
  if (!(extent.left <= extent.right)) return null;
  const of = (failed: boolean): Series => ({
    name: failed ? t('failed') : t('passed'),
    shape: 'points',
    style: failed ? 1 : 0,
    meaning: failed ? 'failed' : 'passed',
    points: thinned(
      rows.filter((row) => ((table.flags[row]! & FAILED) !== 0) === failed),
      (row) => column[row]!,
      height,
      extent,
      CELLS.columns,
      CELLS.lines,
    ).map(({ x, y, row }) => ({ x, y: 10 ** y, row })),
  });
  return {
    x: { title: [featureName(about.id), ...(about.unit === '1' ? [] : [about.unit])].join(', ') },
    y: { title: t('error, {0}', table.head.unit), scale: 'logarithmic' },
    series: [of(false), of(true)],
    marks: [
      { axis: 'y', at: table.head.threshold, label: t('threshold') },
      ...(bounds === null
        ? []
        : ([
            { axis: 'x', at: bounds.lower, label: t('lower bound') },
            { axis: 'x', at: bounds.upper, label: t('upper bound') },
          ] as const)),
    ],
  };
}
