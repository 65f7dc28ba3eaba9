import { elementsOfFormula } from '../../core/formula.ts';

/**
 * Elements that new structures may hold: those that everybody who has to answer knows. Who does not say which ones he knows
 * is taken to know those of the data, which he is asked about anyway; an element that neither model nor reference was made
 * for would end in an exception, and count as a failure that says nothing.
 *
 * @param declared atomic numbers per answerer; null where it does not say
 * @param formulas of the structures that new ones are made from
 */
export function answeredElements(
  declared: readonly (readonly number[] | null)[],
  formulas: Iterable<string>,
): ReadonlySet<number> {
  const inData = [...new Set(formulas)].flatMap(elementsOfFormula);
  return declared
    .map((elements) => new Set(elements ?? inData))
    .reduce((known, others) => new Set([...known].filter((z) => others.has(z))));
}
