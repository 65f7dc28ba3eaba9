import type { CertificateContent } from '../certificate.ts';
import { finalBox, passingRows } from './envelope-rows.ts';
import type { Remedy } from './remedy.ts';

type Cut = Extract<Remedy, { kind: 'shrink-envelope' }>;

/**
 * Single bounds that, moved inwards, leave at most `allowed` of the given search rows inside: for every feature and side
 * the least such move, those that lose the fewest passing observations first. Moves that lose all of them are left out.
 *
 * @param offending failing search rows inside the final envelope
 */
export function cheapestCuts(content: CertificateContent, offending: readonly number[], allowed: number): Cut[] {
  const excess = offending.length - allowed;
  if (excess <= 0) return [];
  const passing = passingRows(content);
  const cuts: Cut[] = [];
  finalBox(content).forEach(({ lower, upper }, feature) => {
    const column = content.search.features[feature]!;
    const values = offending.map((row) => column[row]!).sort((a, b) => a - b);
    const add = (side: 'lower' | 'upper', to: number): void => {
      if (to < lower || to > upper) return;
      const leaves = (value: number): boolean => (side === 'lower' ? value < to : value > to);
      const passingLost = passing.filter((row) => leaves(column[row]!)).length;
      if (passingLost === passing.length) return;
      cuts.push({ kind: 'shrink-envelope', feature, side, to, excluded: values.filter(leaves).length, passingLost });
    };
    add('lower', values[excess - 1]! + 1);
    add('upper', values.at(-excess)! - 1);
  });
  return cuts.sort((a, b) => a.passingLost - b.passingLost || b.excluded - a.excluded);
}
