import { element } from './element.ts';
import type { TabId } from './kept.ts';
import { t } from './words.ts';

export interface TabBar {
  readonly root: HTMLElement;
  /** Marks the tab and shows its panel. */
  show(id: TabId): void;
}

/**
 * Tabs as the ARIA practices describe them: one of them is in the tab order, arrows, Home and End move between them, and
 * moving selects. The panels are the caller's; they carry the ids that the tabs control.
 *
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/tabs/
 */
export function tabBar(
  tabs: readonly { readonly id: TabId; readonly title: string; readonly panel: HTMLElement }[],
  onSelect: (id: TabId) => void,
): TabBar {
  const buttons = tabs.map(({ id, title, panel }) => {
    const button = element(
      'button',
      {
        type: 'button',
        role: 'tab',
        id: `tab-${id}`,
        'aria-controls': `panel-${id}`,
        'aria-selected': 'false',
        tabindex: '-1',
        'data-focus': `tab ${id}`,
      },
      title,
    );
    panel.id = `panel-${id}`;
    panel.setAttribute('role', 'tabpanel');
    panel.setAttribute('aria-labelledby', `tab-${id}`);
    panel.hidden = true;
    button.addEventListener('click', () => onSelect(id));
    return button;
  });
  const root = element('div', { class: 'tabs', role: 'tablist', 'aria-label': t('Views of the audit') }, ...buttons);
  root.addEventListener('keydown', (event) => {
    const at = buttons.findIndex((button) => button === document.activeElement);
    const to = targetOf(event.key, at, buttons.length);
    if (at < 0 || to === null) return;
    event.preventDefault();
    onSelect(tabs[to]!.id);
    buttons[to]!.focus();
  });
  return {
    root,
    show(selected) {
      tabs.forEach(({ id, panel }, at) => {
        const isSelected = id === selected;
        buttons[at]!.setAttribute('aria-selected', String(isSelected));
        buttons[at]!.tabIndex = isSelected ? 0 : -1;
        panel.hidden = !isSelected;
      });
    },
  };
}

/** Where a key leads from tab `at` of `count`; null for a key that means nothing here. */
export function targetOf(key: string, at: number, count: number): number | null {
  switch (key) {
    case 'ArrowRight':
      return (at + 1) % count;
    case 'ArrowLeft':
      return (at + count - 1) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
