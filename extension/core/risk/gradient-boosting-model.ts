import type { Columns } from './gradient-boosting-options.ts';
import { logisticFunction } from './logistic-function.ts';

/** A regression tree as its nodes in preorder: a test is directly followed by its first child. */
export interface BoostedTree {
  /** The column a node tests, or −1 for a leaf. */
  readonly feature: Int32Array;
  /**
   * A value ≤ threshold goes to the first child, a greater one to the second. Infinity: only missing values go to the
   * second.
   */
  readonly threshold: Float64Array;
  /** 1 where a missing value (NaN) goes to the first child. */
  readonly isMissingFirst: Uint8Array;
  /** Index of the second child. */
  readonly second: Int32Array;
  /** What a leaf adds to the raw prediction, the learning rate included. */
  readonly value: Float64Array;
}

export interface BoostedModel {
  readonly loss: 'logistic' | 'squared-error';
  /** Number of columns it was trained on. */
  readonly columns: number;
  /** Raw prediction before the first tree. */
  readonly base: number;
  readonly trees: readonly BoostedTree[];
}

/** Adds one tree's leaf values to `raw`, for the given rows. */
export function addTree(
  tree: BoostedTree,
  columns: readonly Float64Array[],
  rows: Int32Array,
  raw: Float64Array,
): void {
  const { feature, threshold, isMissingFirst, second, value } = tree;
  for (const row of rows) {
    let node = 0;
    for (let tested = feature[0]!; tested >= 0; tested = feature[node]!) {
      const x = columns[tested]![row]!;
      // NaN ≤ t is false as well, so the missing value is asked for only on the second side.
      const isFirst = x <= threshold[node]! || (isMissingFirst[node] === 1 && Number.isNaN(x));
      node = isFirst ? node + 1 : second[node]!;
    }
    raw[row] = raw[row]! + value[node]!;
  }
}

/**
 * Raw predictions, one per row: log-odds for the logistic loss, the quantity itself for the squared error. The sum is
 * taken in the order of the trees, so it is the same on every machine.
 *
 * @param columns as many as in training, NaN for a missing value
 */
export function predictRaw(model: BoostedModel, columns: Columns): Float64Array {
  if (columns.length !== model.columns || columns.length === 0) {
    throw new RangeError(`This model takes ${model.columns} columns, not ${columns.length}.`);
  }
  const table = columns.map((column) => (column instanceof Float64Array ? column : Float64Array.from(column)));
  const raw = new Float64Array(table[0]!.length).fill(model.base);
  const rows = new Int32Array(raw.length).map((_, row) => row);
  for (const tree of model.trees) addTree(tree, table, rows, raw);
  return raw;
}

/** Probability of the target 1 per row, of a model trained with the logistic loss. */
export function predictProbability(model: BoostedModel, columns: Columns): Float64Array {
  if (model.loss !== 'logistic') throw new RangeError('Only a logistic model predicts probabilities.');
  return predictRaw(model, columns).map(logisticFunction);
}
