/** A table as its columns: one array per feature, all of one length. */
export type Columns = readonly ArrayLike<number>[];

/** Rows kept out of training on which the loss is watched. */
export interface EarlyStopping {
  /** 1 marks a row that is held out. Rows that belong together should be held out together: see grouped folds. */
  readonly heldOut: ArrayLike<number>;
  /** Training ends when this many trees in a row brought no new smallest loss; the trees after the best are dropped. */
  readonly patience: number;
}

export interface BoostingOptions {
  /** `logistic`: targets 0 or 1, raw predictions are log-odds of 1. `squared-error`: any finite targets. */
  readonly loss: 'logistic' | 'squared-error';
  readonly trees: number;
  /** Shrinkage of every tree (Friedman 2001, section 5), in (0, 1]. */
  readonly learningRate: number;
  /** Leaves per tree, 2 to 1024. */
  readonly maximumLeaves: number;
  /** Tests between root and leaf, at least 1. */
  readonly maximumDepth: number;
  /** Training rows per leaf, at least 1. */
  readonly minimumPerLeaf: number;
  /** λ of λ/2 Σ (leaf value)², at least 0. */
  readonly l2: number;
  /** Least sum of second derivatives in a leaf; keeps −G/(H + λ) finite without regularisation. */
  readonly minimumCurvature: number;
  /** Bins per feature for values that are not missing, 2 to 255. */
  readonly maximumBins: number;
  /** Per feature: +1 the prediction may not fall as the feature grows, −1 it may not rise, 0 free. Empty: all free. */
  readonly monotone: readonly number[];
  readonly earlyStopping: EarlyStopping | null;
}

/** As scikit-learn's HistGradientBoosting, with as many trees, but without early stopping. */
export const defaultBoosting: BoostingOptions = {
  loss: 'logistic',
  trees: 100,
  learningRate: 0.1,
  maximumLeaves: 31,
  maximumDepth: 64,
  minimumPerLeaf: 20,
  l2: 0,
  minimumCurvature: 1e-3,
  maximumBins: 255,
  monotone: [],
  earlyStopping: null,
};

/** Sums over this many rows are still exact: see `gradient-boosting-histograms.ts`. */
export const MOST_ROWS = 2 ** 20 - 1;
const MOST_COLUMNS = 4096;

function demand(holds: boolean, message: string): void {
  if (!holds) throw new RangeError(message);
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

/** Throws a RangeError where table, targets and options do not fit together: a bug of the caller. */
export function checkBoostingInput(columns: Columns, target: ArrayLike<number>, options: BoostingOptions): void {
  const rows = target.length;
  demand(isWhole(rows, 1, MOST_ROWS), `Boosting takes 1 to ${MOST_ROWS} rows, not ${rows}.`);
  demand(columns.length <= MOST_COLUMNS, `Boosting takes at most ${MOST_COLUMNS} columns.`);
  for (const column of columns) demand(column.length === rows, 'Every column needs one value per row.');
  for (let row = 0; row < rows; row++) {
    const value = target[row]!;
    const isFit = options.loss === 'logistic' ? value === 0 || value === 1 : Number.isFinite(value);
    demand(isFit, `Target ${value} in row ${row} does not suit the ${options.loss} loss.`);
  }
  demand(isWhole(options.trees, 0, 4096), 'The number of trees must lie between 0 and 4096.');
  demand(options.learningRate > 0 && options.learningRate <= 1, 'The learning rate must lie in (0, 1].');
  demand(isWhole(options.maximumLeaves, 2, 1024), 'A tree has 2 to 1024 leaves.');
  demand(isWhole(options.maximumDepth, 1, 1024), 'The depth of a tree must lie between 1 and 1024.');
  demand(isWhole(options.minimumPerLeaf, 1, MOST_ROWS), 'A leaf needs at least one row.');
  demand(options.l2 >= 0 && options.l2 < Infinity, 'The L2 penalty must be finite and not negative.');
  demand(options.minimumCurvature > 0, 'The least curvature must be positive.');
  demand(isWhole(options.maximumBins, 2, 255), 'The number of bins must lie between 2 and 255.');
  demand(
    options.monotone.length === 0 || options.monotone.length === columns.length,
    'Monotone constraints need one sign per column.',
  );
  demand(
    options.monotone.every((sign) => sign === 0 || sign === 1 || sign === -1),
    'A monotone constraint is −1, 0 or 1.',
  );
  const { earlyStopping } = options;
  if (earlyStopping === null) return;
  demand(isWhole(earlyStopping.patience, 1, 4096), 'The patience must be a positive number of trees.');
  demand(earlyStopping.heldOut.length === rows, 'Early stopping needs one mark per row.');
  const held = Array.from(earlyStopping.heldOut).filter((mark) => mark !== 0).length;
  demand(held > 0 && held < rows, 'Early stopping needs rows on both sides.');
}
