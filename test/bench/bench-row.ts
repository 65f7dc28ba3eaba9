/** One measured figure. Ratios and peers come from the same run. */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What was promised, in words a reader can hold `value` against; empty where nothing was. */
  readonly reach: string;
  /** Name and version of what was measured for comparison, or that it is not installed; null where there is none. */
  readonly peer: string | null;
  /** The peer's figure in the same unit. */
  readonly peerValue: number | null;
}
