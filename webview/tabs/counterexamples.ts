import { element } from '../element.ts';
import { choice } from '../filter-bar.ts';
import { count, structures } from '../format.ts';
import { FAILED, VALIDATION } from '../../extension/protocol/dashboard-rows.ts';
import type { SortKey } from '../kept.ts';
import type { Observations } from '../observations.ts';
import { keepingFocus, type Actions, type Section, type View } from '../page.ts';
import { sortedRows, visibleRows } from '../row-order.ts';
import { errorText } from './error-text.ts';
import { structureDetail } from './structure-detail.ts';
import { button } from '../toolkit.ts';
import { t } from '../words.ts';

const rowId = (row: number | null): string => `observation-${row ?? 'none'}`;

/** Pixels; the stylesheet says the same. */
const ROW_HEIGHT = 28;

const COLUMNS: readonly { readonly key: SortKey; readonly title: string; readonly className: string }[] = [
  { key: 'formula', title: t('Formula'), className: 'cell-formula' },
  { key: 'error', title: t('Error'), className: 'cell-error' },
  { key: 'inside', title: t('Envelope'), className: 'cell-inside' },
  { key: 'strategy', title: t('Found by'), className: 'cell-strategy' },
  { key: 'round', title: t('Round'), className: 'cell-round' },
  { key: 'file', title: t('Place in the data'), className: 'cell-file' },
];

/** The structures that fail, as a list of any length, and the one that is looked at in three dimensions. */
export function counterexamplesTab(actions: Actions): Section[] {
  return [listSection(actions), structureDetail(actions)];
}

