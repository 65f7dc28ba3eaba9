import type { Columns } from './gradient-boosting-options.ts';
import { type GroupedFolds, rowsOf } from './grouped-cross-validation.ts';

/** Folds, and the rows outside of each: what a baseline may have seen for a fold's rows. */
type Folds = GroupedFolds & { readonly kind: 'folds' };

/**
 * Distance to the nearest passing structure of the other folds, Euclidean in features standardised (mean 0, standard
 * deviation 1) over the other folds. The free answer to "is this like anything that worked?". A feature that is not
 * finite stands at its mean; a constant one does not count. Infinity where nothing in the other folds passes.
 *
 * Yields progress in [0, 1].
 */
export function* distanceToPassing(
  columns: Columns,
  failed: ArrayLike<number>,
  { fold, folds }: Folds,
): Generator<number, Float64Array> {
  const distances = new Float64Array(failed.length).fill(NaN);
  const everyRow = new Int32Array(failed.length).map((_, row) => row);
  for (let left = 0; left < folds; left++) {
    const others = everyRow.filter((row) => fold[row] !== left);
    const tested = everyRow.filter((row) => fold[row] === left);
    const scales = rowsOf(columns, others).map(scaleOf);
    const known = points(
      columns,
      others.filter((row) => failed[row] === 0),
      scales,
    );
    const asked = points(columns, tested, scales);
    for (const [at, row] of tested.entries()) {
      distances[row] = Math.sqrt(nearestSquare(known, asked, at * columns.length, columns.length));
      if (at % 500 === 499) yield (left + at / tested.length) / folds;
    }
    yield (left + 1) / folds;
  }
  return distances;
}

interface Scale {
  readonly mean: number;
  /** 1 / standard deviation; 0 for a constant. */
  readonly perDeviation: number;
}

/** Mean and standard deviation (divisor n) of the finite values. */
export function scaleOf(column: Float64Array): Scale {
  const present = column.filter(Number.isFinite);
  if (present.length === 0) return { mean: 0, perDeviation: 0 };
  let sum = 0;
  for (const value of present) sum += value;
  const mean = sum / present.length;
  let squares = 0;
  for (const value of present) squares += (value - mean) * (value - mean);
  const deviation = Math.sqrt(squares / present.length);
  return { mean, perDeviation: deviation > 0 ? 1 / deviation : 0 };
}

/** Standardised rows one after another; what is not finite stands at 0, its mean. */
export function points(columns: Columns, rows: Int32Array, scales: readonly Scale[]): Float64Array {
  const size = columns.length;
  const flat = new Float64Array(rows.length * size);
  for (const [f, column] of columns.entries()) {
    const { mean, perDeviation } = scales[f]!;
    for (const [at, row] of rows.entries()) {
      const value = (column[row]! - mean) * perDeviation;
      flat[at * size + f] = Number.isFinite(value) ? value : 0;
    }
  }
  return flat;
}

function nearestSquare(known: Float64Array, asked: Float64Array, from: number, size: number): number {
  let nearest = Infinity;
  for (let start = 0; start < known.length; start += size) {
    let square = 0;
    for (let f = 0; f < size && square < nearest; f++) {
      const difference = known[start + f]! - asked[from + f]!;
      square += difference * difference;
    }
    if (square < nearest) nearest = square;
  }
  return nearest;
}

/**
 * How rare a row's rarest element is: minus the share of the other folds' rows that contain it. In [−1, 0], the greater
 * the rarer; NaN for a row whose elements are not known (an empty list).
 *
 * @param elements distinct atomic numbers per row
 */
export function elementRarity(elements: readonly (readonly number[])[], { fold, folds }: Folds): Float64Array {
  const scores = new Float64Array(elements.length).fill(NaN);
  for (let left = 0; left < folds; left++) {
    const counts = new Map<number, number>();
    let rows = 0;
    for (const [row, present] of elements.entries()) {
      if (fold[row] === left || present.length === 0) continue;
      rows++;
      for (const z of present) counts.set(z, (counts.get(z) ?? 0) + 1);
    }
    for (const [row, present] of elements.entries()) {
      if (fold[row] !== left || present.length === 0 || rows === 0) continue;
      scores[row] = -Math.min(...present.map((z) => (counts.get(z) ?? 0) / rows));
    }
  }
  return scores;
}

/**
 * Disagreement of models that were asked about the same structures: standard deviation (divisor m) of their predictions per
 * row. Infinity where a prediction is not finite: who gives no number agrees with nobody. Null with fewer than two models.
 *
 * @param predictions one array per model, all of one length and unit
 */
export function modelDisagreement(predictions: readonly ArrayLike<number>[]): Float64Array | null {
  const models = predictions.length;
  if (models < 2) return null;
  return Float64Array.from({ length: predictions[0]!.length }, (_, row) => {
    let sum = 0;
    for (const one of predictions) sum += one[row]!;
    const mean = sum / models;
    let squares = 0;
    for (const one of predictions) squares += (one[row]! - mean) * (one[row]! - mean);
    const spread = Math.sqrt(squares / models);
    return Number.isFinite(spread) ? spread : Infinity;
  });
}
