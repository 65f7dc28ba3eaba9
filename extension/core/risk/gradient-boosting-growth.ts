import type { BoostedTree } from './gradient-boosting-model.ts';
import {
  fillHistogram,
  type GatheredRows,
  type HistogramLayout,
  subtractHistogram,
} from './gradient-boosting-histograms.ts';
import { bestSplit, type NodeSums, nodeValue, type Split, type SplitRules } from './gradient-boosting-splits.ts';

export interface GrowthRules extends SplitRules {
  readonly maximumLeaves: number;
  readonly maximumDepth: number;
  readonly learningRate: number;
}

/** What is kept from one tree to the next, so that growing allocates little. */
export interface Workspace {
  readonly layout: HistogramLayout;
  /** The rows in training, in an order that growing changes. */
  readonly rows: Int32Array;
  /** As long as `rows`. */
  readonly spare: Int32Array;
  readonly gathered: { readonly gradient: Float64Array; readonly packed: Float64Array };
  readonly histograms: Float64Array[];
}

interface GrowingNode extends NodeSums {
  readonly from: number;
  readonly to: number;
  readonly depth: number;
  /** Given back once it is split or can no longer be. */
  histogram: Float64Array | null;
  split: Split | null;
  children: readonly [GrowingNode, GrowingNode] | null;
}

/**
 * Grows one tree leaf-wise: of all leaves, the one whose best split gains most is split next (Shi 2007; Ke et al., NIPS
 * 2017), until there are enough leaves or no split gains. For a given number of leaves this lowers the loss more than
 * growing level by level; the depth has its own limit. The smaller child's histogram is filled from its rows, the
 * larger one's is the difference (exact here, see `GradientScale`).
 *
 * Monotone constraints: the children of a split on a constrained column may not cross the midpoint of their values, nor
 * may any of their descendants.
 *
 * @param gradient first derivatives per row of the table, in fixed point
 * @param packed counts and second derivatives per row
 * @param raw raw predictions per row; the tree's values are added for the rows in training
 */
export function growTree(
  workspace: Workspace,
  gradient: Float64Array,
  packed: Float64Array,
  rules: GrowthRules,
  raw: Float64Array,
): BoostedTree {
  const { rows } = workspace;
  const everything = { from: 0, to: rows.length, depth: 0, lower: -Infinity, upper: Infinity };
  let gradientSum = 0;
  let packedSum = 0;
  for (const row of rows) {
    gradientSum += gradient[row]!;
    packedSum += packed[row]!;
  }
  const root = growing(everything, gradientSum, packedSum);
  const gather = (from: number, to: number): GatheredRows => gatherRows(workspace, gradient, packed, from, to);
  if (canSplit(root, rules)) {
    root.histogram = takeHistogram(workspace);
    fillHistogram(root.histogram, workspace.layout.groups, gather(0, rows.length));
    findSplit(root, workspace, rules);
  }
  let leaves = 1;
  const open = [root];
  while (leaves < rules.maximumLeaves) {
    const chosen = mostGaining(open);
    if (chosen === null) break;
    const children = divide(chosen, chosen.split!, workspace, rules);
    chosen.children = children;
    open.splice(open.indexOf(chosen), 1, ...children);
    leaves++;
    if (leaves === rules.maximumLeaves) break;
    passHistograms(chosen, children, workspace, rules, gather);
  }
  for (const leaf of open) giveBack(leaf, workspace);
  return written(root, rules, rows, raw);
}

function growing(
  place: Pick<GrowingNode, 'from' | 'to' | 'depth' | 'lower' | 'upper'>,
  gradient: number,
  packed: number,
): GrowingNode {
  return { ...place, gradient, packed, histogram: null, split: null, children: null };
}

function canSplit(node: GrowingNode, rules: GrowthRules): boolean {
  return node.depth < rules.maximumDepth && node.to - node.from >= 2 * rules.minimumPerLeaf;
}

function mostGaining(open: readonly GrowingNode[]): GrowingNode | null {
  let most: GrowingNode | null = null;
  for (const node of open) {
    if (node.split !== null && (most === null || node.split.gain > most.split!.gain)) most = node;
  }
  return most;
}

function findSplit(node: GrowingNode, workspace: Workspace, rules: GrowthRules): void {
  node.split = bestSplit(node.histogram!, workspace.layout.columns, node, rules);
  if (node.split === null) giveBack(node, workspace);
}

function takeHistogram(workspace: Workspace): Float64Array {
  return workspace.histograms.pop() ?? new Float64Array(workspace.layout.length);
}

function giveBack(node: GrowingNode, workspace: Workspace): void {
  if (node.histogram !== null) workspace.histograms.push(node.histogram);
  node.histogram = null;
}

