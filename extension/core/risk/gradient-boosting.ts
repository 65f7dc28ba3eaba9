import { binColumns } from './gradient-boosting-bins.ts';
import { growTree, type GrowthRules, type Workspace } from './gradient-boosting-growth.ts';
import { gradientScale, histogramLayout } from './gradient-boosting-histograms.ts';
import { logisticLoss, squaredErrorLoss } from './gradient-boosting-loss.ts';
import { addTree, type BoostedModel, type BoostedTree } from './gradient-boosting-model.ts';
import {
  type BoostingOptions,
  checkBoostingInput,
  type Columns,
  defaultBoosting,
} from './gradient-boosting-options.ts';

/**
 * Gradient-boosted trees on histograms: trees fitted one after another to the first and second derivatives of the loss
 * (Friedman, Annals of Statistics 29, 1189, 2001; Chen & Guestrin, KDD 2016), with columns cut into at most 255 bins
 * and leaf-wise growth (Ke et al., NIPS 2017). Missing values (NaN) go to the side that was learned for them at each test;
 * where none were seen, to the side with the greater prediction.
 *
 * Exactly reproducible: there is no randomness, elementary functions are this project's own, and derivatives are
 * rounded to a fixed point in which every sum is exact. So the model does not depend on the order of rows at all, to
 * the last bit; of equally good splits the one of the first column is taken, so it may depend on the order of columns.
 *
 * Where all targets are equal the logistic model is a constant: (k + 1/2) to (n − k + 1/2), without trees that could
 * say more.
 *
 * Yields progress in [0, 1].
 *
 * @param columns one array per feature; NaN is a missing value, infinities are the outermost values
 * @param target one number per row: 0 or 1 for the logistic loss
 * @param options what to change of `defaultBoosting`
 * @see sklearn.ensemble.HistGradientBoostingClassifier
 */
export function* trainBoosting(
  columns: Columns,
  target: ArrayLike<number>,
  options: Partial<BoostingOptions> = {},
): Generator<number, BoostedModel> {
  const chosen: BoostingOptions = { ...defaultBoosting, ...options };
  checkBoostingInput(columns, target, chosen);
  const loss = chosen.loss === 'logistic' ? logisticLoss : squaredErrorLoss;
  const heldOut = chosen.earlyStopping?.heldOut;
  const inTraining = rowsWhere(target.length, (row) => heldOut === undefined || heldOut[row] === 0);
  const watched = rowsWhere(target.length, (row) => heldOut !== undefined && heldOut[row] !== 0);
  const base = loss.base(target, inTraining);
  const model = (trees: readonly BoostedTree[]): BoostedModel => ({
    loss: chosen.loss,
    columns: columns.length,
    base,
    trees,
  });
  if (inTraining.every((row) => target[row] === target[inTraining[0]!])) return model([]);

  const table = columns.map((column) => (column instanceof Float64Array ? column : Float64Array.from(column)));
  const steps = columns.length + chosen.trees;
  const binning = binColumns(table, inTraining, chosen.maximumBins);
  let binned = binning.next();
  for (; binned.done !== true; binned = binning.next()) yield (binned.value * columns.length) / steps;
  const layout = histogramLayout(binned.value);

  const size = inTraining.length;
  const workspace: Workspace = {
    layout,
    rows: new Int32Array(size),
    spare: new Int32Array(size),
    gathered: { gradient: new Float64Array(size), packed: new Float64Array(size) },
    histograms: [],
  };
  const raw = new Float64Array(target.length).fill(base);
  const gradient = new Float64Array(target.length);
  const packed = new Float64Array(target.length);
  const monotone = chosen.monotone.some((sign) => sign !== 0) ? chosen.monotone : null;
  const trees: BoostedTree[] = [];
  let best = { trees: 0, loss: loss.mean(raw, target, watched) };
  while (trees.length < chosen.trees && layout.columns.length > 0) {
    const scale = gradientScale(size, loss.largestGradient(raw, target, inTraining));
    loss.derivatives(raw, target, inTraining, scale, gradient, packed);
    // Ascending rows keep the first, largest passes over the columns in memory order.
    workspace.rows.set(inTraining);
    const rules: GrowthRules = { ...chosen, scale, monotone };
    const tree = growTree(workspace, gradient, packed, rules, raw);
    if (tree.feature.length === 1) break;
    trees.push(tree);
    if (chosen.earlyStopping !== null) {
      addTree(tree, table, watched, raw);
      const meanLoss = loss.mean(raw, target, watched);
      if (meanLoss < best.loss) best = { trees: trees.length, loss: meanLoss };
      else if (trees.length - best.trees >= chosen.earlyStopping.patience) break;
    }
    yield (columns.length + trees.length) / steps;
  }
  return model(chosen.earlyStopping === null ? trees : trees.slice(0, best.trees));
}

function rowsWhere(size: number, holds: (row: number) => boolean): Int32Array {
  return new Int32Array(size).map((_, row) => row).filter(holds);
}
