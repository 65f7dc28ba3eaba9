import { completedLattice, inverse } from '../formats/cell-geometry.ts';
import { changedStructure, rowsTimes } from '../generators/changed-structure.ts';
import type { Structure } from '../structure.ts';
import type { Reductions } from './minimise.ts';
import { STEPS } from './record-reductions.ts';

/** A structure on the straight way from one that passes to one that fails. */
export interface PathRecord {
  /** Content ids of the one that passes and of the one that fails. */
  readonly base: string;
  readonly target: string;
  /** Of the way, in (0, 1]. */
  readonly share: number;
}

/** The way between two structures of the same atoms in the same order. */
export interface Path {
  /** How far they are apart, Å: the largest change of a lattice vector, or displacement of an atom relative to the cell. */
  readonly distance: number;
  /** The structure at a share of the way: 0 is the base up to the choice of images, 1 the target likewise. */
  at(share: number): Structure;
}

/** The shares of a way, in steps of 1/1024. */
export const pathReductions: Reductions<PathRecord> = {
  parts: () => [],
  without: () => null,
  steps: () => STEPS,
  scaled: (record, step) => (step === 0 ? null : { ...record, share: (record.share * step) / STEPS }),
};

/**
 * Lattice vectors and fractional coordinates change linearly; along periodic axes every atom takes the shorter way. A shift
 * that all atoms share is no change of a crystal and is left out.
 * @returns null where the two do not consist of the same atoms in the same order, periodic along the same axes.
 */
export function pathBetween(base: Structure, target: Structure): Path | null {
  const { species, periodic } = base;
  const atoms = species.length;
  if (target.species.length !== atoms || !species.every((z, k) => z === target.species[k])) return null;
  if (!periodic.every((along, axis) => along === target.periodic[axis])) return null;
  const cells = [base, target].map(({ lattice }) => completedLattice(lattice, periodic)) as [
    Float64Array,
    Float64Array,
  ];
  const from = rowsTimes(base.positions, inverse(cells[0]));
  const to = rowsTimes(target.positions, inverse(cells[1]));
  const moved = from.map((f, k) => nearest(to[k]! - f, periodic[k % 3]!));
  for (const axis of [0, 1, 2]) {
    let sum = 0;
    // Relative to the first atom, so that differences near half a cell fall on the same side.
    const first = moved[axis]!;
    for (let k = axis; k < moved.length; k += 3) sum += nearest(moved[k]! - first, periodic[axis]!);
    const shift = first + sum / atoms;
    for (let k = axis; k < moved.length; k += 3) moved[k] = nearest(moved[k]! - shift, periodic[axis]!);
  }
  const stretched = cells[1].map((x, k) => x - cells[0][k]!);
  return {
    distance: Math.max(largestRow(stretched), largestRow(rowsTimes(moved, cells[0]))),
    at(share) {
      const lattice = cells[0].map((x, k) => x + share * stretched[k]!);
      const fractional = from.map((f, k) => f + share * moved[k]!);
      // What stands for a direction without period in the file stays as it is.
      const kept = base.lattice.map((x, k) => (periodic[Math.floor(k / 3)] ? lattice[k]! : x));
      return changedStructure(base, { lattice: kept, positions: rowsTimes(fractional, lattice) });
    },
  };
}

/** The shortest of the differences that are equal along a periodic axis. */
const nearest = (difference: number, periodic: boolean): number =>
  periodic ? difference - Math.round(difference) : difference;

function largestRow(rows: Float64Array): number {
  let largest = 0;
  for (let k = 0; k < rows.length; k += 3)
    largest = Math.max(largest, Math.sqrt(rows[k]! ** 2 + rows[k + 1]! ** 2 + rows[k + 2]! ** 2));
  return largest;
}
