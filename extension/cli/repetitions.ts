import type { Problem } from '../core/problem.ts';
import type { PoolIndex } from '../sweep/pool-index.ts';

/** Repetitions that are reported one by one. */
const MOST_SHOWN = 20;

/**
 * Warnings about structures that are the same crystal as an earlier one in another cell, and therefore take no part. Copies
 * of the same content have been reported when the data were read.
 *
 * @param first of `firstCrystals`
 */
export function repetitions(pool: PoolIndex, first: Int32Array): Problem[] {
  const rows = [...first.keys()].filter((row) => first[row] !== row && pool.firstOccurrence[row] === row);
  const warning = (file: string, line: number | null, message: string, fix: string): Problem => ({
    kind: 'problem',
    severity: 'warning',
    file,
    line,
    message,
    fix,
  });
  const shown = rows.slice(0, MOST_SHOWN).map((row) => {
    const original = pool.source(first[row]!);
    const message = `This structure is the same crystal as the one at ${original.file}:${original.line}, in another cell, order of atoms or orientation.`;
    return warning(pool.source(row).file, pool.source(row).line, message, 'Remove one of the two; it is counted once.');
  });
  if (rows.length > MOST_SHOWN) {
    const message = `${rows.length - MOST_SHOWN} more structures are the same crystal as an earlier one.`;
    shown.push(warning(pool.source(rows.at(-1)!).file, null, message, 'Each crystal is counted once.'));
  }
  return shown;
}
