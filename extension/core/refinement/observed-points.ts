import type { Box } from '../certificate.ts';

/**
 * The observations that lie inside a box, arranged for tightening it: columns of the rows inside only, and for every
 * feature the order of its values. Values are scaled integers, held as doubles.
 */
export interface ObservedPoints {
  readonly dimensions: number;
  /** Number of points n. */
  readonly size: number;
  /** Row of each point in the caller's columns, ascending. */
  readonly rows: Int32Array;
  /** values[f][point]. */
  readonly values: readonly Float64Array[];
  /** order[f]: points by rising value, equal values by rising point. */
  readonly order: readonly Int32Array[];
  /** How often each passing point counts; 0 for failing ones. All 0 or 1 outside of the bootstrap. */
  readonly passing: Int32Array;
  /** How often each failing point counts; 0 for passing ones. */
  readonly failing: Int32Array;
}

/** Observations of one model, one entry per row and feature. */
export interface Observations {
  /** columns[f][row]: scaled feature values. */
  readonly columns: readonly Float64Array[];
  /** 1 where the structure failed, else 0; its length is the number of rows. */
  readonly failed: Uint8Array;
}

/** The observations inside `box`. A value that is not a number is outside of every box. */
export function pointsInside(observations: Observations, box: Box): ObservedPoints {
  const { columns, failed } = observations;
  const inside: number[] = [];
  for (let row = 0; row < failed.length; row++) {
    if (columns.every((column, f) => column[row]! >= box[f]!.lower && column[row]! <= box[f]!.upper)) inside.push(row);
  }
  return arrange(observations, Int32Array.from(inside));
}

/** The given rows (ascending, each once), arranged. */
export function arrange(observations: Observations, rows: Int32Array): ObservedPoints {
  const size = rows.length;
  const values = observations.columns.map((column) => Float64Array.from(rows, (row) => column[row]!));
  const order = values.map((column) =>
    new Int32Array(size).map((_, at) => at).sort((a, b) => column[a]! - column[b]! || a - b),
  );
  const failing = Int32Array.from(rows, (row) => (observations.failed[row] === 0 ? 0 : 1));
  const passing = failing.map((fails) => 1 - fails);
  return { dimensions: values.length, size, rows, values, order, passing, failing };
}

/** The same points with every point counted `multiplicity[point]` times, as a resample with replacement does. */
export function reweighted(points: ObservedPoints, multiplicity: Int32Array): ObservedPoints {
  return {
    ...points,
    passing: points.passing.map((count, at) => count * multiplicity[at]!),
    failing: points.failing.map((count, at) => count * multiplicity[at]!),
  };
}
