import type { Box, Interval } from '../certificate.ts';
import type { TreeEnsemble } from './risk-head.ts';
import type { PartBound } from './universal-search.ts';

/** A tree ensemble made ready to be evaluated at points and bounded on boxes, as `PCM.TreeBounds` defines it. */
export interface ScoreTrees {
  /** The score of a point of whole coordinates. */
  readonly score: (point: readonly number[]) => number;
  /** The sum over the trees of the greatest leaf that a point of the box can reach. */
  readonly upper: (box: Box) => number;
  /** What a search for a partition needs to know of a part. */
  readonly examine: (box: Box) => PartBound;
}

export type ScoreTreesOutcome =
  { readonly kind: 'ready'; readonly trees: ScoreTrees } | { readonly kind: 'malformed'; readonly reason: string };

type Node = { readonly kind: 'leaf'; readonly score: number } | Test;
interface Test {
  readonly kind: 'test';
  readonly feature: number;
  readonly threshold: number;
  readonly below: Node;
  readonly above: Node;
}

/** A threshold that parts a box, and how much it matters. */
interface Weighed {
  readonly feature: number;
  readonly last: number;
  readonly weight: number;
}

/** Thresholds for which both halves of a part are bounded. */
const CUTS_TRIED = 12;

/** Parts up to this number of points' worth of work are searched along every feature for a higher point. */
const MOST_ASCENTS = 64;

/** Reads the trees of an ensemble over so many features; malformed where a preorder does not end with its tree. */
export function prepareTrees(ensemble: TreeEnsemble, features: number): ScoreTreesOutcome {
  const roots: Node[] = [];
  for (const [index, { feature, number }] of ensemble.trees.entries()) {
    if (feature.length !== number.length)
      return { kind: 'malformed', reason: `the columns of tree ${index} differ in length` };
    if (feature.some((tested, node) => tested >= 0 && number[node]! < 0))
      return { kind: 'malformed', reason: `tree ${index} has a threshold below 0, which no value of a feature is` };
    if (feature.some((tested) => tested >= features))
      return { kind: 'malformed', reason: `tree ${index} tests a feature that is not there` };
    const root = readTree(feature, number);
    if (root === null) return { kind: 'malformed', reason: `the nodes of tree ${index} are not one tree` };
    if (hasDecidedTest(root)) {
      return { kind: 'malformed', reason: `tree ${index} tests something that a test above has decided already` };
    }
    roots.push(root);
  }
  const { base } = ensemble;
  const score = (point: readonly number[]): number => roots.reduce((sum, root) => sum + evaluate(root, point), base);
  const steps = stepsOf(roots, features);
  let ascents = 0;
  return {
    kind: 'ready',
    trees: {
      score,
      upper: (box) => roots.reduce((sum, root) => sum + greatest(root, [...box]), base),
      examine: (box) => {
        const weights = new Map<string, Weighed>();
        const upper = roots.reduce((sum, root) => sum + weigh(root, [...box], weights), base);
        const middle = box.map(({ lower, upper: end }) => lower + Math.floor((end - lower) / 2));
        const point = ascents++ < MOST_ASCENTS ? climbed(middle, box, steps, score) : middle;
        const cut = sharpestCut(roots, box, weights.values());
        return {
          upper,
          point,
          score: score(point),
          cut: cut === null ? null : { feature: cut.feature, last: cut.last },
        };
      },
    },
  };
}

/**
 * Of the thresholds that make the greatest difference to single trees, the one whose two halves have bounds that are both
 * far below that of the whole: the greatest product of the two differences. This takes a fifth of the parts that the
 * greatest difference alone would.
 */
function sharpestCut(roots: readonly Node[], box: Box, weights: Iterable<Weighed>): Weighed | null {
  const candidates = [...weights].sort((a, b) => b.weight - a.weight).slice(0, CUTS_TRIED);
  const whole = [...box];
  const before = roots.map((root) => greatest(root, whole));
  let sharpest: Weighed | null = null;
  let most = 0;
  for (const candidate of candidates) {
    const { feature, last } = candidate;
    const { lower, upper } = box[feature]!;
    const gain = (half: Interval): number => {
      const part = [...box];
      part[feature] = half;
      // One is added so that the other half's gain counts where this one has none.
      return roots.reduce((sum, root, r) => sum + before[r]! - greatest(root, part), 1);
    };
    const product = gain({ lower, upper: last }) * gain({ lower: last + 1, upper });
    if (product > most) [most, sharpest] = [product, candidate];
  }
  return sharpest;
}

