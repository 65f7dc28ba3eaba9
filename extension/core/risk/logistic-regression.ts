import { log } from '../statistics/elementary.ts';
import type { Columns } from './gradient-boosting-options.ts';
import { logisticFunction, softplus } from './logistic-function.ts';
import { solvePositiveDefinite } from './positive-definite.ts';

export interface LogisticModel {
  readonly intercept: number;
  /** Per column: log-odds per standard deviation. */
  readonly weights: Float64Array;
  /** Mean and standard deviation (divisor n) of each column over the values that are there; 0 and 1 for a constant. */
  readonly means: Float64Array;
  readonly deviations: Float64Array;
  /** Newton steps taken. */
  readonly steps: number;
  /** Whether the last step moved no weight by 1e-10. */
  readonly isConverged: boolean;
}

export interface LogisticOptions {
  /** λ > 0 of λ/2 Σ weight², in standardised units; the intercept is free. scikit-learn's C is 1/λ. */
  readonly l2: number;
  readonly mostSteps: number;
}

const defaults: LogisticOptions = { l2: 1, mostSteps: 100 };

/**
 * Logistic regression with an L2 penalty, on standardised columns, by Newton's method with step halving (iteratively
 * reweighted least squares; Hastie, Tibshirani & Friedman, The Elements of Statistical Learning, 2nd ed., section
 * 4.4.1). It minimises Σ ln(1 + e^F) − y F + λ/2 Σ w². The penalty keeps the weights finite where failures and passes can be separated
 * by a plane; where all rows are of one class the model is the constant (k + 1/2) to (n − k + 1/2).
 *
 * A value that is not finite counts as missing and stands at its column's mean. Sums run over rows in order: the same rows in
 * another order may change the last digits.
 *
 * @param columns one array per feature
 * @param failed anything but 0 is a failure
 * @see sklearn.linear_model.LogisticRegression behind a StandardScaler
 */
export function fitLogistic(
  columns: Columns,
  failed: ArrayLike<number>,
  options: Partial<LogisticOptions> = {},
): LogisticModel {
  const { l2, mostSteps } = { ...defaults, ...options };
  if (!(l2 > 0 && l2 < Infinity)) throw new RangeError('Logistic regression needs a positive L2 penalty.');
  const rows = failed.length;
  if (rows === 0 || columns.some((column) => column.length !== rows)) {
    throw new RangeError('Logistic regression needs rows, and one value per row in every column.');
  }
  const means = new Float64Array(columns.length);
  const deviations = new Float64Array(columns.length);
  const inputs = columns.map((column, at) => {
    const { mean, deviation } = momentsOf(column);
    means[at] = mean;
    deviations[at] = deviation;
    return standardised(column, mean, deviation);
  });
  const target = Float64Array.from(failed, (mark) => (mark === 0 ? 0 : 1));
  const failures = target.reduce((sum, mark) => sum + mark, 0);
  const isSingle = failures === 0 || failures === rows;
  const half = isSingle ? 0.5 : 0;
  // Parameters: the weights, then the intercept.
  let parameters = new Float64Array(columns.length + 1);
  parameters[columns.length] = log((failures + half) / (rows - failures + half));
  let steps = 0;
  let isConverged = isSingle;
  let state = evaluate(inputs, target, parameters, l2);
  while (!isConverged && steps < mostSteps) {
    const { gradient, hessian } = derivatives(inputs, target, state.odds, parameters, l2);
    const step = solvePositiveDefinite(hessian, gradient);
    if (step === null) break;
    const largest = step.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    // What the step promises to take from the loss, twice; so near the minimum Newton's method needs no watching, and
    // rounding would only mislead it.
    const isNear = dot(gradient, step) < 1e-9 * (1 + state.loss);
    const next = improved(inputs, target, parameters, step, l2, isNear ? Infinity : state.loss);
    if (next === null) break;
    ({ parameters, state } = next);
    steps++;
    isConverged = largest < 1e-10;
  }
  return {
    intercept: parameters[columns.length]!,
    weights: parameters.slice(0, columns.length),
    means,
    deviations,
    steps,
    isConverged,
  };
}

