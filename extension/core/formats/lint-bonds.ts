import { elementProperty } from '../element-properties.ts';
import { neighbourList, squaredLengths } from '../neighbour-list.ts';
import type { Structure } from '../structure.ts';
import type { LintRule } from './lint-rule.ts';
import { median, Sample } from './lint-sample.ts';

/** Shortest distance over the sum of covalent radii that half of a usual file's structures lie between. */
export const SHORTEST_USUAL_BOND = 0.6;
export const LONGEST_USUAL_BOND = 1.5;
/** Structures that are looked at, and their largest size: enough for a median. */
const MOST_STRUCTURES = 200;
const MOST_ATOMS = 200;
const FEWEST_STRUCTURES = 5;

/**
 * Smallest distance of two atoms over the sum of their covalent radii; Infinity where no pair is within the longest usual
 * bond, undefined where a radius is unknown or the list cannot be made.
 */
function shortestRelativeBond(structure: Structure): number | undefined {
  const radii = Array.from(structure.species, (z) => elementProperty('covalent_radius', z) ?? NaN);
  const cutoff = 2 * LONGEST_USUAL_BOND * Math.max(...radii);
  if (!(cutoff > 0)) return undefined;
  const query = { ...structure, cutoff, maximumEdges: 500_000 };
  const edges = neighbourList(query);
  if (edges.kind !== 'ok') return undefined;
  const squared = squaredLengths(query, edges);
  let shortest = Infinity;
  for (let edge = 0; edge < squared.length; edge++)
    shortest = Math.min(
      shortest,
      Math.sqrt(squared[edge]!) / (radii[edges.centre[edge]!]! + radii[edges.neighbour[edge]!]!),
    );
  return shortest;
}

/** Positions in Bohr make bonds look long, fractional ones or nanometres make them look short. */
export const bondLengths: LintRule = () => {
  const sample = new Sample();
  return {
    see(structure) {
      const n = structure.species.length;
      if (sample.values.length >= MOST_STRUCTURES || n > MOST_ATOMS || n < 2) return;
      const bond = shortestRelativeBond(structure);
      if (bond !== undefined) sample.add(bond);
    },
    conclude() {
      const middle = median(sample.values);
      if (sample.values.length < FEWEST_STRUCTURES) return null;
      if (middle >= SHORTEST_USUAL_BOND && middle <= LONGEST_USUAL_BOND) return null;
      const isLong = middle > LONGEST_USUAL_BOND;
      return {
        severity: 'warning',
        line: null,
        message: `The shortest distance in half of the structures is ${isLong ? 'above' : 'below'} ${isLong ? LONGEST_USUAL_BOND : middle.toPrecision(2)} times the sum of covalent radii.`,
        fix: isLong
          ? 'Check that lattice and positions are in Å, not in Bohr (1 Bohr = 0.529177 Å).'
          : 'Check that positions are Cartesian and in Å, not fractional or in nm.',
      };
    },
  };
};
