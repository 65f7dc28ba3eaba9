import type { RandomStream } from '../random.ts';
import { shuffle } from '../random.ts';
import type { SearchContext, Strategy } from './strategy.ts';

/** Slabs per axis beyond which cells are no longer split: candidates that still share one are nearly copies. */
const MOST_SLABS = 1024;

/**
 * A regular grid over the current box: 1, 2, 4, … equal slabs per feature, until candidates lie in at least as many cells
 * as are asked for. The occupied cells are visited in random order, each answered by the candidate nearest to its
 * centre (in units of the box, the smaller row of two equally near ones), and again once all have been visited. Empty
 * cells, which are nearly all of them in many dimensions, cost nothing. A crowded cell gets as many tests as a lonely one.
 */
export const gridSearch: Strategy = {
  id: 'grid',
  description: 'One test per occupied cell of a regular grid over the envelope, in turn.',
  propose(context, count, random) {
    const size = Math.min(count, context.candidates.length);
    const rows = new Int32Array(size);
    const cells = size === 0 ? [] : inRandomOrder(occupiedCells(context, size), random);
    let taken = 0;
    for (let turn = 0; taken < size; turn++) {
      for (const cell of cells) if (turn < cell.length && taken < size) rows[taken++] = cell[turn]!;
    }
    return rows;
  },
};

function inRandomOrder<T>(values: readonly T[], random: RandomStream): T[] {
  const order = new Int32Array(values.length).map((_, at) => at);
  shuffle(order, random);
  return Array.from(order, (at) => values[at]!);
}

/** Candidates by cell, nearest to the centre first, on the coarsest grid with enough occupied cells. */
function occupiedCells(context: SearchContext, enough: number): number[][] {
  let slabs = 1;
  let cells = cellsOf(context, slabs);
  while (cells.occupied < enough && slabs < MOST_SLABS) {
    slabs *= 2;
    cells = cellsOf(context, slabs);
  }
  const members: number[][] = [];
  cells.cell.forEach((cell, at) => (members[cell] ??= []).push(at));
  return members.map((places) =>
    places
      .sort((a, b) => cells.distance[a]! - cells.distance[b]! || context.candidates[a]! - context.candidates[b]!)
      .map((at) => context.candidates[at]!),
  );
}

/** Per candidate: its cell, numbered in the order of first appearance, and its squared distance from the cell's centre. */
function cellsOf(
  { candidates, columns, box }: SearchContext,
  slabs: number,
): { readonly cell: Int32Array; readonly occupied: number; readonly distance: Float64Array } {
  const cell = new Int32Array(candidates.length);
  const distance = new Float64Array(candidates.length);
  let occupied = 1;
  columns.forEach((column, f) => {
    const { lower, upper } = box[f]!;
    const numbers = new Map<number, number>();
    candidates.forEach((row, at) => {
      const place = upper > lower ? ((column[row]! - lower) / (upper - lower)) * slabs : 0;
      const slab = Math.min(slabs - 1, Math.floor(place));
      const offset = place - slab - 0.5;
      distance[at] = distance[at]! + offset * offset;
      // Cells so far times slabs stays far below 2^53.
      const key = cell[at]! * slabs + slab;
      const number = numbers.get(key) ?? numbers.size;
      numbers.set(key, number);
      cell[at] = number;
    });
    occupied = numbers.size;
  });
  return { cell, occupied, distance };
}
