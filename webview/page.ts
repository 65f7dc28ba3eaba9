import type { DashboardAnswer, DashboardReport, DashboardRequest } from '../extension/protocol/dashboard-data.ts';
import type { FromDashboard } from '../extension/protocol/dashboard.ts';
import type { DashboardState, ModelView } from '../extension/protocol/dashboard-state.ts';
import type { Filter } from './filter.ts';
import type { Kept } from './kept.ts';
import type { Observations } from './observations.ts';

/** What a part of the page is drawn from. */
export interface View {
  readonly state: DashboardState;
  /** The model that is looked at; undefined until the first one appears. */
  readonly model: ModelView | undefined;
  /** Its observations, as far as they have come; undefined while there is no certificate. */
  readonly table: Observations | undefined;
  /** What its report says; undefined while that is not there. */
  readonly report: DashboardReport | undefined;
  readonly filter: Filter;
  /** Rows of the table that pass the filter, ascending. */
  readonly rows: Uint32Array;
}

/** What a part of the page can cause. */
export interface Actions {
  readonly send: (message: FromDashboard) => void;
  /** Asks the host; the answer says so itself where it failed or took too long. */
  readonly ask: (request: DashboardRequest) => Promise<DashboardAnswer>;
  readonly kept: () => Kept;
  /** Changes what is kept, and draws what depends on it. */
  readonly keep: (change: Partial<Kept>) => void;
  readonly setFilter: (change: Partial<Filter>) => void;
  /** Shows one observation in the tab of counterexamples. */
  readonly showRow: (row: number) => void;
}

/** A part of the page. It is drawn anew only when what it is drawn from has changed. */
export interface Section {
  readonly root: HTMLElement;
  update(view: View): void;
}

/**
 * A part that is drawn from `select(view)` alone. The focus is put back onto the element of the same `data-focus`, so
 * that news do not throw a keyboard user out of the page.
 */
export function section<T>(
  name: string,
  select: (view: View) => T,
  draw: (selected: T) => readonly (Node | string | null)[],
): Section {
  const root = document.createElement('section');
  root.className = name;
  let drawn = '';
  return {
    root,
    update(view) {
      const selected = select(view);
      const key = JSON.stringify({ selected });
      if (key === drawn) return;
      drawn = key;
      const children = draw(selected).filter((child) => child !== null);
      root.hidden = children.length === 0;
      keepingFocus(root, () => root.replaceChildren(...children));
    },
  };
}

/** Replaces children without losing the focus to the page's body. */
export function keepingFocus(root: HTMLElement, replace: () => void): void {
  const focused = root.contains(document.activeElement) ? document.activeElement?.getAttribute('data-focus') : null;
  replace();
  if (focused != null) root.querySelector<HTMLElement>(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
}