function gatherRows(
  { rows, gathered }: Workspace,
  gradient: Float64Array,
  packed: Float64Array,
  from: number,
  to: number,
): GatheredRows {
  const part = rows.subarray(from, to);
  for (let at = 0; at < part.length; at++) {
    const row = part[at]!;
    gathered.gradient[at] = gradient[row]!;
    gathered.packed[at] = packed[row]!;
  }
  return { rows: part, gradient: gathered.gradient, packed: gathered.packed };
}

/** Sorts the node's rows into those of its two children. */
function divide(
  node: GrowingNode,
  split: Split,
  workspace: Workspace,
  rules: GrowthRules,
): readonly [GrowingNode, GrowingNode] {
  const { rows, spare } = workspace;
  const { bins, missing } = split.column;
  let first = node.from;
  let second = 0;
  for (let at = node.from; at < node.to; at++) {
    const row = rows[at]!;
    const bin = bins[row]!;
    if (bin === missing ? split.isMissingFirst : bin <= split.bin) rows[first++] = row;
    else spare[second++] = row;
  }
  rows.set(spare.subarray(0, second), first);
  const depth = node.depth + 1;
  const { lower, upper } = node;
  const firstSums = { gradient: split.firstGradient, packed: split.firstPacked, lower, upper };
  const secondSums = {
    gradient: node.gradient - split.firstGradient,
    packed: node.packed - split.firstPacked,
    lower,
    upper,
  };
  const sign = rules.monotone?.[split.column.feature] ?? 0;
  const middle = sign === 0 ? 0 : (nodeValue(firstSums, rules) + nodeValue(secondSums, rules)) / 2;
  const below = { lower, upper: sign === 0 ? upper : middle };
  const above = { lower: sign === 0 ? lower : middle, upper };
  return [
    growing({ from: node.from, to: first, depth, ...(sign < 0 ? above : below) }, firstSums.gradient, firstSums.packed),
    growing({ from: first, to: node.to, depth, ...(sign < 0 ? below : above) }, secondSums.gradient, secondSums.packed),
  ];
}

/** Gives the children that can be split further their histograms and best splits. */
function passHistograms(
  parent: GrowingNode,
  children: readonly [GrowingNode, GrowingNode],
  workspace: Workspace,
  rules: GrowthRules,
  gather: (from: number, to: number) => GatheredRows,
): void {
  const [first, second] = children;
  const isFirstSmaller = first.to - first.from <= second.to - second.from;
  const smaller = isFirstSmaller ? first : second;
  const larger = isFirstSmaller ? second : first;
  if (!canSplit(larger, rules)) {
    giveBack(parent, workspace);
    return;
  }
  smaller.histogram = takeHistogram(workspace);
  fillHistogram(smaller.histogram, workspace.layout.groups, gather(smaller.from, smaller.to));
  larger.histogram = parent.histogram;
  parent.histogram = null;
  subtractHistogram(larger.histogram!, smaller.histogram);
  findSplit(larger, workspace, rules);
  if (canSplit(smaller, rules)) findSplit(smaller, workspace, rules);
  else giveBack(smaller, workspace);
}

/** The tree in preorder; its leaves' values are added to the raw predictions of their rows. */
function written(root: GrowingNode, rules: GrowthRules, rows: Int32Array, raw: Float64Array): BoostedTree {
  const feature: number[] = [];
  const threshold: number[] = [];
  const isMissingFirst: number[] = [];
  const second: number[] = [];
  const value: number[] = [];
  const write = (node: GrowingNode): void => {
    const at = feature.length;
    const { children, split } = node;
    if (children === null || split === null) {
      const amount = rules.learningRate * nodeValue(node, rules);
      feature.push(-1);
      threshold.push(0);
      isMissingFirst.push(0);
      second.push(0);
      value.push(amount);
      for (let place = node.from; place < node.to; place++) raw[rows[place]!] = raw[rows[place]!]! + amount;
      return;
    }
    const { column, bin } = split;
    feature.push(column.feature);
    // Above the last cut there are no numbers: only missing values go second.
    threshold.push(column.cuts[bin] ?? Infinity);
    isMissingFirst.push(isMissingFirstOf(split, children, rules) ? 1 : 0);
    second.push(0);
    value.push(0);
    write(children[0]);
    second[at] = feature.length;
    write(children[1]);
  };
  write(root);
  return {
    feature: Int32Array.from(feature),
    threshold: Float64Array.from(threshold),
    isMissingFirst: Uint8Array.from(isMissingFirst),
    second: Int32Array.from(second),
    value: Float64Array.from(value),
  };
}

/**
 * The side that missing values took in training. Where none came to this node there is nothing to go by, and a missing
 * value goes to the child with the greater value: the one that predicts failure rather than success.
 */
function isMissingFirstOf(
  split: Split,
  [first, second]: readonly [GrowingNode, GrowingNode],
  rules: GrowthRules,
): boolean {
  if (split.sawMissing) return split.isMissingFirst;
  return nodeValue(first, rules) > nodeValue(second, rules);
}
