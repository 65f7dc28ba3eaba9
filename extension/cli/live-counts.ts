import { elementsOfFormula } from '../core/formula.ts';
import { ERROR_BINS, errorBin } from '../protocol/error-bins.ts';
import type { LiveEvent } from '../protocol/live-events.ts';

/** Least time between two reports, ms. */
const REPORT_INTERVAL = 250;

export interface LiveSubject {
  readonly model: string;
  readonly strategies: readonly string[];
  readonly unit: string;
  readonly threshold: number;
}

/** One tested structure of the search. */
export interface LiveObservation {
  readonly round: number;
  /** Position of the strategy that proposed it. */
  readonly strategy: number;
  readonly formula: string;
  /** In the criterion's unit; NaN where the model gave no finite prediction. */
  readonly error: number;
  readonly failed: boolean;
}

export interface LiveCounts {
  add(observation: LiveObservation): void;
  /** Reports what has not been reported yet. */
  flush(): void;
}

/** Sums up a search as it goes on, and reports the sums a few times a second. */
export function countLive(subject: LiveSubject, emit: (event: LiveEvent) => void, now: () => number): LiveCounts {
  const strategies = subject.strategies.map((strategy) => ({ strategy, tested: 0, failed: 0 }));
  const bins = new Array<number>(ERROR_BINS).fill(0);
  const elements = new Map<number, { tested: number; failed: number }>();
  const known = new Map<string, readonly number[]>();
  let sums = { round: 1, tested: 0, failed: 0, notFinite: 0 };
  let reported = { at: Number.NEGATIVE_INFINITY, tested: 0 };

  function elementsOf(formula: string): readonly number[] {
    let found = known.get(formula);
    if (found === undefined) known.set(formula, (found = elementsOfFormula(formula)));
    return found;
  }

  function report(): void {
    const { round, tested, failed, notFinite } = sums;
    reported = { at: now(), tested };
    emit({
      kind: 'live',
      model: subject.model,
      round,
      tested,
      failed,
      strategies: strategies.map((each) => ({ ...each })),
      errors: { unit: subject.unit, threshold: subject.threshold, bins: [...bins], notFinite },
      elements: [...elements].sort(([a], [b]) => a - b).map(([z, counts]) => ({ z, ...counts })),
    });
  }

  return {
    add({ round, strategy, formula, error, failed }) {
      const lost = failed ? 1 : 0;
      const bin = errorBin(error);
      if (bin !== null) bins[bin]!++;
      sums = {
        round,
        tested: sums.tested + 1,
        failed: sums.failed + lost,
        notFinite: sums.notFinite + (bin === null ? 1 : 0),
      };
      const proposer = strategies[strategy];
      if (proposer !== undefined) {
        proposer.tested++;
        proposer.failed += lost;
      }
      for (const z of elementsOf(formula)) {
        const counts = elements.get(z) ?? { tested: 0, failed: 0 };
        elements.set(z, { tested: counts.tested + 1, failed: counts.failed + lost });
      }
      if (now() - reported.at >= REPORT_INTERVAL) report();
    },
    flush() {
      if (sums.tested > reported.tested) report();
    },
  };
}
