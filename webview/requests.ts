import type { DashboardAnswer, DashboardRequest } from '../extension/protocol/dashboard-data.ts';
import { t } from './words.ts';

/** The model may have to be loaded before it can answer for a structure. */
const PATIENCE_MILLISECONDS = 120_000;

export interface Requests {
  ask(request: DashboardRequest): Promise<DashboardAnswer>;
  /** Takes an answer; one that nobody waits for is dropped. */
  answer(id: number, answer: DashboardAnswer): void;
}

/** Pairs what the page asks with what the host answers. */
export function createRequests(
  send: (id: number, request: DashboardRequest) => void,
  later: (act: () => void, milliseconds: number) => number,
  never: (timer: number) => void,
): Requests {
  const waiting = new Map<number, { resolve: (answer: DashboardAnswer) => void; timer: number }>();
  let next = 0;
  function settle(id: number, answer: DashboardAnswer): void {
    const one = waiting.get(id);
    if (one === undefined) return;
    waiting.delete(id);
    never(one.timer);
    one.resolve(answer);
  }
  return {
    ask: (request) =>
      new Promise((resolve) => {
        const id = next++;
        const timer = later(
          () => settle(id, { kind: 'failed', reason: t('The editor has not answered in two minutes. Try again.') }),
          PATIENCE_MILLISECONDS,
        );
        waiting.set(id, { resolve, timer });
        send(id, request);
      }),
    answer: settle,
  };
}