/** Nodes in preorder as a tree; null if they end too early or too late. Without recursion: a path may be long. */
function readTree(feature: readonly number[], number: readonly number[]): Node | null {
  const read: Node[] = [];
  for (let i = feature.length - 1; i >= 0; i--) {
    if (feature[i]! < 0) {
      read.push({ kind: 'leaf', score: number[i]! });
      continue;
    }
    const below = read.pop();
    const above = read.pop();
    if (below === undefined || above === undefined) return null;
    read.push({ kind: 'test', feature: feature[i]!, threshold: number[i]!, below, above });
  }
  return read.length === 1 ? read[0]! : null;
}

/**
 * Whether some leaf can be reached by no point at all. Lean's lanes (PCM.TreeLanes) strike leaves by one test at a time and
 * would count such a leaf, so that they would bound the tree less sharply than {@link greatest}.
 */
function hasDecidedTest(root: Node): boolean {
  type Range = Readonly<Record<number, Interval>>;
  const stack: { readonly node: Node; readonly ranges: Range }[] = [{ node: root, ranges: {} }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { node, ranges } = top;
    if (node.kind === 'leaf') continue;
    const { lower, upper } = ranges[node.feature] ?? { lower: 0, upper: Infinity };
    if (node.threshold < lower || node.threshold >= upper) return true;
    const within = (range: Interval): Range => ({ ...ranges, [node.feature]: range });
    stack.push({ node: node.below, ranges: within({ lower, upper: node.threshold }) });
    stack.push({ node: node.above, ranges: within({ lower: node.threshold + 1, upper }) });
  }
  return false;
}

function evaluate(root: Node, point: readonly number[]): number {
  let node = root;
  while (node.kind === 'test') node = point[node.feature]! <= node.threshold ? node.below : node.above;
  return node.score;
}

/** The greatest leaf that a point of the box can reach; `box` is changed on the way and put back. */
function greatest(node: Node, box: Interval[]): number {
  if (node.kind === 'leaf') return node.score;
  const { feature, threshold } = node;
  const whole = box[feature]!;
  if (whole.upper <= threshold) return greatest(node.below, box);
  if (threshold < whole.lower) return greatest(node.above, box);
  box[feature] = { lower: whole.lower, upper: threshold };
  const below = greatest(node.below, box);
  box[feature] = { lower: threshold + 1, upper: whole.upper };
  const above = greatest(node.above, box);
  box[feature] = whole;
  return Math.max(below, above);
}

/** The same, and for every threshold that parts the box the difference that it makes, summed over the tests. */
function weigh(node: Node, box: Interval[], weights: Map<string, Weighed>): number {
  if (node.kind === 'leaf') return node.score;
  const { feature, threshold } = node;
  const whole = box[feature]!;
  if (whole.upper <= threshold) return weigh(node.below, box, weights);
  if (threshold < whole.lower) return weigh(node.above, box, weights);
  box[feature] = { lower: whole.lower, upper: threshold };
  const below = weigh(node.below, box, weights);
  box[feature] = { lower: threshold + 1, upper: whole.upper };
  const above = weigh(node.above, box, weights);
  box[feature] = whole;
  const key = `${feature} ${threshold}`;
  const before = weights.get(key)?.weight ?? 0;
  weights.set(key, { feature, last: threshold, weight: before + Math.abs(below - above) });
  return Math.max(below, above);
}

/** Per feature, the least value of every range within which no test tells two values apart, ascending. */
function stepsOf(roots: readonly Node[], features: number): number[][] {
  const steps = Array.from({ length: features }, () => new Set<number>());
  const stack = [...roots];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.kind === 'leaf') continue;
    steps[node.feature]!.add(node.threshold + 1);
    stack.push(node.below, node.above);
  }
  return steps.map((values) => [...values].sort((a, b) => a - b));
}

/** Climbs along one feature after the other, once. */
function climbed(
  start: readonly number[],
  box: Box,
  steps: readonly number[][],
  score: (point: readonly number[]) => number,
): number[] {
  const point = [...start];
  let best = score(point);
  for (const [f, { lower, upper }] of box.entries()) {
    let kept = point[f]!;
    for (const value of [lower, ...steps[f]!.filter((step) => step > lower && step <= upper)]) {
      point[f] = value;
      const found = score(point);
      if (found > best) [best, kept] = [found, value];
    }
    point[f] = kept;
  }
  return point;
}
