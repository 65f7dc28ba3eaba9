import { LARGEST_CELL, type CertificateContent, type Rational } from '../certificate.ts';
import { finalBox, isInside } from '../obligations.ts';
import { conformalBound, mondrianBounds, type ConformalBound } from '../statistics/conformal-bounds.ts';
import { familiesOf, familyOfElements, familySchemes, type FamilyScheme } from '../structure-families.ts';
import { rateOf } from './rate-of.ts';
import type { ErrorBoundsSection } from './sections.ts';

/** What is shown where a certificate claims no share: all but one tenth. */
const USUAL_MISCOVERAGE: Rational = { numerator: 1, denominator: 10 };

type Bounded = ErrorBoundsSection['marginal'];

/**
 * Split-conformal bounds on the error inside the envelope: of all structures, and of each family by its own validation
 * structures (Mondrian), so that what holds on the average and fails for every halide is seen.
 *
 * @param elements of the structures, by content id; a structure without an entry has no place here
 * @param confidence two-sided level of the failure rates' intervals
 */
export function errorBoundsOf(
  content: CertificateContent,
  elements: ReadonlyMap<string, readonly number[]>,
  confidence: number,
): ErrorBoundsSection {
  const { validation, criterion, claim } = content;
  const miscoverage = claim.conformal?.miscoverage ?? USUAL_MISCOVERAGE;
  const box = finalBox(content);
  const inside = [...validation.id.keys()].filter((row) => isInside(validation, row, box));
  const rows = inside.filter((row) => elements.has(validation.id[row]!));
  const errors = rows.map((row) => {
    const scaled = validation.error[row]!;
    return scaled >= LARGEST_CELL ? NaN : scaled / criterion.scale;
  });
  const groupOf = (chosen: readonly number[], bound: ConformalBound): Bounded => {
    const failures = chosen.filter((at) => validation.error[rows[at]!]! > criterion.scaledThreshold).length;
    return {
      rate: rateOf(failures, chosen.length, confidence),
      outcome: bound.kind,
      bound: bound.kind === 'bounded' ? bound.bound : null,
      needed: bound.kind === 'too-few' ? bound.needed : null,
    };
  };
  const all = [...rows.keys()];
  const schemeOf = (scheme: FamilyScheme): ErrorBoundsSection['schemes'][number] => {
    const groups = rows.map((row) => familyOfElements(scheme, elements.get(validation.id[row]!)!).id);
    const bounds = new Map(
      mondrianBounds(errors, groups, miscoverage).groups.map(({ group, bound }) => [group, bound]),
    );
    return {
      scheme,
      families: familiesOf(scheme).map(({ id, title }) => ({
        family: id,
        title,
        ...groupOf(
          all.filter((at) => groups[at] === id),
          bounds.get(id) ?? conformalBound([], miscoverage),
        ),
      })),
    };
  };
  return {
    unit: criterion.unit,
    miscoverage: miscoverage.numerator / miscoverage.denominator,
    isClaimed: claim.conformal !== null,
    leftOut: inside.length - rows.length,
    marginal: groupOf(all, conformalBound(errors, miscoverage)),
    schemes: (Object.keys(familySchemes) as FamilyScheme[]).map(schemeOf),
  };
}
