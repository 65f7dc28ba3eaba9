import type { Problem } from '../problem.ts';
import type { Structure } from '../structure.ts';

/**
 * What a reader yields, in the order of the file. Each frame of a file leads to exactly one of: a `structure`, or a
 * `problem` whose `rejected` says which frame it keeps out. Warnings, and errors about the file as a whole, have
 * `rejected: null`.
 */
export type StructureItem =
  | {
      readonly kind: 'structure';
      readonly structure: Structure;
      /** The frame's bytes in the (uncompressed) file: [byteOffset, byteOffset + byteLength). */
      readonly byteOffset: number;
      readonly byteLength: number;
    }
  | {
      readonly kind: 'problem';
      readonly problem: Problem;
      /** Zero-based index and one-based first line of the frame that this problem keeps out. */
      readonly rejected: { readonly index: number; readonly line: number } | null;
    };

/** Bounds that keep hostile files from exhausting memory. */
export interface ReadLimits {
  /** Longest line, bytes. */
  readonly lineBytes: number;
  readonly atoms: number;
  /** Columns of one atom line. */
  readonly columns: number;
  /** Keys of one comment line. */
  readonly keys: number;
  /** Formats that hold one structure per file are read whole, up to this many bytes. */
  readonly wholeFileBytes: number;
}

export const defaultLimits: ReadLimits = {
  lineBytes: 1_000_000,
  atoms: 1_000_000,
  columns: 1000,
  keys: 1000,
  wholeFileBytes: 256_000_000,
};

export interface ReadOptions {
  /** Overrides of `defaultLimits`. */
  readonly limits?: Partial<ReadLimits>;
  /** Comment key whose value becomes the label, before the usual ones are tried. */
  readonly labelKey?: string;
}
