import type { Structure } from '../structure.ts';
import type { LintRule } from './lint-rule.ts';

const HARTREE = 27.211386;
const BOHR = 0.52917721;

/** Pairs needed, and the share of the energy changes' variance that the work must explain, before a slope is believed. */
const FEWEST_PAIRS = 5;
const SMALLEST_EXPLAINED_SHARE = 0.9;
/** Slopes within this of 1 are consistent; mistakes are told apart at the same precision. */
const TOLERANCE = 0.15;
/** Å; the trapezoid rule holds for smaller steps, and wrapping into the cell makes larger ones. */
const LARGEST_STEP = 0.5;

/** Slope of energy change against work that a usual mistake gives. */
const mistakes: readonly (readonly [slope: number, message: string, fix: string])[] = [
  [-1, 'the forces have the wrong sign', 'Change the sign of the forces; a gradient is minus the force.'],
  [1 / HARTREE, 'the energies are in Hartree', 'Multiply the energies by 27.211386.'],
  [2 / HARTREE, 'the energies are in Rydberg', 'Multiply the energies by 13.605693.'],
  [HARTREE / BOHR, 'the forces are in Hartree/Bohr', 'Multiply the forces by 51.422067.'],
  [HARTREE / BOHR / 2, 'the forces are in Rydberg/Bohr', 'Multiply the forces by 25.711033.'],
  [1 / BOHR, 'energies and forces are in atomic units, or lengths in Bohr', 'Convert to eV, eV/Å and Å.'],
];

interface Pair {
  /** −½ Σ (F_a + F_b) · (x_b − x_a), and E_b − E_a. */
  readonly work: number;
  readonly change: number;
}

/** Work and energy change from one structure to the next, where they are small steps of one crystal. */
function pairOf(a: Structure, b: Structure): Pair | null {
  if (a.energy === undefined || b.energy === undefined || a.forces === undefined || b.forces === undefined) return null;
  if (a.species.length !== b.species.length) return null;
  if (!a.species.every((z, atom) => z === b.species[atom])) return null;
  if (!a.lattice.every((component, at) => component === b.lattice[at])) return null;
  let work = 0;
  for (let at = 0; at < a.positions.length; at++) {
    const step = b.positions[at]! - a.positions[at]!;
    if (!(Math.abs(step) <= LARGEST_STEP)) return null;
    work -= 0.5 * (a.forces[at]! + b.forces[at]!) * step;
  }
  return { work, change: b.energy - a.energy };
}

/**
 * Between neighbouring frames of one crystal the energy changes by the work of the forces (trapezoid rule, exact for a
 * harmonic crystal), so the slope of the one against the other is 1 where units and signs are consistent.
 */
export const workAgainstEnergy: LintRule = () => {
  let before: Structure | undefined;
  let pairs = 0;
  let workSquared = 0;
  let changeSquared = 0;
  let product = 0;
  let atoms = 0;
  return {
    see(structure) {
      const pair = before === undefined ? null : pairOf(before, structure);
      before = structure;
      if (pair === null) return;
      pairs += 1;
      workSquared += pair.work * pair.work;
      changeSquared += pair.change * pair.change;
      product += pair.work * pair.change;
      atoms += structure.species.length;
    },
    conclude() {
      const explained = (product * product) / (workSquared * changeSquared);
      if (pairs < FEWEST_PAIRS || !(explained >= SMALLEST_EXPLAINED_SHARE)) return null;
      const slope = product / workSquared;
      if (Math.abs(slope - 1) <= TOLERANCE) return null;
      const usual: typeof mistakes = [
        ...mistakes,
        [pairs / atoms, 'the energies are per atom', 'Give the total energy of each structure.'],
      ];
      const guess = usual.find(([typical]) => Math.abs(slope / typical - 1) <= TOLERANCE);
      return {
        severity: 'warning',
        line: null,
        message: `Between ${pairs} pairs of neighbouring frames the energy changes by ${slope.toPrecision(3)} times the work of the forces instead of 1${guess === undefined ? '' : `: it seems that ${guess[1]}`}.`,
        fix:
          guess?.[2] ?? 'Check that energies are total energies in eV and forces in eV/Å, from the same calculation.',
      };
    },
  };
};
