import type { VerdictKind } from '../extension/core/verdict-kinds.ts';
import { svgElement } from './element.ts';

/** Outlines on a 16 × 16 grid. Shape, not colour, tells the verdicts apart. */
const outlines = {
  proved: ['M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z', 'M5 8.2 7.2 10.4 11.2 5.8'],
  refuted: ['M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3z', 'M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6'],
  stuck: ['M8 1.7 14.8 13.8H1.2z', 'M8 6.2v3.6M8 11.6v.4'],
  stale: ['M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z', 'M8 4.5V8l2.4 1.6'],
  unchecked: ['M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z'],
  information: ['M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z', 'M8 7.2v4M8 4.9v.3'],
  certify: ['M8 1.5 13.6 4.7v6.6L8 14.5 2.4 11.3V4.7z', 'M5.4 8.2 7.3 10.1 10.7 6'],
  cancel: ['M3.5 3.5h9v9h-9z'],
  pause: ['M5 3v10', 'M11 3v10'],
  resume: ['M4.5 2.8 12.5 8l-8 5.2z'],
  certificate: ['M3 1.5h7l3 3v10H3z', 'M5.5 8.8l1.8 1.8 3.2-4'],
} as const satisfies Record<VerdictKind, readonly string[]> & Record<string, readonly string[]>;

export type IconName = keyof typeof outlines;

/** A drawing in the colour of the text around it; the words beside it carry the meaning. */
export function icon(name: IconName): SVGElement {
  return svgElement(
    'svg',
    { class: `icon icon-${name}`, viewBox: '0 0 16 16', 'aria-hidden': 'true', focusable: 'false' },
    ...outlines[name].map((d) => svgElement('path', { d })),
  );
}
