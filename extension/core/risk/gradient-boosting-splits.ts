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

/** −2 (G v + (H + λ) v²/2): what a node of value v takes from twice the loss. At v = −G/(H + λ) it is G²/(H + λ). */
function reduction(gradient: number, weight: number, value: number): number {
  return -(2 * gradient * value + weight * value * value);
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

/** The state of one node's search; a class so that its hot loop reads plain fields. */
class SplitSearch {
  best: Split | null = null;
  private readonly parent: number;

  constructor(
    private readonly histogram: Float64Array,
    private readonly node: NodeSums,
    private readonly rules: SplitRules,
  ) {
    const gradient = node.gradient / rules.scale.gradientSteps;
    const weight = curvatureOf(node.packed, rules.scale) + rules.l2;
    this.parent =
      rules.monotone === null
        ? (gradient * gradient) / weight
        : reduction(gradient, weight, clamp(-gradient / weight, node.lower, node.upper));
  }

  scan(column: HistogramColumn, sawMissing: boolean, isMissingFirst: boolean): void {
    const { histogram, node, rules } = this;
    const { scale, l2, minimumPerLeaf, minimumCurvature } = rules;
    const { countUnit } = scale;
    const perCount = 1 / countUnit;
    const perCurvature = 1 / scale.curvatureSteps;
    const perGradient = 1 / scale.gradientSteps;
    const sign = rules.monotone === null ? 0 : rules.monotone[column.feature]!;
    const { offset, missing } = column;
    // All numbers may go first where missing values are left for the second child.
    const last = missing - (sawMissing && !isMissingFirst ? 1 : 2);
    let gradient = isMissingFirst ? histogram[offset + 2 * missing]! : 0;
    let packed = isMissingFirst ? histogram[offset + 2 * missing + 1]! : 0;
    let bestBin = -1;
    let bestGain = this.best === null ? 0 : this.best.gain;
    let bestGradient = 0;
    let bestPacked = 0;
    for (let bin = 0; bin <= last; bin++) {
      const step = histogram[offset + 2 * bin + 1]!;
      // An empty bin gives the split before it once more.
      if (step === 0) continue;
      gradient += histogram[offset + 2 * bin]!;
      packed += step;
      const count = Math.floor(packed * perCount);
      if (count < minimumPerLeaf) continue;
      const rest = node.packed - packed;
      const restCount = Math.floor(rest * perCount);
      if (restCount < minimumPerLeaf) break;
      const curvature = (packed - count * countUnit) * perCurvature;
      const restCurvature = (rest - restCount * countUnit) * perCurvature;
      if (curvature < minimumCurvature) continue;
      if (restCurvature < minimumCurvature) break;
      const first = gradient * perGradient;
      const second = (node.gradient - gradient) * perGradient;
      const gain =
        rules.monotone === null
          ? (first * first) / (curvature + l2) + (second * second) / (restCurvature + l2) - this.parent
          : this.constrainedGain(first, curvature + l2, second, restCurvature + l2, sign);
      if (gain > bestGain) {
        bestGain = gain;
        bestBin = bin;
        bestGradient = gradient;
        bestPacked = packed;
      }
    }
    if (bestBin < 0) return;
    this.best = {
      column,
      bin: bestBin,
      sawMissing,
      isMissingFirst,
      gain: bestGain,
      firstGradient: bestGradient,
      firstPacked: bestPacked,
    };
  }

  private constrainedGain(first: number, weight: number, second: number, restWeight: number, sign: number): number {
    const { lower, upper } = this.node;
    const firstValue = clamp(-first / weight, lower, upper);
    const secondValue = clamp(-second / restWeight, lower, upper);
    if (sign * (secondValue - firstValue) < 0) return 0;
    return reduction(first, weight, firstValue) + reduction(second, restWeight, secondValue) - this.parent;
  }
}
