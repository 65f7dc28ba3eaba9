import { LARGEST_CELL, type CertificateContent, type Rational } from '../certificate.ts';
import { decimalText } from '../decimal-text.ts';

/** " Å³/atom", or nothing for a pure number. */
export const unitText = (unit: string): string => (unit === '1' || unit === '' ? '' : ` ${unit}`);

/** A scaled feature value in its unit. */
export function valueText(content: CertificateContent, feature: number, scaled: number): string {
  const { scale, unit } = content.features[feature]!;
  return `${decimalText(scaled, scale)}${unitText(unit)}`;
}

/** An error as the certificate holds it; the largest cell means that there was no finite prediction. */
export function errorText(content: CertificateContent, scaled: number): string {
  const { scale, unit, kind } = content.criterion;
  if (scaled >= LARGEST_CELL) return 'no finite prediction';
  return `${kind.replace('-', ' ')} ${decimalText(scaled, scale)} ${unit}`;
}

/** An error and by how much it exceeds a limit, both scaled. */
export function excessText(content: CertificateContent, scaled: number, limit: number): string {
  const text = errorText(content, scaled);
  return scaled > limit && scaled < LARGEST_CELL
    ? `${text}, ${decimalText(scaled - limit, content.criterion.scale)} too much`
    : text;
}

export const thresholdText = (content: CertificateContent): string =>
  `${content.criterion.threshold} ${content.criterion.unit}`;

/** A rational that was a decimal, as that decimal. */
export const rateText = ({ numerator, denominator }: Rational): string => String(numerator / denominator);

export const percentText = ({ numerator, denominator }: Rational): string =>
  `${Number(((100 * numerator) / denominator).toPrecision(12))} %`;
