import type { RunOutcome } from '../protocol/dashboard-state.ts';
import type { ResultEvent } from '../protocol/events.ts';
import type { StopReason } from './process.ts';

/** The end of a process that is the end of its run; one that was killed is taken up again. */
export type Ending = Exclude<StopReason, { kind: 'killed' }>;

/**
 * Exit codes of `pcm`: 0 all proved, 1 something refuted, 2 could not decide or could not run. The first two are believed
 * only if the results say the same: Node also exits with 1 when a program crashes.
 *
 * @param fresh results of the process that stopped
 * @param all results of the whole run, those from before a pause among them
 */
export function outcomeOf(stopped: Ending, fresh: readonly ResultEvent[], all: readonly ResultEvent[]): RunOutcome {
  switch (stopped.kind) {
    case 'cancelled':
      return { kind: 'cancelled' };
    case 'not-started':
      return { kind: 'broken', reason: `The pcm process could not be started: ${stopped.message}` };
    case 'exited': {
      const agrees =
        (stopped.code === 0 && fresh.length > 0 && fresh.every(isProved)) ||
        (stopped.code === 1 && fresh.some(({ verdicts }) => verdicts.refuted > 0));
      if (agrees) return { kind: all.every(isProved) ? 'proved' : 'refuted' };
      if (stopped.code === 2) return { kind: 'undecided' };
      return { kind: 'broken', reason: `The pcm process ended with exit code ${stopped.code} and no matching result.` };
    }
  }
}

export function isProved({ verdicts }: ResultEvent): boolean {
  return verdicts.proved > 0 && verdicts.refuted === 0 && verdicts.stuck === 0;
}
