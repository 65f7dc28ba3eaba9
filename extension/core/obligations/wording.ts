import {
  LARGEST_CELL,
  type CertificateContent,
  type ObservationTable,
  type Rational,
  type Violation,
} from '../certificate.ts';
import { decimalText } from '../decimal-text.ts';
import { excessOf } from '../physics/worst-case.ts';

/** " Å³/atom", or nothing for a pure number. */
export const unitText = (unit: string): string => (unit === '1' || unit === '' ? '' : ` ${unit}`);

/** A scaled feature value in its unit. */
export function valueText(content: CertificateContent, feature: number, scaled: number): string {
  const { scale, unit } = content.features[feature]!;
  return `${decimalText(scaled, scale)}${unitText(unit)}`;
}

/** What a criterion compares with its threshold. */
export const errorName = (criterion: string): string =>
  criterion === 'physics' ? 'largest residual of a physical law' : criterion.replace('-', ' ');

/** An error as the certificate holds it; the largest cell means that there was no finite prediction. */
export function errorText(content: CertificateContent, scaled: number): string {
  const { scale, unit, kind } = content.criterion;
  if (scaled >= LARGEST_CELL) return 'no finite prediction';
  return `${errorName(kind)} ${decimalText(scaled, scale)} ${unit}`;
}

/** The law that a structure breaks, and how far. */
export function violationText({ law, unit, residual, tolerance }: Violation): string {
  if (residual === null) return `${law} is no finite number`;
  const times = excessOf({ residual, tolerance });
  const tolerated = Number.isFinite(times) ? `${Number(times.toPrecision(4))} × its tolerance` : 'nothing is tolerated';
  return `${law} ${Number(residual.toPrecision(4))}${unitText(unit)}, ${tolerated}`;
}

/**
 * The error of a row of search or validation, and by how much it exceeds a limit (scaled), or the law that is broken. The place
 * of a structure that the search has made is that of its base, so what made it is said.
 */
export function excessText(content: CertificateContent, table: ObservationTable, row: number, limit: number): string {
  const { generators, violations } = notesOf(content);
  const isSearch = table !== content.validation;
  const generator = isSearch ? generators.get(row) : undefined;
  const violation = violations[isSearch ? 'search' : 'validation'].get(row);
  const text = violation === undefined ? bareExcessText(content, table, row, limit) : violationText(violation);
  return generator === undefined ? text : `made of it by ${generator}: ${text}`;
}

/** What a certificate notes of single rows, by row. */
interface RowNotes {
  readonly generators: ReadonlyMap<number, string>;
  readonly violations: Readonly<Record<Violation['split'], ReadonlyMap<number, Violation>>>;
}

/** Made once per certificate: of one that fails everywhere, thousands of rows are put into words. */
const notes = new WeakMap<CertificateContent, RowNotes>();

function notesOf(content: CertificateContent): RowNotes {
  const known = notes.get(content);
  if (known !== undefined) return known;
  const { generated = [], violations = [] } = content;
  const of = (split: Violation['split']): ReadonlyMap<number, Violation> =>
    new Map(violations.filter((each) => each.split === split).map((each) => [each.row, each]));
  const made = {
    generators: new Map(generated.map(({ row, record }) => [row, record.generator])),
    violations: { search: of('search'), validation: of('validation') },
  };
  notes.set(content, made);
  return made;
}

function bareExcessText(content: CertificateContent, table: ObservationTable, row: number, limit: number): string {
  const scaled = table.error[row]!;
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
