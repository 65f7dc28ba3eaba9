import { plural } from '../plural.ts';
import { crystalRegistry } from '../crystals/crystal-registry.ts';
import type { LintRule } from './lint-rule.ts';

/** Structures that are kept for comparison; later ones are compared with these alone. */
const MOST_CRYSTALS = 50_000;

/** Structures that are one crystal in different cells; repetitions of the same content are another rule's. */
export const sameCrystals: LintRule = ({ contentKey }) => {
  const registry = crystalRegistry<{ line: number; key: string }>(MOST_CRYSTALS);
  let count = 0;
  let first: { line: number; original: number } | null = null;
  return {
    see(structure) {
      const { line } = structure.source;
      const key = contentKey(structure);
      const original = registry.meet(structure, { line, key });
      if (original === null || original.key === key) return;
      count += 1;
      first ??= { line, original: original.line };
    },
    conclude() {
      if (first === null) return null;
      return {
        severity: 'warning',
        line: first.line,
        message: `The same crystal as an earlier one, in another cell, order of atoms or orientation: ${plural(count, 'structure')}; the first repeats the one on line ${first.original}.`,
        fix: 'Remove the repetitions: each crystal counts once, with the labels of its first structure.',
      };
    },
  };
};
