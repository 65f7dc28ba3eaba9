import type { Box } from '../certificate.ts';
import { compression } from './compression.ts';
import type { Observations } from './observed-points.ts';
import { type RefinementOptions, refineRound } from './refine-round.ts';
import type { Variation } from './refinement-report.ts';

/** One run of the refinement on all observations at once: what its variations are compared with. */
export interface SingleRun {
  readonly box: Box | null;
  readonly meetsClaim: boolean;
  /** 1 per row inside. */
  readonly inside: Uint8Array;
}

/** The box that holds every row. */
export function boundingBox(columns: readonly Float64Array[]): Box {
  return columns.map((column) => {
    let lower = Infinity;
    let upper = -Infinity;
    for (const value of column) {
      lower = Math.min(lower, value);
      upper = Math.max(upper, value);
    }
    return { lower, upper };
  });
}

export function isInside(columns: readonly Float64Array[], row: number, box: Box): boolean {
  return columns.every((column, f) => column[row]! >= box[f]!.lower && column[row]! <= box[f]!.upper);
}

/**
 * The last round alone, from the box of all observations: the search behind every round, without the schedule that
 * spreads it over several. Yields progress in [0, 1].
 */
export function* singleRun(observations: Observations, options: RefinementOptions): Generator<number, SingleRun> {
  const { columns, failed } = observations;
  const inside = new Uint8Array(failed.length);
  const found = yield* refineRound(observations, boundingBox(columns), { ...options, roundsLeft: 1 });
  const box = found.kind === 'envelope' ? found.box : (found.best?.box ?? null);
  if (box !== null) for (const row of failed.keys()) inside[row] = isInside(columns, row, box) ? 1 : 0;
  return { box, meetsClaim: found.kind === 'envelope', inside };
}

/** How a run with one thing changed differs from the unchanged one. */
export function variationOf(
  value: number,
  observations: Observations,
  changed: SingleRun,
  unchanged: SingleRun,
): Variation {
  const { columns, failed } = observations;
  let inside = 0;
  let failing = 0;
  let both = 0;
  let either = 0;
  for (const [row, mark] of changed.inside.entries()) {
    inside += mark;
    failing += mark & failed[row]!;
    both += mark & unchanged.inside[row]!;
    either += mark | unchanged.inside[row]!;
  }
  return {
    value,
    failureRate: failed.reduce((sum, mark) => sum + mark, 0) / failed.length,
    coverage: inside / failed.length,
    failing,
    // Two empty envelopes are the same.
    overlap: either === 0 ? 1 : both / either,
    compression: changed.box === null ? null : compression(changed.box, boundingBox(columns)),
    meetsClaim: changed.meetsClaim,
  };
}
