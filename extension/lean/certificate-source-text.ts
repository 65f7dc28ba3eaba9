import { LARGEST_CELL, type Box, type CertificateContent, type Rational } from '../core/certificate.ts';
import { decimalText } from '../core/decimal-text.ts';
import { commentText } from './certificate-source-comment.ts';

/** Takes lines of a Lean file; a text with line breaks is several. */
export type Add = (...added: string[]) => void;

/** A natural number as Lean source. @throws RangeError for anything else */
export function natural(value: number): string {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is no natural number.`);
  return String(value);
}

/** A whole number as Lean source. @throws RangeError for anything else */
export function integer(value: number): string {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no whole number.`);
  return value < 0 ? `(-${String(-value)})` : String(value);
}

/** A `Box` as Lean source. */
export const boxText = (box: Box): string =>
  `[${box.map(({ lower, upper }) => `⟨${natural(lower)}, ${natural(upper)}⟩`).join(', ')}]`;

/** A `Fraction` as Lean source. */
export const fractionText = ({ numerator, denominator }: Rational): string =>
  `⟨${natural(numerator)}, ${natural(denominator)}⟩`;

/** A fraction for readers. */
export const rationalText = ({ numerator, denominator }: Rational): string => `${numerator}/${denominator}`;

/** A unit behind a number, for a comment. */
export const unitText = (unit: string): string => (unit === '1' ? '' : ` in ${commentText(unit)}`);

/** The threshold with its unit, for a comment. */
export const thresholdText = ({ criterion }: CertificateContent): string =>
  `${criterion.threshold} ${commentText(criterion.unit)}`;

/** What is compared with the threshold, for a comment. */
export const criterionText = ({ criterion }: CertificateContent): string =>
  criterion.laws === undefined ? commentText(criterion.kind) : 'largest residual of a physical law';

/** A scaled error with its unit, for a comment. */
export const errorText = ({ criterion }: CertificateContent, scaled: number): string =>
  scaled >= LARGEST_CELL ? 'infinity' : `${decimalText(scaled, criterion.scale)} ${commentText(criterion.unit)}`;

/** One feature's interval of a box, for a comment. */
export function rangeText(content: CertificateContent, box: Box, f: number): string {
  const feature = content.features[f];
  if (feature === undefined) return `feature ${f}, which the certificate does not have`;
  const { id, unit, scale } = feature;
  return `${commentText(id)} from ${decimalText(box[f]!.lower, scale)} to ${decimalText(box[f]!.upper, scale)}${unitText(unit)}`;
}

/**
 * A tactic block for `check = true`. On failure `decide +kernel` has the elaborator find out why, which runs out of
 * recursion on checks of some size; so the kernel itself is asked whether the check is false, and what is left to refute
 * is `false = true`.
 *
 * @param check a Lean term, `Bool`
 */
export const kernelEvaluation = (check: string): string => `by
    first
    | decide +kernel
    | have evaluated : ${check} = false := by decide +kernel
      rw [evaluated]
      decide`;
