import type { DiscoverySection } from '../sections.ts';
import { axisBelow, axisLeft, drawing, place, type Scale } from './axes.ts';
import { markup, type Markup } from './markup.ts';

const WIDTH = 520;
const HEIGHT = 280;
const LEFT = 62;
const RIGHT = WIDTH - 14;
const BOTTOM = HEIGHT - 44;
const TOP = 12;

/** Errors by bin; what lies above the threshold is a failure and has the other colour. */
export function histogramFigure({ histogram, threshold, unit }: DiscoverySection): Markup {
  const { scale, edges, counts } = histogram;
  if (counts.length === 0) return markup`<p>No structure has a finite error.</p>`;
  const across: Scale = { kind: scale, from: edges[0]!, to: edges.at(-1)!, start: LEFT, end: RIGHT };
  const up: Scale = { kind: 'linear', from: 0, to: Math.max(...counts, 1), start: BOTTOM, end: TOP };
  const bars = counts.map((count, bin) => {
    if (count === 0) return markup``;
    const from = place(across, edges[bin]!);
    const to = place(across, edges[bin + 1]!);
    const y = place(up, count);
    const kind = edges[bin]! >= threshold ? 'fails' : 'passes';
    return markup`<rect class="bar ${kind}" x="${from}" y="${y}" width="${Math.max(1, Number((to - from - 1).toFixed(2)))}" height="${Number((BOTTOM - y).toFixed(2))}"/>`;
  });
  const x = place(across, threshold);
  const description = `Histogram of ${counts.reduce((sum, count) => sum + count, 0)} errors on a ${scale} axis; the threshold is ${threshold} ${unit}.`;
  return drawing(WIDTH, HEIGHT, 'Distribution of errors', description, [
    axisBelow(across, TOP, BOTTOM, `error (${unit})`),
    axisLeft(up, LEFT, RIGHT, 'structures'),
    ...bars,
    markup`<line class="mark" x1="${x}" x2="${x}" y1="${TOP}" y2="${BOTTOM}"/><text class="mark" x="${x + 5}" y="${TOP + 12}">threshold</text>`,
  ]);
}