/** Log-odds of failure per row. */
export function logisticOdds(model: LogisticModel, columns: Columns): Float64Array {
  if (columns.length !== model.weights.length || columns.length === 0) {
    throw new RangeError(`This model takes ${model.weights.length} columns, not ${columns.length}.`);
  }
  const odds = new Float64Array(columns[0]!.length).fill(model.intercept);
  for (const [at, column] of columns.entries()) {
    const weight = model.weights[at]!;
    const values = standardised(column, model.means[at]!, model.deviations[at]!);
    for (let row = 0; row < odds.length; row++) odds[row] = odds[row]! + weight * values[row]!;
  }
  return odds;
}

/** Probability of failure per row. */
export function logisticProbability(model: LogisticModel, columns: Columns): Float64Array {
  return logisticOdds(model, columns).map(logisticFunction);
}

function momentsOf(column: ArrayLike<number>): { mean: number; deviation: number } {
  const present = Float64Array.from(column).filter(Number.isFinite);
  if (present.every((value) => value === present[0])) return { mean: present[0] ?? 0, deviation: 1 };
  const mean = present.reduce((sum, value) => sum + value, 0) / present.length;
  const squares = present.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return { mean, deviation: Math.sqrt(squares / present.length) };
}

function standardised(column: ArrayLike<number>, mean: number, deviation: number): Float64Array {
  return Float64Array.from(column, (value) => (Number.isFinite(value) ? (value - mean) / deviation : 0));
}

interface State {
  readonly odds: Float64Array;
  readonly loss: number;
}

function evaluate(inputs: readonly Float64Array[], target: Float64Array, parameters: Float64Array, l2: number): State {
  const odds = new Float64Array(target.length).fill(parameters[inputs.length]!);
  let loss = 0;
  for (const [at, input] of inputs.entries()) {
    const weight = parameters[at]!;
    loss += (l2 / 2) * weight * weight;
    for (let row = 0; row < odds.length; row++) odds[row] = odds[row]! + weight * input[row]!;
  }
  for (let row = 0; row < odds.length; row++) loss += softplus(target[row] === 1 ? -odds[row]! : odds[row]!);
  return { odds, loss };
}

/** The Newton step, halved until the loss is no greater than `highest`; null if it always is. */
function improved(
  inputs: readonly Float64Array[],
  target: Float64Array,
  from: Float64Array,
  step: Float64Array,
  l2: number,
  highest: number,
): { parameters: Float64Array<ArrayBuffer>; state: State } | null {
  for (let length = 1; length > 1e-9; length /= 2) {
    const parameters = Float64Array.from(from, (value, at) => value - length * step[at]!);
    const state = evaluate(inputs, target, parameters, l2);
    if (state.loss <= highest) return { parameters, state };
  }
  return null;
}

/** Gradient, and Hessian by rows. */
function derivatives(
  inputs: readonly Float64Array[],
  target: Float64Array,
  odds: Float64Array,
  parameters: Float64Array,
  l2: number,
): { gradient: Float64Array; hessian: Float64Array } {
  const size = inputs.length + 1;
  const residual = Float64Array.from(odds, (value, row) => logisticFunction(value) - target[row]!);
  const curvature = odds.map((value) => logisticFunction(value) * logisticFunction(-value));
  const all = [...inputs, new Float64Array(odds.length).fill(1)];
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const first = all[i]!;
    const penalty = i < inputs.length ? l2 : 0;
    gradient[i] = dot(first, residual) + penalty * parameters[i]!;
    const weighted = first.map((value, row) => value * curvature[row]!);
    for (let j = 0; j <= i; j++) {
      const entry = dot(weighted, all[j]!) + (i === j ? penalty : 0);
      hessian[i * size + j] = entry;
      hessian[j * size + i] = entry;
    }
  }
  return { gradient, hessian };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum;
}
