import type { RefinementSection } from '../sections.ts';
import { drawing, place, type Scale } from './axes.ts';
import { markup, type Markup } from './markup.ts';
import { figure, unitText } from './number-text.ts';

const WIDTH = 520;
const LEFT = 20;
const RIGHT = WIDTH - 20;

/** Per feature the initial range and, below it, the range after each round with the intervals of both bounds. */
export function envelopeFigure({ features, rounds }: RefinementSection): Markup {
  const block = 30 + 11 * rounds.length + 22;
  const blocks = features.map(({ id, unit, initial }, f) => {
    const top = block * f;
    const across: Scale = { kind: 'linear', from: initial.lower, to: initial.upper, start: LEFT, end: RIGHT };
    const bars = rounds.map(({ bounds }, at) => {
      const { lower, upper } = bounds[f]!;
      const y = top + 30 + 11 * at;
      const from = place(across, lower.value);
      const to = place(across, upper.value);
      const whiskers = [lower, upper].flatMap(({ percentile }) =>
        percentile === null
          ? []
          : [
              markup`<line class="whisker" x1="${place(across, percentile.lower)}" x2="${place(across, percentile.upper)}" y1="${y}" y2="${y}"/>`,
            ],
      );
      const kind = at === rounds.length - 1 ? 'final' : 'earlier';
      return markup`<rect class="range ${kind}" x="${from}" y="${y - 3.5}" width="${Math.max(1, Number((to - from).toFixed(2)))}" height="7"/>${whiskers}`;
    });
    const last = rounds.at(-1)?.bounds[f];
    const below = top + 30 + 11 * rounds.length + 4;
    return markup`<g><text class="label" x="${LEFT}" y="${top + 14}">${id}${unitText(unit)}</text><rect class="initial" x="${LEFT}" y="${top + 20}" width="${RIGHT - LEFT}" height="${11 * rounds.length + 4}"/>${bars}<text x="${LEFT}" y="${below + 8}">${figure(initial.lower)}</text><text x="${RIGHT}" y="${below + 8}" text-anchor="end">${figure(initial.upper)}</text>${
      last === undefined
        ? null
        : markup`<text class="strong" x="${(LEFT + RIGHT) / 2}" y="${below + 8}" text-anchor="middle">${figure(last.lower.value)} … ${figure(last.upper.value)}</text>`
    }</g>`;
  });
  const description = `For each of ${features.length} features the initial range as a frame and the envelope after each of ${rounds.length} rounds as bars, the last one darkest, with percentile intervals of the bounds.`;
  return drawing(WIDTH, block * features.length, 'The envelope, round by round', description, blocks);
}
