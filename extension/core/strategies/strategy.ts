import type { Box } from '../certificate.ts';
import type { RandomStream } from '../random.ts';

/** What a strategy may know when it proposes. Rows number the structures of the pool; nothing here is changed by it. */
export interface SearchContext {
  /**
   * Rows that may be proposed: in the search split, inside the current envelope, not yet tested, not refused. Each row
   * once; strategies treat the array as ordered, so the caller keeps one order (ascending).
   */
  readonly candidates: Int32Array;
  /** columns[f][row]: scaled feature values of the whole pool. */
  readonly columns: readonly Float64Array[];
  /** The current envelope, one interval per column. */
  readonly box: Box;
  /** What has been tested so far in the search split, in the order of testing. */
  readonly tested: TestedRows;
}

/** Tested rows as parallel arrays. */
export interface TestedRows {
  readonly rows: Int32Array;
  /** Scaled error; NaN where there was no finite prediction, which counts as worse than any number. */
  readonly errors: Float64Array;
  /** 1 where the structure failed, else 0. */
  readonly failed: Uint8Array;
}

/** A way to look for counterexamples: propose, observe, propose again. */
export interface Strategy {
  readonly id: string;
  /** One sentence for people who choose. */
  readonly description: string;
  /**
   * At most `count` different rows out of `context.candidates`, fewer only if there are not enough. The same context,
   * count and stream give the same rows in the same order.
   */
  propose(context: SearchContext, count: number, random: RandomStream): Int32Array;
}
