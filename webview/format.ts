import { t } from './words.ts';

/** Four significant digits, without trailing zeros: 2.35, 0.9182, 1.2e-5. */
export function quantity(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : t('not a number');
}

export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** A share in [0, 1] as per cent with one decimal. */
export function percent(share: number): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(1)} %` : '–';
}

/** "covalent_radius_range" as it is read aloud: "Covalent radius range"; blocks keep their letter: "f block fraction". */
export function featureName(id: string): string {
  const words = id.replaceAll('_', ' ');
  return words.charAt(1) === ' ' ? words : words.charAt(0).toUpperCase() + words.slice(1);
}

/** The unit as it is written after a number; pure numbers, whose unit is 1, have none. */
export function unitText(unit: string): string {
  return unit === '1' ? '' : unit;
}

export function structures(value: number): string {
  return value === 1 ? t('1 structure') : t('{0} structures', count(value));
}

export function atoms(value: number): string {
  return value === 1 ? t('1 atom') : t('{0} atoms', count(value));
}

/** Both ends of an interval, each written by `format`. */
export function range(
  ends: { readonly lower: number; readonly upper: number },
  format: (value: number) => string,
): string {
  return t('{0} to {1}', format(ends.lower), format(ends.upper));
}
