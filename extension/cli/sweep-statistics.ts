import { criterionUnit } from '../core/criterion.ts';
import { failureRateInterval } from '../core/statistics/clopper-pearson.ts';
import { SKETCH_ERROR, sketchQuantile } from '../core/statistics/quantile-sketch.ts';
import type { ProgressEvent, SweepEvent } from '../protocol/events.ts';
import type { SweepTally } from '../sweep/shards/sweep-tally.ts';
import type { LoadedProject } from './load-project.ts';

export interface CountedSweep {
  readonly tally: SweepTally;
  /** How many shards the tally is made of; null for the model's own log. */
  readonly shards: number | null;
  /** Whether the tally knows of all structures: shards that have not begun do not say how many they have. */
  readonly whole: boolean;
  /** Processes that are sweeping, and what they do per second; null while unknown. */
  readonly running: number;
  readonly rate: number | null;
}

/** What a sweep has found, for people and programs. */
export function sweepStatistics(
  { project }: LoadedProject,
  { tally, shards, whole, running, rate }: CountedSweep,
): NonNullable<SweepEvent['statistics']> {
  const { structures, stored, failed, refused, errors } = tally;
  const counted = stored - refused;
  const { confidence } = project.refinement;
  const estimate = { estimate: failed / counted, ...failureRateInterval(failed, counted, confidence), confidence };
  return {
    shards,
    structures: whole ? structures : null,
    stored,
    failed,
    refused,
    failureRate: counted === 0 ? null : estimate,
    errors: {
      unit: criterionUnit(project.failure.kind),
      relativeError: SKETCH_ERROR,
      median: sketchQuantile(errors, 0.5),
      p90: sketchQuantile(errors, 0.9),
      p99: sketchQuantile(errors, 0.99),
      max: errors.max,
      notFinite: errors.notFinite,
    },
    running,
    rate,
    secondsLeft: secondsLeft({ tally, whole, rate }),
  };
}

function secondsLeft({ tally, whole, rate }: Pick<CountedSweep, 'tally' | 'whole' | 'rate'>): number | null {
  return whole && rate !== null && rate > 0 ? (tally.structures - tally.stored) / rate : null;
}

/** How far a sweep is, as an event. */
export function sweepProgress(model: string, sweep: Pick<CountedSweep, 'tally' | 'whole' | 'rate'>): ProgressEvent {
  const { tally, whole, rate } = sweep;
  return {
    kind: 'progress',
    model,
    stage: 'search',
    unit: 'structures',
    done: tally.stored,
    total: whole ? tally.structures : null,
    failed: tally.failed,
    rate,
    secondsLeft: secondsLeft(sweep),
  };
}
