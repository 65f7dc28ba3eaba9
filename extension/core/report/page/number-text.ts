import type { Estimate, IntervalReport, Rate } from '../report-numbers.ts';

/** Numbers as they are printed: three digits, and a minus sign that is one. */
export function figure(value: number | null): string {
  if (value === null || Number.isNaN(value)) return '–';
  if (value === 0) return '0';
  if (value === Infinity) return '∞';
  const magnitude = Math.abs(value);
  const text = magnitude >= 1e6 || magnitude < 1e-4 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
  return text.replaceAll('-', '−');
}

export const percent = (share: number | null): string =>
  share === null || Number.isNaN(share) ? '–' : `${(100 * share).toFixed(1).replace('-', '−')}\u00a0%`;

/** "0.82 to 0.91". */
export const rangeText = (interval: IntervalReport | null): string =>
  interval === null ? '–' : `${figure(interval.lower)} to ${figure(interval.upper)}`;
export const percentRange = ({ lower, upper }: IntervalReport): string => `${percent(lower)} to ${percent(upper)}`;

export const estimateText = (estimate: Estimate | null): string =>
  estimate === null
    ? '–'
    : figure(estimate.value) + (estimate.interval === null ? '' : ` (${rangeText(estimate.interval)})`);

/** "3 of 40 (7.5 %, 1.6 % to 20.4 %)". */
export const rateText = ({ failures, structures, rate, clopperPearson }: Rate): string =>
  rate === null ? 'none' : `${failures} of ${structures} (${percent(rate)}, ${percentRange(clopperPearson)})`;

/** A p-value, never 0. */
export const pText = (p: number | null): string =>
  p === null ? '–' : p < 1e-4 ? '< 0.0001' : String(Number(p.toPrecision(2)));

/** " Å³/atom", or nothing for a pure number. */
export const unitText = (unit: string): string => (unit === '1' || unit === '' ? '' : ` ${unit}`);
