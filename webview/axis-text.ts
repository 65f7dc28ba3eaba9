import { quantity } from './format.ts';
import type { Axis } from './plot.ts';

/** A number as it stands on an axis, in a tooltip and in a table. */
export function axisText(value: number, axis: Axis): string {
  if (axis.categories !== undefined) return axis.categories[value] ?? '';
  if (axis.percent === true) return `${quantity(100 * value)} %`;
  if (axis.scale === 'logarithmic' && value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5))
    return value.toExponential(0).replace('e+', 'e');
  return axis.whole === true ? Math.round(value).toLocaleString('en-US') : quantity(value);
}
