import { axisBelow, axisLeft, drawing, place, type Scale } from './axes.ts';
import { markup, type Markup } from './markup.ts';

export interface Series {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** Staircases hold their value until the next point. */
  readonly shape?: 'line' | 'stairs' | 'dots';
}

export interface LineFigure {
  readonly title: string;
  readonly description: string;
  readonly x: { readonly label: string; readonly kind?: Scale['kind']; readonly from: number; readonly to: number };
  readonly y: { readonly label: string; readonly from: number; readonly to: number };
  readonly series: readonly Series[];
  /** An upright line with a name, such as a threshold. */
  readonly mark?: { readonly x: number; readonly name: string };
  /** The line from corner to corner. */
  readonly diagonal?: boolean;
}

const WIDTH = 520;
const HEIGHT = 300;
const LEFT = 62;
const RIGHT = WIDTH - 14;
const BOTTOM = HEIGHT - 44;
/** Characters of a name that leaves room for another beside it in the legend. */
const LONGEST_OF_TWO = 28;

/** Curves on common axes, told apart by colour, dash and a legend. */
export function lineFigure({ title, description, x, y, series, mark, diagonal }: LineFigure): Markup {
  const named = series.filter(({ name }) => name !== '');
  const inRow = Math.max(0, ...named.map(({ name }) => name.length)) > LONGEST_OF_TWO ? 1 : 2;
  const top = 12 + 16 * Math.ceil(named.length / inRow);
  const across: Scale = { kind: x.kind ?? 'linear', from: x.from, to: x.to, start: LEFT, end: RIGHT };
  const up: Scale = { kind: 'linear', from: y.from, to: y.to, start: BOTTOM, end: top };
  const legend = named.map(({ name }, at) => {
    const from = LEFT + (at % inRow) * ((RIGHT - LEFT) / inRow);
    const height = 12 + 16 * Math.floor(at / inRow);
    return markup`<line class="series s${at % 8}" x1="${from}" x2="${from + 22}" y1="${height - 4}" y2="${height - 4}"/><text x="${from + 28}" y="${height}">${name}</text>`;
  });
  return drawing(WIDTH, HEIGHT, title, description, [
    axisBelow(across, top, BOTTOM, x.label),
    axisLeft(up, LEFT, RIGHT, y.label),
    ...(diagonal === true
      ? [markup`<line class="chance" x1="${LEFT}" y1="${BOTTOM}" x2="${RIGHT}" y2="${top}"/>`]
      : []),
    ...series.map((one, at) => curve(one, at, across, up)),
    ...(mark === undefined ? [] : [markOf(place(across, mark.x), top, mark.name)]),
    ...legend,
  ]);
}

function curve({ points, shape }: Series, at: number, across: Scale, up: Scale): Markup {
  const places = points.map(({ x, y }) => ({ x: place(across, x), y: place(up, y) }));
  const dots = places.map(({ x, y }) => markup`<circle class="dot s${at % 8}" cx="${x}" cy="${y}" r="3"/>`);
  if (shape === 'dots') return markup`<g>${dots}</g>`;
  const path = places
    .map(({ x, y }, k) => (k === 0 ? `M${x} ${y}` : shape === 'stairs' ? `H${x}V${y}` : `L${x} ${y}`))
    .join('');
  return markup`<path class="series s${at % 8}" d="${path}"/>${places.length <= 12 ? dots : []}`;
}

const markOf = (x: number, top: number, name: string): Markup =>
  markup`<line class="mark" x1="${x}" x2="${x}" y1="${top}" y2="${BOTTOM}"/><text class="mark" x="${x > (LEFT + RIGHT) / 2 ? x - 5 : x + 5}" y="${top + 12}" text-anchor="${x > (LEFT + RIGHT) / 2 ? 'end' : 'start'}">${name}</text>`;
