import type { PredictionCriterion, ReferenceKind } from './criterion.ts';
import type { ModelOf } from './project-models.ts';

/** Columns of predictions that a table may have. */
export type PredictedColumn = 'energyPerAtom' | 'forceError' | 'maxForce';

/** The column of a table that a criterion is decided by. */
export function decidingColumn(criterion: PredictionCriterion, reference: ReferenceKind): PredictedColumn {
  switch (criterion) {
    case 'energy-error':
      return 'energyPerAtom';
    case 'force-magnitude':
      return 'maxForce';
    case 'force-error':
      // The error against zero forces is the force itself.
      return reference === 'relaxed' ? 'maxForce' : 'forceError';
  }
}

/** The column that a table lacks to be judged by a criterion, or null. */
export function missingColumn(
  table: Pick<ModelOf<'table'>, PredictedColumn>,
  criterion: PredictionCriterion,
  reference: ReferenceKind,
): PredictedColumn | null {
  const column = decidingColumn(criterion, reference);
  return table[column] === undefined ? column : null;
}
