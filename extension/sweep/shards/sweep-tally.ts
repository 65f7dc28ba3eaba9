import { addToSketch, emptySketch, joinSketch, type QuantileSketch } from '../../core/statistics/quantile-sketch.ts';

/** The criterion's word on one observation: an error (NaN: no finite prediction), or why there is none. */
export type JudgedObservation =
  | { readonly kind: 'judged'; readonly error: number; readonly failed: boolean }
  | { readonly kind: 'refused'; readonly reason: string };

/** What a sweep has found so far, in bounded memory. */
export interface SweepTally {
  /** Different structures that are swept, and those of them whose observation is stored. */
  readonly structures: number;
  stored: number;
  /** Of those stored: counterexamples, and structures that count neither for nor against the model. */
  failed: number;
  refused: number;
  /** Errors of all that were not refused, in the criterion's unit. */
  readonly errors: QuantileSketch;
}

export const emptyTally = (structures: number): SweepTally => ({
  structures,
  stored: 0,
  failed: 0,
  refused: 0,
  errors: emptySketch(),
});

export function tallyObservation(tally: SweepTally, judged: JudgedObservation): void {
  tally.stored++;
  if (judged.kind === 'refused') {
    tally.refused++;
    return;
  }
  if (judged.failed) tally.failed++;
  addToSketch(tally.errors, judged.error);
}

/** The tally of parts that share no structure. */
export function joinedTally(parts: readonly SweepTally[]): SweepTally {
  const whole = emptyTally(parts.reduce((sum, { structures }) => sum + structures, 0));
  for (const { stored, failed, refused, errors } of parts) {
    whole.stored += stored;
    whole.failed += failed;
    whole.refused += refused;
    joinSketch(whole.errors, errors);
  }
  return whole;
}
