/**
 * Tables as Lean holds them: per block of rows and per column one number with a lane of `bits + 1` bits per row, the
 * highest of which is clear (lean-project/PCM/Lanes.lean).
 */
export interface PackedBlock {
  readonly rows: number;
  /** Per column: a hexadecimal literal. */
  readonly columns: readonly string[];
}

/** Bits of one literal, about: Lean reads a literal in time quadratic in its length. */
const LITERAL_BITS = 4096;
/** Narrower lanes could not count the rows of a block. */
const FEWEST_BITS = 10;

/** Width of a lane's value: enough for every number given, all integers in [0, 2^53). */
export function laneBits(columns: readonly ArrayLike<number>[], others: readonly number[]): number {
  let largest = 0;
  for (const column of columns) for (let row = 0; row < column.length; row++) largest = Math.max(largest, column[row]!);
  for (const other of others) largest = Math.max(largest, other);
  return Math.max(FEWEST_BITS, BigInt(largest).toString(2).length);
}

/**
 * Cuts rows [from, to) of columns into blocks and packs each.
 *
 * @param together every block but the last has a multiple of this many rows
 */
export function packBlocks(
  columns: readonly ArrayLike<number>[],
  from: number,
  to: number,
  bits: number,
  together = 1,
): PackedBlock[] {
  const rowsPerBlock = Math.max(1, Math.floor(LITERAL_BITS / (bits + 1) / together)) * together;
  const blocks: PackedBlock[] = [];
  for (let start = from; start < to; start += rowsPerBlock) {
    const end = Math.min(start + rowsPerBlock, to);
    blocks.push({ rows: end - start, columns: columns.map((column) => packColumn(column, start, end, bits + 1)) });
  }
  return blocks;
}

/** Lane i holds row `from + i`; the lowest lane is the first row. */
function packColumn(column: ArrayLike<number>, from: number, to: number, width: number): string {
  const lanes: string[] = [];
  for (let row = to - 1; row >= from; row--) {
    const value = column[row];
    if (value === undefined || !Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(`Row ${row} of a certificate's table holds ${String(value)}, which is no cell.`);
    }
    lanes.push(value.toString(2).padStart(width, '0'));
  }
  return `0x${BigInt(`0b${lanes.join('')}`).toString(16)}`;
}
