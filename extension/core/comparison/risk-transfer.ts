import { delongInterval } from '../risk/delong.ts';
import { predictRaw, type BoostedModel } from '../risk/gradient-boosting-model.ts';
import type { Columns } from '../risk/gradient-boosting-options.ts';
import { trainBoosting } from '../risk/gradient-boosting.ts';
import type { GroupedFolds, RiskScore } from '../risk/grouped-cross-validation.ts';
import { permutationImportance } from '../risk/importance.ts';
import type { Estimate } from '../report/report-numbers.ts';

/** A risk model of one model's failures: one part per fold, each trained without that fold's structures. */
export interface FoldedRisk {
  readonly parts: readonly BoostedModel[];
  /** Out-of-fold scores, the greater, the likelier a failure. */
  readonly scores: Float64Array;
  readonly score: RiskScore;
}

/** Fewer failures or passes than this in all cannot be learnt from in folds. */
export const FEWEST_OF_A_CLASS = 10;

/** Small trees: some hundreds of structures carry no more. */
const TREES = { trees: 80, maximumLeaves: 8, minimumPerLeaf: 10, learningRate: 0.1 } as const;

/** Failures and passes, whichever are fewer. */
export function rarerClass(failed: Uint8Array): number {
  const failures = failed.reduce((sum, one) => sum + one, 0);
  return Math.min(failures, failed.length - failures);
}

/**
 * Learns one model's failures in folds that never cut through a group. Null with too few failures or passes.
 * Yields progress in [0, 1].
 */
export function* foldedRisk(
  columns: Columns,
  failed: Uint8Array,
  { fold, folds }: GroupedFolds & { kind: 'folds' },
): Generator<number, FoldedRisk | null> {
  if (rarerClass(failed) < FEWEST_OF_A_CLASS) return null;
  const parts: BoostedModel[] = [];
  for (let left = 0; left < folds; left++) {
    const rows = [...failed.keys()].filter((row) => fold[row] !== left);
    const training = trainBoosting(
      columns.map((column) => Float64Array.from(rows, (row) => column[row]!)),
      Uint8Array.from(rows, (row) => failed[row]!),
      TREES,
    );
    let step = training.next();
    for (; step.done !== true; step = training.next()) yield (left + step.value) / folds;
    parts.push(step.value);
  }
  const rowsOfFold = parts.map((_, part) => [...fold.keys()].filter((row) => fold[row] === part));
  // Every row is scored by the part that has not seen it, whatever its features are changed to.
  const score: RiskScore = (table) => {
    const scores = new Float64Array(failed.length);
    for (const [part, model] of parts.entries()) {
      const rows = rowsOfFold[part]!;
      const values = predictRaw(
        model,
        table.map((column) => Float64Array.from(rows, (row) => column[row]!)),
      );
      rows.forEach((row, at) => (scores[row] = values[at]!));
    }
    return scores;
  };
  return { parts, scores: score(columns), score };
}

/** Area under the ROC curve of scores against failures, with DeLong's interval; null without enough of both classes. */
export function transferredArea(scores: Float64Array, failed: Uint8Array, confidence: number): Estimate | null {
  if (rarerClass(failed) < FEWEST_OF_A_CLASS) return null;
  const { area, interval } = delongInterval(scores, failed, confidence);
  return Number.isNaN(area)
    ? null
    : { value: area, interval: interval === null ? null : { lower: interval.lower, upper: interval.upper } };
}

/** Permutation importance of every feature for one risk model, out of fold. Yields progress in [0, 1]. */
export function* foldedImportance(
  risk: FoldedRisk,
  columns: Columns,
  failed: Uint8Array,
  confidence: number,
  seed: number,
): Generator<number, Estimate[]> {
  const importances = yield* permutationImportance(risk.score, columns, failed, {
    permutations: 4,
    replicates: 200,
    confidence,
    seed,
  });
  return importances.map(({ drop, interval }) => ({
    value: drop,
    interval: interval === null ? null : { lower: interval.lower, upper: interval.upper },
  }));
}
