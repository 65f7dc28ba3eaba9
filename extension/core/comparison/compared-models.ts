import type { Columns } from '../risk/gradient-boosting-options.ts';

/** What one model did on the structures that are compared, one entry per structure. */
export interface ComparedModel {
  readonly id: string;
  readonly kind: string;
  /** In the criterion's unit; NaN: no finite prediction, which is a failure. */
  readonly errors: Float64Array;
  /** 1 fails, 0 passes. */
  readonly failed: Uint8Array;
  /** Signed errors where they are known, eV/atom; NaN where one is missing. */
  readonly signed: Float64Array | null;
}

/** Models on the same structures, in the same order. */
export interface ComparisonInput {
  readonly project: string;
  readonly criterion: { readonly kind: string; readonly unit: string; readonly threshold: number };
  readonly models: readonly ComparedModel[];
  /** What keeps near-duplicates together, one key per structure: its composition. */
  readonly groups: readonly string[];
  readonly features: readonly { readonly id: string; readonly unit: string }[];
  /** columns[feature][structure]; NaN where a feature is not defined. */
  readonly columns: Columns;
  /** Structures that had no place in the comparison. */
  readonly leftOut: number;
  readonly seed: number;
  readonly notes: readonly string[];
}
