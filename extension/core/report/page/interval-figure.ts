import { axisBelow, drawing, place, type Scale } from './axes.ts';
import { markup, type Markup } from './markup.ts';

export interface IntervalRow {
  readonly label: string;
  readonly value: number | null;
  readonly interval: { readonly lower: number; readonly upper: number } | null;
  /** Drawn paler: too little is known. */
  readonly pale?: boolean;
}

const WIDTH = 520;
const LINE = 18;
const TOP = 8;

/** Estimates with their intervals, one per line, and an upright line at what they are compared with. */
export function intervalFigure(
  title: string,
  rows: readonly IntervalRow[],
  axis: { readonly label: string; readonly from: number; readonly to: number; readonly mark?: number },
): Markup {
  const bottom = TOP + LINE * rows.length;
  const longest = Math.max(...rows.map(({ label }) => label.length), 4);
  const left = Math.min(220, 14 + 6.6 * Math.min(longest, 30));
  const across: Scale = { kind: 'linear', from: axis.from, to: axis.to, start: left, end: WIDTH - 14 };
  const lines = rows.map(({ label, value, interval, pale }, at) => {
    const y = TOP + LINE * (at + 0.5);
    const name = label.length > 30 ? `${label.slice(0, 29)}…` : label;
    return markup`<g class="${pale === true ? 'pale' : 'row'}"><text x="${left - 8}" y="${y + 4}" text-anchor="end">${name}</text>${
      interval === null
        ? null
        : markup`<line class="whisker" x1="${place(across, interval.lower)}" x2="${place(across, interval.upper)}" y1="${y}" y2="${y}"/>`
    }${value === null ? null : markup`<circle class="dot s0" cx="${place(across, value)}" cy="${y}" r="3.5"/>`}</g>`;
  });
  const mark = axis.mark === undefined ? null : place(across, axis.mark);
  const description = `${rows.length} estimates with intervals; ${axis.label}.`;
  return drawing(WIDTH, bottom + 42, title, description, [
    axisBelow(across, TOP, bottom, axis.label),
    ...(mark === null ? [] : [markup`<line class="mark" x1="${mark}" x2="${mark}" y1="${TOP}" y2="${bottom}"/>`]),
    ...lines,
  ]);
}
