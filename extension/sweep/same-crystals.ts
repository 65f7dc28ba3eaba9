import { crystalRegistry } from '../core/crystals/crystal-registry.ts';
import type { PoolIndex } from './pool-index.ts';

/** Crystals of one formula and nearly equal features that are kept for comparison. */
const MOST_COMPARED = 20_000;

/**
 * For each row of a pool the first row that holds the same crystal, in whatever cell; the row itself where it is the first.
 * Structures are read and compared only where formula and scaled features leave the question open: those of one crystal
 * differ by rounding at most.
 * @throws AbortSignal's reason when aborted.
 */
export async function firstCrystals(pool: PoolIndex, signal?: AbortSignal): Promise<Int32Array> {
  const first = Int32Array.from(pool.firstOccurrence.subarray(0, pool.size));
  const byFormula = new Map<string, number[]>();
  first.forEach((original, row) => {
    if (original !== row) return;
    const formula = pool.formula(row);
    const rows = byFormula.get(formula);
    if (rows === undefined) byFormula.set(formula, [row]);
    else rows.push(row);
  });
  for (const rows of byFormula.values()) {
    for (const block of alike(rows, pool.features)) {
      const registry = crystalRegistry<number>(MOST_COMPARED);
      for (const row of block) {
        signal?.throwIfAborted();
        const structure = await pool.readStructure(row);
        if (structure !== null) first[row] = registry.meet(structure, row) ?? row;
      }
    }
  }
  // Copies of a structure that has itself become a repetition follow it.
  return first.map((original) => first[original]!);
}

/** Blocks of at least two rows, ascending, that no feature tells apart by more than one step. */
function alike(rows: readonly number[], columns: readonly Float64Array[]): number[][] {
  let blocks = [[...rows]];
  for (const column of columns) {
    blocks = blocks.filter(({ length }) => length > 1).flatMap((block) => cutAtGaps(block, column));
  }
  return blocks.filter(({ length }) => length > 1).map((block) => block.sort((a, b) => a - b));
}

function cutAtGaps(block: number[], column: Float64Array): number[][] {
  const sorted = [...block].sort((a, b) => column[a]! - column[b]!);
  const parts: number[][] = [];
  sorted.forEach((row, at) => {
    const before = sorted[at - 1];
    if (before === undefined || column[row]! - column[before]! > 1) parts.push([row]);
    else parts.at(-1)!.push(row);
  });
  return parts;
}
