import { t } from './words.ts';

/** A chart as plain data: what is drawn, and the table that says the same, both follow from it. */
export interface Plot {
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** Lines across the plot with a word: a threshold, a bound. */
  readonly marks?: readonly { readonly axis: 'x' | 'y'; readonly at: number; readonly label: string }[];
}

export interface Axis {
  readonly title: string;
  readonly scale?: 'linear' | 'logarithmic';
  readonly min?: number;
  readonly max?: number;
  /** Names of the positions 0, 1, 2 … */
  readonly categories?: readonly string[];
  /** Shares in [0, 1] are shown as per cent. */
  readonly percent?: boolean;
  /** The positions that are named; otherwise the drawing chooses. */
  readonly ticks?: readonly number[];
  /** Bars of several series stand on one another. */
  readonly stacked?: boolean;
  /** Only whole numbers are named on it. */
  readonly whole?: boolean;
}

export interface Series {
  readonly name: string;
  readonly shape: 'line' | 'stairs' | 'bars' | 'points' | 'band';
  /** Which colour and which dash; series of one number belong together. */
  readonly style: number;
  readonly dashed?: boolean;
  /** Takes the colour of failures or of passes instead. */
  readonly meaning?: 'failed' | 'passed';
  readonly points: readonly PlotPoint[];
}

export interface PlotPoint {
  readonly x: number;
  readonly y: number;
  /** Interval of y. */
  readonly lower?: number;
  readonly upper?: number;
  readonly row?: number;
}

/** A table as text. */
export interface Twin {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Rows that a page need not hold. */
  readonly omitted: number;
}

/** A twin with more rows than this is cut; the counterexamples' own table has them all. */
export const MOST_TWIN_ROWS = 500;

/** The plot as a table: one row per point, with its interval where any point has one. */
export function twinOf(plot: Plot, format: (value: number, axis: Axis) => string): Twin {
  const several = plot.series.length > 1;
  const withInterval = plot.series.some(({ points }) => points.some(({ lower }) => lower !== undefined));
  const all = plot.series.flatMap(({ name, points }) =>
    points.map((point) => [
      ...(several ? [name] : []),
      format(point.x, plot.x),
      format(point.y, plot.y),
      ...(withInterval
        ? [
            point.lower === undefined || point.upper === undefined
              ? '–'
              : t('{0} to {1}', format(point.lower, plot.y), format(point.upper, plot.y)),
          ]
        : []),
    ]),
  );
  return {
    columns: [
      ...(several ? [t('series')] : []),
      plot.x.title,
      plot.y.title,
      ...(withInterval ? [t('95 % interval')] : []),
    ],
    rows: all.slice(0, MOST_TWIN_ROWS),
    omitted: Math.max(0, all.length - MOST_TWIN_ROWS),
  };
}
