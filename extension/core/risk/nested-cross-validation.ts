import { calibrated, fitIsotonic, type IsotonicMap } from './calibration.ts';
import type { Columns } from './gradient-boosting-options.ts';
import {
  crossValidatedScores,
  type GroupedFolds,
  groupedFolds,
  type RiskFit,
  type RiskScore,
  rowsOf,
} from './grouped-cross-validation.ts';

/** The model that was trained without one fold, and what it is asked about. */
export interface FoldModel {
  /** Rows of the fold that it has not seen. */
  readonly rows: Int32Array;
  readonly score: RiskScore;
  /** From its scores to probabilities, fitted inside its training rows. */
  readonly calibration: IsotonicMap;
  /** Failure rate of its training rows. */
  readonly trainingRate: number;
}

export interface NestedScores {
  readonly scores: Float64Array;
  readonly probabilities: Float64Array;
  readonly models: readonly FoldModel[];
}

/**
 * Out-of-fold scores with honest probabilities: for every fold a model is trained on the other folds, and its isotonic
 * calibration on a second, grouped cross-validation inside these other folds. So nothing that a row's probability rests
 * on has seen the row or its group.
 *
 * Yields progress in [0, 1].
 *
 * @param keys groups, one per row; each training set must hold at least `innerFolds` of them
 */
export function* nestedCrossValidation(
  columns: Columns,
  failed: ArrayLike<number>,
  keys: readonly string[],
  outer: GroupedFolds & { kind: 'folds' },
  fit: RiskFit,
  { innerFolds, seed }: { readonly innerFolds: number; readonly seed: number },
): Generator<number, NestedScores> {
  const everyRow = new Int32Array(failed.length).map((_, row) => row);
  const scores = new Float64Array(failed.length).fill(NaN);
  const probabilities = new Float64Array(failed.length).fill(NaN);
  const models: FoldModel[] = [];
  for (let left = 0; left < outer.folds; left++) {
    const training = everyRow.filter((row) => outer.fold[row] !== left);
    const rows = everyRow.filter((row) => outer.fold[row] === left);
    const table = rowsOf(columns, training);
    const verdicts = Uint8Array.from(training, (row) => (failed[row] === 0 ? 0 : 1));
    const inner = groupedFolds(
      Array.from(training, (row) => keys[row]!),
      innerFolds,
      seed,
    );
    if (inner.kind !== 'folds') throw new RangeError('A training set holds fewer groups than it has folds.');
    const held = crossValidatedScores(table, verdicts, inner, fit);
    let step = held.next();
    for (; step.done !== true; step = held.next()) yield (left + 0.7 * step.value) / outer.folds;
    const calibration = fitIsotonic(step.value, verdicts);
    if (calibration === null) throw new Error('A model of our own scored NaN.');
    const fitting = fit(table, verdicts);
    let fitted = fitting.next();
    for (; fitted.done !== true; fitted = fitting.next()) yield (left + 0.7 + 0.3 * fitted.value) / outer.folds;
    const score = fitted.value;
    const given = score(rowsOf(columns, rows));
    for (const [at, row] of rows.entries()) {
      scores[row] = given[at]!;
      probabilities[row] = calibrated(calibration, given[at]!);
    }
    const failures = verdicts.reduce((sum, mark) => sum + mark, 0);
    models.push({ rows, score, calibration, trainingRate: failures / training.length });
    yield (left + 1) / outer.folds;
  }
  return { scores, probabilities, models };
}

/** Scores a whole table, each row by the model that has not seen it: what permutation importance needs. */
export function outOfFoldScore(models: readonly FoldModel[]): RiskScore {
  return (columns) => {
    const scores = new Float64Array(columns[0]?.length ?? 0).fill(NaN);
    for (const { rows, score } of models) {
      const given = score(rowsOf(columns, rows));
      for (const [at, row] of rows.entries()) scores[row] = given[at]!;
    }
    return scores;
  };
}
