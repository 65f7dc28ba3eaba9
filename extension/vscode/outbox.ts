import type { TableHead } from '../protocol/dashboard-data.ts';
import type { ToDashboard } from '../protocol/dashboard.ts';
import type { DashboardState } from '../protocol/dashboard-state.ts';
import { pieceOf, type StoredTable } from './observation-store.ts';

/** What the page has been given of one table. */
interface Sent {
  readonly head: TableHead;
  rows: number;
  report: boolean;
}

/**
 * What is to be sent to the page, one message at a time. States replace each other, so that only the newest is sent; of
 * tables the page gets the head once and then whatever rows have come since. Answers go first: somebody waits for them.
 */
export interface Outbox {
  stateChanged(): void;
  answer(message: Extract<ToDashboard, { kind: 'answer' }>): void;
  /** The page is new and knows nothing. */
  reset(): void;
  /** The next message, or null when the page knows everything. */
  next(): ToDashboard | null;
}

export function createOutbox(state: () => DashboardState, tables: () => ReadonlyMap<string, StoredTable>): Outbox {
  let stateIsDue = true;
  /** Every other message may be rows, so that a busy state does not hold them up. */
  let turn: 'state' | 'rows' = 'state';
  const answers: Extract<ToDashboard, { kind: 'answer' }>[] = [];
  const sent = new Map<string, Sent>();

  function nextRows(): ToDashboard | null {
    const known = tables();
    for (const model of sent.keys()) {
      if (known.has(model)) continue;
      sent.delete(model);
      return { kind: 'forget', model };
    }
    for (const [model, table] of known) {
      const own = sent.get(model);
      if (own?.head !== table.head) {
        sent.set(model, { head: table.head, rows: 0, report: false });
        return { kind: 'table', head: table.head };
      }
      if (own.rows < table.length) {
        const columns = pieceOf(table, own.rows);
        own.rows += columns.formula.length;
        return { kind: 'rows', model, columns };
      }
      if (table.report !== null && !own.report) {
        own.report = true;
        return { kind: 'report', model, report: table.report };
      }
    }
    return null;
  }

  function nextState(): ToDashboard | null {
    if (!stateIsDue) return null;
    stateIsDue = false;
    return { kind: 'state', state: state() };
  }

  return {
    stateChanged() {
      stateIsDue = true;
    },
    answer: (message) => void answers.push(message),
    reset() {
      stateIsDue = true;
      turn = 'state';
      answers.length = 0;
      sent.clear();
    },
    next() {
      const answer = answers.shift();
      if (answer !== undefined) return answer;
      const first = turn === 'state' ? nextState() : nextRows();
      const message = first ?? (turn === 'state' ? nextRows() : nextState());
      turn = message?.kind === 'state' ? 'rows' : 'state';
      return message;
    },
  };
}
