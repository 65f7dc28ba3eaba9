import { findCoincidentAtoms } from '../../core/formats/coincident-atoms.ts';
import { completedLattice, determinant } from '../../core/formats/cell-geometry.ts';
import type { Crystal } from '../graph-batch.ts';

/** Why a structure should be put to no calculator at all, or null. It then counts neither for nor against the model. */
export function unfit({ lattice, periodic, species, positions }: Crystal): string | null {
  if (species.length === 0) return 'the structure has no atoms';
  if (!lattice.every(Number.isFinite) || !positions.every(Number.isFinite)) {
    return 'the structure has a coordinate that is not a finite number';
  }
  const volume = Math.abs(determinant(completedLattice(lattice, periodic)));
  if (!(volume > 1e-6)) return 'the cell has no volume';
  const pair = findCoincidentAtoms(lattice, periodic, positions);
  return pair === null ? null : `atoms ${pair.first + 1} and ${pair.second + 1} are at one place`;
}