function listSection(actions: Actions): Section {
  const tools = element('div', { class: 'list-tools' });
  const head = element('div', {
    class: 'list-row list-head',
    role: 'toolbar',
    'aria-label': t('Sort counterexamples'),
  });
  const space = element('div', { class: 'list-space', role: 'rowgroup' });
  const scroller = element(
    'div',
    {
      class: 'list',
      role: 'grid',
      tabindex: '0',
      'aria-label': t('Counterexamples. Arrow keys choose one.'),
      'data-focus': 'list',
    },
    space,
  );
  const frame = element('div', { class: 'list-frame' }, head, scroller);
  const empty = element('p', { class: 'faint nothing' });
  const root = element('section', { class: 'counterexamples' }, tools, frame, empty);
  let drawn: unknown[] = [];
  let table: Observations | undefined;
  let order: Uint32Array = new Uint32Array(0);
  let model = '';

  function drawWindow(): void {
    if (table === undefined) return;
    const { from, to } = visibleRows(scroller.scrollTop, scroller.clientHeight || 400, ROW_HEIGHT, order.length);
    space.style.height = `${order.length * ROW_HEIGHT}px`;
    const chosen = actions.kept().row;
    const shown: HTMLElement[] = [];
    for (let at = from; at < to; at++) shown.push(rowElement(table, order[at]!, at, order[at] === chosen));
    space.replaceChildren(...shown);
    // The focus stays on the list; what is chosen in it is what a screen reader is to say.
    if (shown.some(({ id }) => id === rowId(chosen))) scroller.setAttribute('aria-activedescendant', rowId(chosen));
    else scroller.removeAttribute('aria-activedescendant');
  }

  function rowElement(rows: Observations, row: number, at: number, chosen: boolean): HTMLElement {
    const { head: about } = rows;
    const texts: Record<SortKey, string> = {
      formula: rows.formula[row]! === '' ? '–' : rows.formula[row]!,
      error: errorText(rows, row),
      inside: insideText(rows, row),
      strategy: about.strategies[rows.strategy[row]! - 1] ?? (rows.flags[row]! & VALIDATION ? t('validation') : '–'),
      round: rows.round[row] === 0 ? '–' : String(rows.round[row]),
      file: `${about.files[rows.file[row]!] ?? ''}:${rows.line[row]!}`,
    };
    const made = element(
      'div',
      {
        id: rowId(row),
        class: `list-row ${chosen ? 'chosen' : ''} ${rows.flags[row]! & FAILED ? 'failed' : 'passed'}`,
        role: 'row',
        'aria-rowindex': String(at + 1),
        'aria-selected': String(chosen),
      },
      ...COLUMNS.map(({ key, title, className }) =>
        element(
          'span',
          { role: 'gridcell', class: className, title: texts[key], 'aria-label': `${title}: ${texts[key]}` },
          // Of a place that is cut the end is seen, which tells the line.
          key === 'file' ? element('bdi', {}, texts[key]) : texts[key],
        ),
      ),
    );
    made.style.transform = `translateY(${at * ROW_HEIGHT}px)`;
    made.addEventListener('click', () => actions.keep({ row }));
    return made;
  }

  let waiting = false;
  scroller.addEventListener('scroll', () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      drawWindow();
    });
  });
  scroller.addEventListener('keydown', (event) => {
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: 10,
      PageUp: -10,
      Home: -Infinity,
      End: Infinity,
    };
    const step = steps[event.key];
    if (step === undefined || order.length === 0) return;
    event.preventDefault();
    const at = order.indexOf(actions.kept().row ?? -1);
    const to = Math.min(order.length - 1, Math.max(0, at < 0 ? 0 : at + step));
    const top = to * ROW_HEIGHT;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + ROW_HEIGHT > scroller.scrollTop + scroller.clientHeight)
      scroller.scrollTop = top + ROW_HEIGHT - scroller.clientHeight;
    actions.keep({ row: order[to]! });
  });

  function drawTools(view: View): void {
    const { list } = actions.kept();
    keepingFocus(tools, () =>
      tools.replaceChildren(
        choice(
          t('Show'),
          [
            ['failed', t('counterexamples')],
            ['all', t('all observations')],
          ],
          list,
          (value) => actions.keep({ list: value === 'all' ? 'all' : 'failed' }),
        ),
        element('span', { class: 'faint numbers', role: 'status' }, structures(order.length)),
        element(
          'span',
          { class: 'actions' },
          ...(['extxyz', 'csv'] as const).map((format) =>
            button({
              label: format === 'extxyz' ? t('Export structures') : t('Export table'),
              focus: `export ${format}`,
              hint:
                format === 'extxyz' ? t('As extended XYZ, as they stand in the data') : t('As comma-separated values'),
              disabled: order.length === 0,
              onPress: () => void actions.ask({ kind: 'export', model, format, rows: [...order] }).then(announce),
            }),
          ),
        ),
        message,
      ),
    );
    head.replaceChildren(
      ...COLUMNS.map(({ key, title, className }) => {
        const { sort } = view.model === undefined ? { sort: null } : actions.kept();
        const isSorted = sort?.key === key;
        const sorter = element(
          'button',
          {
            type: 'button',
            class: `link ${className}`,
            'data-focus': `sort ${key}`,
            'aria-label': sortWords(title, isSorted ? sort.descending : null),
          },
          `${key === 'error' && table !== undefined ? `${title}, ${table.head.unit}` : title}${isSorted ? (sort.descending ? ' ↓' : ' ↑') : ''}`,
        );
        sorter.addEventListener('click', () =>
          actions.keep({ sort: { key, descending: isSorted ? !sort.descending : key === 'error' } }),
        );
        return sorter;
      }),
    );
  }

  const message = element('span', { class: 'faint', role: 'status' });
  const announce = (answer: Awaited<ReturnType<Actions['ask']>>): void => {
    message.textContent = answer.kind === 'failed' ? answer.reason : answer.kind === 'done' ? answer.message : '';
  };

  return {
    root,
    update(view) {
      const { sort, list, row } = actions.kept();
      const key = [view.table, view.table?.length, view.filter, sort, list, view.model?.id];
      const same = key.every((part, at) => part === drawn[at]);
      if (same && drawn.at(-1) === row) return;
      drawn = [...key, row];
      if (!same) {
        ({ table } = view);
        model = view.model?.id ?? '';
        const rows = table === undefined ? new Uint32Array(0) : view.rows;
        order =
          table === undefined
            ? rows
            : sortedRows(
                table,
                list === 'all' ? rows : rows.filter((each) => (view.table!.flags[each]! & FAILED) !== 0),
                sort,
              );
        drawTools(view);
        scroller.setAttribute('aria-rowcount', String(order.length));
        frame.hidden = order.length === 0;
        empty.hidden = order.length > 0;
        empty.textContent =
          table === undefined
            ? t('They can be listed one by one once there is a certificate.')
            : t('None among the {0} observations in view.', count(view.rows.length));
      }
      drawWindow();
      // The list may only now have got a height.
      requestAnimationFrame(drawWindow);
    },
  };
}

function sortWords(title: string, descending: boolean | null): string {
  if (descending === null) return t('Sort by {0}', title);
  return descending ? t('Sort by {0}, now descending', title) : t('Sort by {0}, now ascending', title);
}

function insideText(table: Observations, row: number): string {
  const inside = table.inside[row]!;
  return inside >= table.head.rounds ? t('inside') : t('left in round {0}', inside + 1);
}
