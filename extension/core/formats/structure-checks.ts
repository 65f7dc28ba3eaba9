import type { Structure } from '../structure.ts';
import { cellShape } from './cell-geometry.ts';
import { findCoincidentAtoms } from './coincident-atoms.ts';
import type { Finding, Warning } from './finding.ts';

/** Volume over the product of the lattice vectors' lengths, below which a cell counts as singular. */
export const SMALLEST_RELATIVE_VOLUME = 1e-6;
/** Distance between opposite faces of a cell, Å, below which it counts as collapsed. */
export const SMALLEST_CELL_HEIGHT = 0.01;
/** No coordinate in Å is larger than this. */
export const LARGEST_COORDINATE = 1e6;
/** eV/atom and eV/Å beyond which a label is suspicious: all-electron energies of heavy atoms stay below. */
export const SUSPICIOUS_ENERGY = 1e6;
export const SUSPICIOUS_FORCE = 1e3;

/** Why a structure cannot be used, and the atom (zero-based) to blame, if it is one. */
export interface StructureFault extends Finding {
  readonly atom: number | null;
}

const FAILED_LABEL = 'Remove the structure, or repeat the calculation that gave its labels.';

function firstNonFinite(values: Float64Array): number {
  return values.findIndex((value) => !Number.isFinite(value));
}

function numericFault(structure: Structure): StructureFault | null {
  const position = structure.positions.findIndex((x) => !(Math.abs(x) <= LARGEST_COORDINATE));
  if (position >= 0)
    return {
      message: `The position of atom ${Math.floor(position / 3) + 1} is not a place: its coordinate is ${structure.positions[position]!} Å.`,
      fix: `Give finite coordinates of at most ${LARGEST_COORDINATE} Å.`,
      atom: Math.floor(position / 3),
    };
  if (structure.energy !== undefined && !Number.isFinite(structure.energy))
    return { message: `The energy is ${structure.energy}.`, fix: FAILED_LABEL, atom: null };
  const force = structure.forces === undefined ? -1 : firstNonFinite(structure.forces);
  if (force >= 0)
    return {
      message: `The force on atom ${Math.floor(force / 3) + 1} is not finite.`,
      fix: FAILED_LABEL,
      atom: Math.floor(force / 3),
    };
  if (structure.stress !== undefined && firstNonFinite(structure.stress) >= 0)
    return { message: 'The stress is not finite.', fix: FAILED_LABEL, atom: null };
  return null;
}

function cellFault(structure: Structure): StructureFault | null {
  if (firstNonFinite(structure.lattice) >= 0)
    return { message: 'The lattice is not finite.', fix: 'Give nine finite numbers in Å.', atom: null };
  if (!structure.periodic.includes(true)) return null;
  const { relativeVolume, smallestHeight } = cellShape(structure.lattice, structure.periodic);
  // Written so that NaN, from a lattice vector of length zero, is a fault.
  if (!(relativeVolume >= SMALLEST_RELATIVE_VOLUME && smallestHeight >= SMALLEST_CELL_HEIGHT))
    return {
      message: 'The cell has no volume: the vectors of its periodic axes are zero, (nearly) parallel or in one plane.',
      fix: 'Give independent lattice vectors in Å for every periodic axis, or turn off periodicity along the others with pbc.',
      atom: null,
    };
  return null;
}

/** The first reason why `structure` cannot be used, or null. Left-handed cells are fine. */
export function findFault(structure: Structure): StructureFault | null {
  const fault = cellFault(structure) ?? numericFault(structure);
  if (fault !== null) return fault;
  const pair = findCoincidentAtoms(structure.lattice, structure.periodic, structure.positions);
  if (pair === null) return null;
  return {
    message: `Atoms ${pair.first + 1} and ${pair.second + 1} stand at one place (${pair.distance.toPrecision(2)} Å apart, periodic images included).`,
    fix: 'Remove one of them; a cell with both of its faces occupied holds the same atom twice.',
    atom: pair.second,
  };
}

/** Labels that are numbers but hardly true ones. */
export function suspiciousLabels(structure: Structure): Warning[] {
  const findings: Warning[] = [];
  const n = structure.species.length;
  if (structure.energy !== undefined && !(Math.abs(structure.energy) / n <= SUSPICIOUS_ENERGY))
    findings.push({
      rule: 'suspicious energy',
      message: `The energy is ${(structure.energy / n).toPrecision(3)} eV per atom, which is more than any atom has.`,
      fix: 'Check that the energy is in eV.',
    });
  const large = structure.forces?.findIndex((force) => !(Math.abs(force) <= SUSPICIOUS_FORCE)) ?? -1;
  if (large >= 0)
    findings.push({
      rule: 'suspicious force',
      message: `A force on atom ${Math.floor(large / 3) + 1} is ${structure.forces![large]!.toPrecision(3)} eV/Å.`,
      fix: 'Check that forces are in eV/Å and that no atoms overlap.',
    });
  return findings;
}
