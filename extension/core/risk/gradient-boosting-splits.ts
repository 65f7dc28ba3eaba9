import type { GradientScale, HistogramColumn } from './gradient-boosting-histograms.ts';

/** Sums over the rows of a node, in fixed point, and the interval that monotone constraints leave for its value. */
export interface NodeSums {
  readonly gradient: number;
  readonly packed: number;
  readonly lower: number;
  readonly upper: number;
}

export interface SplitRules {
  readonly scale: GradientScale;
  readonly l2: number;
  readonly minimumPerLeaf: number;
  readonly minimumCurvature: number;
  /** One sign per table column; null where no column is constrained. */
  readonly monotone: readonly number[] | null;
}

export interface Split {
  readonly column: HistogramColumn;
  /** Bins up to this one go to the first child. */
  readonly bin: number;
  /** Whether a missing value came to the node; if not, `isMissingFirst` means nothing. */
  readonly sawMissing: boolean;
  readonly isMissingFirst: boolean;
  /** Of twice the loss, in steps that are the same for all nodes of a tree. */
  readonly gain: number;
  readonly firstGradient: number;
  readonly firstPacked: number;
}

function curvatureOf(packed: number, { countUnit, curvatureSteps }: GradientScale): number {
  return (packed - Math.floor(packed / countUnit) * countUnit) / curvatureSteps;
}

/**
 * Value of a node, −G/(H + λ) (Chen & Guestrin, KDD 2016, equation 5), moved into the node's interval; 0 for a node
 * without curvature and penalty.
 */
export function nodeValue(sums: NodeSums, rules: SplitRules): number {
  const weight = curvatureOf(sums.packed, rules.scale) + rules.l2;
  return weight > 0 ? clamp(-(sums.gradient / rules.scale.gradientSteps) / weight, sums.lower, sums.upper) : 0;
}

function clamp(value: number, lower: number, upper: number): number {
  return Math.min(Math.max(value, lower), upper);
}

/**
 * The split with the greatest gain G₁²/(H₁ + λ) + G₂²/(H₂ + λ) − G²/(H + λ) (Chen & Guestrin 2016, equation 7, without
 * its factor 1/2) among all columns, bins and both sides for missing values; null where none is positive. With monotone
 * constraints values are clamped to the node's interval, the gain is that of the clamped values, and a split whose
 * values are in the wrong order is none. Equal gains: the lowest column, then missing values second, then the lowest
 * bin.
 */
export function bestSplit(
  histogram: Float64Array,
  columns: readonly HistogramColumn[],
  node: NodeSums,
  rules: SplitRules,
): Split | null {
  const search = new SplitSearch(histogram, node, rules);
  for (const column of columns) {
    const sawMissing = column.hasMissing && histogram[column.offset + 2 * column.missing + 1]! > 0;
    search.scan(column, sawMissing, false);
    if (sawMissing) search.scan(column, sawMissing, true);
  }
  return search.best;
}

/**
 * The state of one node's search; a class so that its hot loop reads plain fields. All sums stay in steps of the fixed
 * point, which are powers of two: gains come out in steps as well, and compare as they would in units.
 */
class SplitSearch {
  best: Split | null = null;
  /** What the undivided node takes from twice the loss. */
  private readonly parent: number;
  private readonly l2: number;
  private readonly lower: number;
  private readonly upper: number;

  constructor(
    private readonly histogram: Float64Array,
    private readonly node: NodeSums,
    private readonly rules: SplitRules,
  ) {
    const { countUnit, curvatureSteps, gradientSteps } = rules.scale;
    this.l2 = rules.l2 * curvatureSteps;
    this.lower = node.lower * (gradientSteps / curvatureSteps);
    this.upper = node.upper * (gradientSteps / curvatureSteps);
    const weight = node.packed - Math.floor(node.packed / countUnit) * countUnit + this.l2;
    this.parent =
      rules.monotone === null
        ? (node.gradient * node.gradient) / weight
        : reduction(node.gradient, weight, clamp(-node.gradient / weight, this.lower, this.upper));
  }

  scan(column: HistogramColumn, sawMissing: boolean, isMissingFirst: boolean): void {
    const { histogram, node, rules, l2 } = this;
    const { countUnit } = rules.scale;
    const perCount = 1 / countUnit;
    const allGradient = node.gradient;
    const allPacked = node.packed;
    const allCount = Math.floor(allPacked * perCount);
    const smallestCount = rules.minimumPerLeaf;
    const largestCount = allCount - smallestCount;
    const smallestCurvature = rules.minimumCurvature * rules.scale.curvatureSteps;
    const isFree = rules.monotone === null;
    const sign = rules.monotone?.[column.feature] ?? 0;
    const { offset, missing } = column;
    // All numbers may go first where missing values are left for the second child.
    const end = offset + 2 * (missing - (sawMissing && !isMissingFirst ? 0 : 1));
    let gradient = isMissingFirst ? histogram[offset + 2 * missing]! : 0;
    let packed = isMissingFirst ? histogram[offset + 2 * missing + 1]! : 0;
    let score = this.parent + (this.best === null ? 0 : this.best.gain);
    let bestPlace = -1;
    let bestGradient = 0;
    let bestPacked = 0;
    for (let place = offset; place < end; place += 2) {
      const step = histogram[place + 1]!;
      // An empty bin gives the split before it once more.
      if (step === 0) continue;
      gradient += histogram[place]!;
      packed += step;
      const count = Math.floor(packed * perCount);
      if (count < smallestCount) continue;
      if (count > largestCount) break;
      const curvature = packed - count * countUnit;
      const restCurvature = allPacked - packed - (allCount - count) * countUnit;
      if (curvature < smallestCurvature) continue;
      if (restCurvature < smallestCurvature) break;
      const rest = allGradient - gradient;
      const weight = curvature + l2;
      const restWeight = restCurvature + l2;
      if (isFree) {
        // G₁²/W₁ + G₂²/W₂ > score without a division, which is left for the few candidates.
        const isCandidate = gradient * gradient * restWeight + rest * rest * weight > score * (weight * restWeight);
        if (!isCandidate) continue;
      }
      const reached = isFree
        ? (gradient * gradient) / weight + (rest * rest) / restWeight
        : this.constrainedScore(gradient, weight, rest, restWeight, sign);
      if (reached > score) {
        score = reached;
        bestPlace = place;
        bestGradient = gradient;
        bestPacked = packed;
      }
    }
    if (bestPlace < 0) return;
    this.best = {
      column,
      bin: (bestPlace - offset) / 2,
      sawMissing,
      isMissingFirst,
      gain: score - this.parent,
      firstGradient: bestGradient,
      firstPacked: bestPacked,
    };
  }

  private constrainedScore(first: number, weight: number, second: number, restWeight: number, sign: number): number {
    const firstValue = clamp(-first / weight, this.lower, this.upper);
    const secondValue = clamp(-second / restWeight, this.lower, this.upper);
    if (sign * (secondValue - firstValue) < 0) return -Infinity;
    return reduction(first, weight, firstValue) + reduction(second, restWeight, secondValue);
  }
}

/** −2 (G v + (H + λ) v²/2): what a node of value v takes from twice the loss. At v = −G/(H + λ) it is G²/(H + λ). */
function reduction(gradient: number, weight: number, value: number): number {
  return -(2 * gradient * value + weight * value * value);
}
