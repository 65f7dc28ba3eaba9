import { neededLabel } from './criterion.ts';
import type { ResolvedProject } from './project-file.ts';

/** Labels that a project asks of the structures in its data files. */
export interface NeededLabels {
  readonly needsEnergy: boolean;
  readonly needsForces: boolean;
}

export const NO_LABELS: NeededLabels = { needsEnergy: false, needsForces: false };

/**
 * Which labels of the data a project is decided by. A reference that is computed brings its own, and so does a table: the
 * error of the forces, or the true values of its energies where it has such a column.
 */
export function neededLabels({
  failure,
  reference,
  models,
}: Pick<ResolvedProject, 'failure' | 'reference' | 'models'>): NeededLabels {
  if (reference.kind !== 'data' && reference.kind !== 'relaxed') return NO_LABELS;
  const needed = neededLabel(failure, reference.kind);
  const bringsOwn = (model: ResolvedProject['models'][number]): boolean =>
    model.kind === 'table' && (needed === 'forces' || model.reference !== undefined);
  if (models.every(bringsOwn)) return NO_LABELS;
  return { needsEnergy: needed === 'energy', needsForces: needed === 'forces' };
}
