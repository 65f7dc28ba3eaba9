import { mixWords, wordsOfInteger } from '../word-mixing.ts';
import type { Columns } from './gradient-boosting-options.ts';

export type GroupedFolds =
  | {
      readonly kind: 'folds';
      /** Fold of every row, 0 to `folds` − 1. */
      readonly fold: Int32Array;
      readonly folds: number;
    }
  /** A fold would be empty. */
  | { readonly kind: 'too-few-groups'; readonly groups: number };

/**
 * Folds for cross-validation in which rows with the same key (a composition, say) always share a fold, so that no near-duplicate of a
 * tested row was trained on. Groups are taken in the order of a seeded hash of their keys, each into the fold that then
 * has the fewest rows (the first of several). Depends on the keys and the seed, not on the order of rows.
 *
 * @param keys one per row
 * @param folds at least 2
 */
export function groupedFolds(keys: readonly string[], folds: number, seed: number): GroupedFolds {
  if (!(Number.isInteger(folds) && folds >= 2)) throw new RangeError('Cross-validation needs two folds or more.');
  const sizes = new Map<string, number>();
  for (const key of keys) sizes.set(key, (sizes.get(key) ?? 0) + 1);
  if (sizes.size < folds) return { kind: 'too-few-groups', groups: sizes.size };
  const hashed = Array.from(sizes, ([key, rows]) => ({ key, rows, hash: hashOf(key, seed) }));
  // Two keys with one hash are told apart by the keys themselves.
  hashed.sort((a, b) => a.hash - b.hash || (a.key < b.key ? -1 : 1));
  const rowsIn = new Float64Array(folds);
  const foldOf = new Map<string, number>();
  for (const { key, rows } of hashed) {
    const fold = rowsIn.indexOf(rowsIn.reduce((least, size) => Math.min(least, size), Infinity));
    rowsIn[fold] = rowsIn[fold]! + rows;
    foldOf.set(key, fold);
  }
  return { kind: 'folds', fold: Int32Array.from(keys, (key) => foldOf.get(key)!), folds };
}

function hashOf(key: string, seed: number): number {
  const words = wordsOfInteger(seed);
  const [first, second] = mixWords([...words, ...Array.from({ length: key.length }, (_, at) => key.charCodeAt(at))]);
  return (first >>> 5) * 2 ** 26 + (second >>> 6);
}

/** Scores rows of a table; the greater, the likelier a failure. */
export type RiskScore = (columns: Columns) => Float64Array;

/** Trains on some rows; yields progress in [0, 1]. */
export type RiskFit = (columns: Columns, failed: Uint8Array) => Generator<number, RiskScore>;

/**
 * Out-of-fold scores: each row is scored by the model that was trained on the other folds. Scores of different folds
 * come from different models and are comparable as far as the models are calibrated alike.
 *
 * Yields progress in [0, 1].
 *
 * @param failed anything but 0 is a failure
 */
export function* crossValidatedScores(
  columns: Columns,
  failed: ArrayLike<number>,
  { fold, folds }: GroupedFolds & { kind: 'folds' },
  fit: RiskFit,
): Generator<number, Float64Array> {
  const scores = new Float64Array(failed.length).fill(NaN);
  const everyRow = new Int32Array(failed.length).map((_, row) => row);
  for (let left = 0; left < folds; left++) {
    const others = everyRow.filter((row) => fold[row] !== left);
    const tested = everyRow.filter((row) => fold[row] === left);
    const training = fit(
      rowsOf(columns, others),
      Uint8Array.from(others, (row) => (failed[row] === 0 ? 0 : 1)),
    );
    let step = training.next();
    for (; step.done !== true; step = training.next()) yield (left + step.value) / folds;
    const score = step.value(rowsOf(columns, tested));
    for (const [at, row] of tested.entries()) scores[row] = score[at]!;
    yield (left + 1) / folds;
  }
  return scores;
}

/** The given rows of every column. */
export function rowsOf(columns: Columns, rows: Int32Array): Float64Array[] {
  return columns.map((column) => Float64Array.from(rows, (row) => column[row]!));
}
