import { LARGEST_CELL } from '../certificate.ts';
import type { BoostedModel, BoostedTree } from './gradient-boosting-model.ts';
import type { ScoreTree, TreeEnsemble } from './risk-head.ts';

export interface TreeExport {
  readonly ensemble: TreeEnsemble;
  /**
   * No feature vector of integers has a score further than this from `scale` × the model's raw prediction: the largest
   * rounding of a leaf, summed over the trees, and that of the base. In steps of 1/scale log-odds.
   */
  readonly largestDeviation: number;
}

/**
 * The model in integers. For integer features nothing but the leaves is rounded: value ≤ t and value ≤ ⌊t⌋ are the
 * same condition, so every feature vector reaches the same leaves. Leaf values and base become round-half-up(value ×
 * scale). Trees of a single leaf are added to the base.
 *
 * The sides for missing values are left out: scaled features are always there.
 *
 * @param model trained on integers in [0, 2^40), the certificate's scaled features, at most 32 of them
 * @param scale steps per unit of raw prediction, a positive integer
 * @throws RangeError where a number does not fit a certificate: more than 32 columns, or values beyond 2^40 steps
 */
export function exportTrees(model: BoostedModel, scale: number): TreeExport {
  if (!(Number.isInteger(scale) && scale > 0 && scale <= LARGEST_CELL)) {
    throw new RangeError(`The scale of a score must be a positive integer, not ${scale}.`);
  }
  if (model.columns > 32) throw new RangeError(`A certificate holds 32 features, not ${model.columns}.`);
  const exact = { base: model.base * scale };
  const base = { steps: rounded(exact.base) };
  let largestDeviation = Math.abs(base.steps - exact.base);
  const trees: ScoreTree[] = [];
  for (const tree of model.trees) {
    let largest = 0;
    const number = Array.from(tree.feature, (feature, node) => {
      if (feature >= 0) return wholeThreshold(tree, node);
      const steps = rounded(tree.value[node]! * scale);
      largest = Math.max(largest, Math.abs(steps - tree.value[node]! * scale));
      return steps;
    });
    largestDeviation += largest;
    if (number.length === 1) base.steps += number[0]!;
    else trees.push({ feature: Array.from(tree.feature), number });
  }
  return { ensemble: { kind: 'trees', scale, base: base.steps, trees }, largestDeviation };
}

function rounded(value: number): number {
  const steps = Math.floor(value + 0.5);
  // NaN fails the comparison and is refused as well.
  if (!(Math.abs(steps) <= LARGEST_CELL)) throw new RangeError(`A leaf of ${value} steps does not fit a certificate.`);
  // −0 would be written as 0 and compare as different.
  return steps === 0 ? 0 : steps;
}

/** No feature exceeds the largest cell, so neither need a threshold: Infinity separates missing values only. */
function wholeThreshold(tree: BoostedTree, node: number): number {
  const threshold = Math.floor(Math.min(tree.threshold[node]!, LARGEST_CELL));
  if (!(threshold >= 0)) throw new RangeError('A threshold below 0 does not come from scaled features.');
  return threshold;
}
