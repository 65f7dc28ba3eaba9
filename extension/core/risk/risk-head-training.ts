import { LARGEST_CELL } from '../certificate.ts';
import { trainBoosting } from './gradient-boosting.ts';
import { type BoostedModel, predictRaw } from './gradient-boosting-model.ts';
import type { BoostingOptions, Columns } from './gradient-boosting-options.ts';
import type { TreeEnsemble } from './risk-head.ts';
import { exportTrees } from './tree-export.ts';

export interface RiskHeadOptions extends Partial<BoostingOptions> {
  /** Steps of the score per unit of log-odds. */
  readonly scale?: number;
  /** Fewer rows than this train nothing. */
  readonly minimumRows?: number;
}

export type RiskHeadOutcome =
  | {
      readonly kind: 'trained';
      readonly ensemble: TreeEnsemble;
      /** The model before rounding. */
      readonly model: BoostedModel;
      /** For every feature vector there is: bound of |score − scale × log-odds|, in steps of 1/scale log-odds. */
      readonly largestDeviation: number;
      /** The least and the greatest log-odds × scale, before rounding, that a training row gets. */
      readonly trainingRange: { readonly lowest: number; readonly highest: number };
    }
  | Unlearnable;

/** Why there is nothing to learn from. */
export type Unlearnable =
  | { readonly kind: 'too-few-rows'; readonly rows: number; readonly needed: number }
  /** Nothing failed, so nothing tells failures from the rest. */
  | { readonly kind: 'no-failures'; readonly rows: number }
  /** Everything failed. */
  | { readonly kind: 'no-passes'; readonly rows: number };

/** Why nothing can be learnt from these verdicts; null where something can. */
export function unlearnable(failed: ArrayLike<number>, needed = MINIMUM_ROWS): Unlearnable | null {
  const rows = failed.length;
  const failures = Array.from(failed).reduce((sum, mark) => sum + (mark === 0 ? 0 : 1), 0);
  if (rows < needed) return { kind: 'too-few-rows', rows, needed };
  if (failures === 0) return { kind: 'no-failures', rows };
  return failures === rows ? { kind: 'no-passes', rows } : null;
}

/** Log-odds to four digits: a leaf is off by at most 0.00005. */
const SCALE = 10_000;

/** Below this, a tree could hardly be split twice with the default leaf sizes. */
const MINIMUM_ROWS = 40;

/**
 * Trains the risk head of a certificate: boosted trees for hundreds to thousands of structures, shallow and regularised,
 * so that the branch and bound over their leaves stays small: 60 trees of depth 3, L2 penalty 1, and leaves of at least
 * a fiftieth of the rows (5 to 20), which a handful of odd structures cannot make.
 *
 * Deterministic, and independent of the order of rows. Yields progress in [0, 1].
 *
 * @param columns scaled features as the certificate holds them, at most 32: integers in [0, 2^40); anything else, NaN included,
 * is a bug of the caller and throws
 * @param failed 1 per failed structure; anything but 0 counts as failed
 * @param options what to change, of boosting or of the export
 */
export function* trainRiskHead(
  columns: Columns,
  failed: ArrayLike<number>,
  options: RiskHeadOptions = {},
): Generator<number, RiskHeadOutcome> {
  const { scale = SCALE, minimumRows = MINIMUM_ROWS, ...boosting } = options;
  for (const column of columns) checkCells(column);
  const rows = failed.length;
  const target = Uint8Array.from(failed, (mark) => (mark === 0 ? 0 : 1));
  const nothing = unlearnable(failed, minimumRows);
  if (nothing !== null) return nothing;
  const model = yield* trainBoosting(columns, target, {
    trees: 60,
    maximumDepth: 3,
    maximumLeaves: 8,
    l2: 1,
    minimumPerLeaf: Math.min(20, Math.max(5, Math.floor(rows / 50))),
    ...boosting,
    loss: 'logistic',
  });
  let lowest = Infinity;
  let highest = -Infinity;
  for (const raw of columns.length === 0 ? [model.base] : predictRaw(model, columns)) {
    lowest = Math.min(lowest, raw * scale);
    highest = Math.max(highest, raw * scale);
  }
  const { ensemble, largestDeviation } = exportTrees(model, scale);
  return { kind: 'trained', ensemble, model, largestDeviation, trainingRange: { lowest, highest } };
}

function checkCells(column: ArrayLike<number>): void {
  for (let row = 0; row < column.length; row++) {
    const value = column[row]!;
    if (!(Number.isInteger(value) && value >= 0 && value <= LARGEST_CELL)) {
      throw new RangeError(`${value} in row ${row} is not a scaled feature.`);
    }
  }
}
