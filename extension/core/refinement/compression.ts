import type { Box } from '../certificate.ts';

/**
 * Per feature: 1 − width / initial width, in [0, 1]. The width of an interval of integers is upper − lower; 0 where the
 * initial interval is a single value and nothing could be compressed.
 */
export function compression(box: Box, initial: Box): number[] {
  return box.map(({ lower, upper }, f) => {
    const before = initial[f]!.upper - initial[f]!.lower;
    return before > 0 ? 1 - (upper - lower) / before : 0;
  });
}

/** Share of rows that lie inside the box; 0 of none. A value that is not a number is outside. */
export function coverage(columns: readonly Float64Array[], rows: Int32Array, box: Box): number {
  if (rows.length === 0) return 0;
  let inside = 0;
  for (const row of rows) {
    if (columns.every((column, f) => column[row]! >= box[f]!.lower && column[row]! <= box[f]!.upper)) inside++;
  }
  return inside / rows.length;
}
