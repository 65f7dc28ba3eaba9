import { log } from '../statistics/elementary.ts';
import { quickLogistic, softplus } from './logistic-function.ts';
import type { GradientScale } from './gradient-boosting-histograms.ts';

/**
 * A loss with its derivatives by the raw prediction F.
 *
 * Logistic: L = ln(1 + e^F) − y F, L′ = p − y, L″ = p (1 − p) with p = 1/(1 + e^−F); the start is ln(Σy / Σ(1 − y))
 * (Friedman, Annals of Statistics 29, 1189, 2001, section 4.5, there with F/2 for F).
 * Squared error: L = (F − y)²/2, L′ = F − y, L″ = 1; the start is the mean.
 */
export interface BoostingLoss {
  /** The constant that minimises the loss over the rows. */
  readonly base: (target: ArrayLike<number>, rows: Int32Array) => number;
  /** Bound of |L′| over the rows: what the fixed point must hold. */
  readonly largestGradient: (raw: Float64Array, target: ArrayLike<number>, rows: Int32Array) => number;
  /** Writes first derivatives, and packed counts and second derivatives, in fixed point, per row. */
  readonly derivatives: (
    raw: Float64Array,
    target: ArrayLike<number>,
    rows: Int32Array,
    scale: GradientScale,
    gradient: Float64Array,
    packed: Float64Array,
  ) => void;
  /** Mean loss over the rows. */
  readonly mean: (raw: Float64Array, target: ArrayLike<number>, rows: Int32Array) => number;
}

export const logisticLoss: BoostingLoss = {
  base: (target, rows) => {
    let ones = 0;
    for (const row of rows) ones += target[row]!;
    const zeros = rows.length - ones;
    // Of a single class the optimum is infinite: half a row of the other keeps it finite.
    return ones === 0 || zeros === 0 ? log((ones + 0.5) / (zeros + 0.5)) : log(ones / zeros);
  },
  largestGradient: () => 1,
  derivatives: (raw, target, rows, { gradientSteps, curvatureSteps, countUnit }, gradient, packed) => {
    for (const row of rows) {
      const p = quickLogistic(raw[row]!);
      gradient[row] = Math.floor((p - target[row]!) * gradientSteps + 0.5);
      packed[row] = countUnit + Math.floor(p * (1 - p) * curvatureSteps + 0.5);
    }
  },
  mean: (raw, target, rows) =>
    orderlessMean(Float64Array.from(rows, (row) => softplus(target[row] === 1 ? -raw[row]! : raw[row]!))),
};

export const squaredErrorLoss: BoostingLoss = {
  base: (target, rows) => orderlessMean(Float64Array.from(rows, (row) => target[row]!)),
  largestGradient: (raw, target, rows) => {
    let largest = 0;
    for (const row of rows) largest = Math.max(largest, Math.abs(raw[row]! - target[row]!));
    return largest;
  },
  derivatives: (raw, target, rows, { gradientSteps, curvatureSteps, countUnit }, gradient, packed) => {
    for (const row of rows) {
      gradient[row] = Math.floor((raw[row]! - target[row]!) * gradientSteps + 0.5);
      packed[row] = countUnit + curvatureSteps;
    }
  },
  mean: (raw, target, rows) =>
    orderlessMean(
      Float64Array.from(rows, (row) => {
        const error = raw[row]! - target[row]!;
        return (error * error) / 2;
      }),
    ),
};

/** The mean of numbers added in ascending order: it does not depend on the order they come in. Sorts them in place. */
function orderlessMean(values: Float64Array): number {
  let sum = 0;
  for (const value of values.sort()) sum += value;
  return sum / values.length;
}
