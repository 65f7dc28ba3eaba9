import { elementFamilies } from '../element-families.ts';
import { symbolOf } from '../element-symbols.ts';
import { fisherExact } from '../statistics/contingency.ts';
import { holmAdjusted } from '../statistics/holm.ts';
import { quantileOfSorted } from '../statistics/quantile.ts';
import { rateOf } from './rate-of.ts';
import type { Rate } from './report-numbers.ts';
import type { ElementsSection } from './sections.ts';

/** One judged structure: its elements, ascending, and its error (NaN: no finite prediction). */
export interface JudgedComposition {
  readonly elements: readonly number[];
  readonly error: number;
  readonly failed: boolean;
}

/** Below this many structures a rate's interval is about as wide as the whole range that matters. */
export const FEWEST_STRUCTURES = 20;

interface GroupRate {
  rate: Rate;
  meanError: number | null;
  medianError: number | null;
  enough: boolean;
  pValue: number | null;
}

/**
 * Failure rates per element and per family. A structure counts once for each of its elements and once for each family
 * that one of its elements belongs to, so groups overlap: what makes one element fail shows in its companions.
 */
export function elementsOf(
  structures: readonly JudgedComposition[],
  scope: string,
  confidence: number,
): ElementsSection {
  const present = [...new Set(structures.flatMap(({ elements }) => elements))].sort((a, b) => a - b);
  const elementGroups = present.map((z) => structures.filter(({ elements }) => elements.includes(z)));
  const families = Object.entries(elementFamilies);
  const familyGroups = families.map(([, member]) => structures.filter(({ elements }) => elements.some(member)));
  const elementRates = ratesOf(elementGroups, structures, confidence);
  const familyRates = ratesOf(familyGroups, structures, confidence);
  return {
    minimum: FEWEST_STRUCTURES,
    scope,
    elements: present.map((z, at) => ({ z, symbol: symbolOf(z), ...elementRates[at]! })),
    families: families.map(([family], at) => ({ family, ...familyRates[at]! })),
  };
}

function ratesOf(
  groups: readonly (readonly JudgedComposition[])[],
  all: readonly JudgedComposition[],
  confidence: number,
): GroupRate[] {
  const failuresOf = (group: readonly JudgedComposition[]): number => group.filter(({ failed }) => failed).length;
  const allFailures = failuresOf(all);
  const raw = groups.map((group) => {
    const failures = failuresOf(group);
    const others = all.length - group.length;
    const isTested = group.length >= FEWEST_STRUCTURES && others >= FEWEST_STRUCTURES;
    return isTested ? fisherExact(failures, group.length, allFailures - failures, others) : null;
  });
  const adjusted = holmAdjusted(raw);
  return groups.map((group, at) => {
    const finite = Float64Array.from(group.map(({ error }) => error).filter(Number.isFinite)).sort();
    return {
      rate: rateOf(failuresOf(group), group.length, confidence),
      meanError: finite.length === 0 ? null : finite.reduce((sum, error) => sum + error, 0) / finite.length,
      medianError: finite.length === 0 ? null : quantileOfSorted(finite, 0.5),
      enough: group.length >= FEWEST_STRUCTURES,
      pValue: adjusted[at]!,
    };
  });
}
