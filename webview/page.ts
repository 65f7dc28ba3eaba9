import type { FromDashboard } from '../extension/protocol/dashboard.ts';
import type { DashboardState, ModelView } from '../extension/protocol/dashboard-state.ts';

/** What a part of the page is drawn from. */
export interface View {
  readonly state: DashboardState;
  /** The model that is looked at; undefined until the first one appears. */
  readonly model: ModelView | undefined;
}

/** What the reader chose, and all that survives the page being hidden: everything else comes from the host again. */
export interface Kept {
  readonly model: string | undefined;
  /** Groups of obligations that were opened or closed, by model and kind. */
  readonly groups: Readonly<Record<string, boolean>>;
}

/** What a part of the page can cause. */
export interface Actions {
  readonly send: (message: FromDashboard) => void;
  readonly selectModel: (id: string) => void;
  readonly kept: () => Kept;
  readonly keep: (kept: Kept) => void;
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
      const focused = root.contains(document.activeElement) ? document.activeElement?.getAttribute('data-focus') : null;
      const children = draw(selected).filter((child) => child !== null);
      root.hidden = children.length === 0;
      root.replaceChildren(...children);
      if (focused != null) root.querySelector<HTMLElement>(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
    },
  };
}
