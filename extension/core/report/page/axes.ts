import { markup, type Markup } from './markup.ts';
import { figure } from './number-text.ts';

/** A straight or logarithmic map from values to places on a drawing. */
export interface Scale {
  readonly kind: 'linear' | 'logarithmic';
  readonly from: number;
  readonly to: number;
  /** Places of `from` and `to`. */
  readonly start: number;
  readonly end: number;
}

export function place({ kind, from, to, start, end }: Scale, value: number): number {
  const at = (one: number): number => (kind === 'logarithmic' ? Math.log10(Math.max(one, Number.MIN_VALUE)) : one);
  const share = to === from ? 0.5 : (at(value) - at(from)) / (at(to) - at(from));
  return Number((start + Math.max(-0.02, Math.min(1.02, share)) * (end - start)).toFixed(2));
}

/** Round numbers on an axis: powers of ten, or steps of 1, 2 or 5. */
export function ticks({ kind, from, to }: Scale, wanted = 5): number[] {
  if (kind === 'logarithmic') {
    const low = Math.ceil(Math.log10(from) - 1e-9);
    const high = Math.floor(Math.log10(to) + 1e-9);
    const step = Math.max(1, Math.ceil((high - low) / wanted));
    const found: number[] = [];
    for (let power = low; power <= high; power += step) found.push(10 ** power);
    return found.length >= 2 ? found : [from, to];
  }
  if (!(to > from)) return [from];
  const rough = (to - from) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (rough / power > 5 ? 10 : rough / power > 2 ? 5 : rough / power > 1 ? 2 : 1);
  const found: number[] = [];
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + step * 1e-9; k++)
    found.push(Number((k * step).toPrecision(12)));
  return found;
}

/** Axis below a drawing, with grid lines up to `top`. */
export function axisBelow(scale: Scale, top: number, bottom: number, label: string): Markup {
  return markup`<g class="axis">${ticks(scale).map((tick) => {
    const x = place(scale, tick);
    return markup`<line class="grid" x1="${x}" x2="${x}" y1="${top}" y2="${bottom}"/><text x="${x}" y="${bottom + 16}" text-anchor="middle">${figure(tick)}</text>`;
  })}<line class="base" x1="${scale.start}" x2="${scale.end}" y1="${bottom}" y2="${bottom}"/><text class="label" x="${(scale.start + scale.end) / 2}" y="${bottom + 34}" text-anchor="middle">${label}</text></g>`;
}

/** Axis at the left of a drawing, with grid lines to `right`. */
export function axisLeft(scale: Scale, left: number, right: number, label: string): Markup {
  const middle = (scale.start + scale.end) / 2;
  return markup`<g class="axis">${ticks(scale).map((tick) => {
    const y = place(scale, tick);
    return markup`<line class="grid" x1="${left}" x2="${right}" y1="${y}" y2="${y}"/><text x="${left - 6}" y="${y + 4}" text-anchor="end">${figure(tick)}</text>`;
  })}<text class="label" x="14" y="${middle}" text-anchor="middle" transform="rotate(-90 14 ${middle})">${label}</text></g>`;
}

/** The drawing with its name and description for those who cannot see it. */
export function drawing(
  width: number,
  height: number,
  title: string,
  description: string,
  parts: readonly Markup[],
): Markup {
  return markup`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}"><title>${title}</title><desc>${description}</desc>${parts}</svg>`;
}
