import { LARGEST_ATOMIC_NUMBER, symbolOf } from '../../extension/core/element-symbols.ts';
import { cardChoice } from '../card-choice.ts';
import { twinElement } from '../chart-card.ts';
import { element } from '../element.ts';
import { familyNames } from '../filter.ts';
import { count, percent, range, structures } from '../format.ts';
import { keepingFocus, type Actions, type Section, type View } from '../page.ts';
import { placeOf } from '../periodic-table.ts';
import { countElements, familyRates, FEW, rateOf, type Rate } from '../rates.ts';
import { t } from '../words.ts';

/** Failure rates by element and by family. A click filters every tab by the element. */
export function elementsTab(actions: Actions): Section[] {
  return [elementsSection(actions)];
}

function elementsSection(actions: Actions): Section {
  const { isTable, setTable } = cardChoice(actions, 'elements');
  const toggle = element('button', { type: 'button', class: 'toggle', 'data-focus': 'table elements' });
  const frame = element('div', { class: 'elements-frame' });
  const families = element('div', { class: 'families' });
  const empty = element('p', { class: 'faint nothing' }, t('No structure has been tested yet.'));
  const heading = element(
    'div',
    { class: 'heading' },
    element(
      'div',
      {},
      element('h2', {}, t('Failure rate by element')),
      element(
        'p',
        { class: 'faint' },
        t('Of the structures that contain it. Choose an element to see those that contain it in every tab.'),
      ),
    ),
    toggle,
  );
  const scale = element('span', {});
  const root = element('section', { class: 'elements' }, heading, empty, frame, legend(scale), families);
  let drawn: unknown[] = [];
  toggle.addEventListener('click', () => {
    setTable(!isTable());
    drawn = [];
  });
  // Arrow keys move through the table as it is laid out; Tab leaves it.
  frame.addEventListener('keydown', moveByArrows);

  return {
    root,
    update(view) {
      const key = [view.model?.live, view.table, view.table?.length, view.filter, isTable()];
      if (key.every((part, at) => part === drawn[at])) return;
      drawn = key;
      const rates = ratesOf(view);
      empty.hidden = rates.some(({ tested }) => tested > 0);
      scale.textContent = t('{0} % failed', Math.round(100 * darkestRate(rates)));
      toggle.textContent = isTable() ? t('Periodic table') : t('Table');
      keepingFocus(frame, () =>
        frame.replaceChildren(isTable() ? ratesTable(rates) : periodicTable(rates, view.filter.elements, actions)),
      );
      keepingFocus(families, () => families.replaceChildren(...familyElements(view, actions)));
    },
  };
}

/** rates[z − 1]; from the observations, or from the running sums while there are none. */
function ratesOf({ table, rows, model }: View): Rate[] {
  if (table !== undefined) {
    const { tested, failed } = countElements(table, rows);
    return Array.from({ length: LARGEST_ATOMIC_NUMBER }, (_, at) => rateOf(failed[at + 1]!, tested[at + 1]!));
  }
  const sums = new Map(model?.live?.elements.map((each) => [each.z, each]));
  return Array.from({ length: LARGEST_ATOMIC_NUMBER }, (_, at) => {
    const own = sums.get(at + 1);
    return rateOf(own?.failed ?? 0, own?.tested ?? 0);
  });
}

function periodicTable(rates: readonly Rate[], chosen: readonly number[], actions: Actions): HTMLElement {
  const darkest = darkestRate(rates);
  const first = chosen[0] ?? rates.findIndex(({ tested }) => tested > 0) + 1;
  return element(
    'div',
    { class: 'periodic', role: 'group', 'aria-label': t('Periodic table of failure rates') },
    ...rates.map((rate, at) => {
      const z = at + 1;
      const { column, row } = placeOf(z);
      const isChosen = chosen.includes(z);
      const cell = element(
        'button',
        {
          type: 'button',
          class: `cell ${rate.tested === 0 ? 'absent' : rate.tested < FEW ? 'few' : 'known'}`,
          'data-focus': `element ${symbolOf(z)}`,
          'data-column': String(column),
          'data-row': String(row),
          'aria-pressed': String(isChosen),
          'aria-label': rateWords(symbolOf(z), rate),
          title: rateWords(symbolOf(z), rate),
          tabindex: z === first ? '0' : '-1',
          ...(rate.tested === 0 ? { disabled: '' } : {}),
        },
        element('span', { class: 'symbol' }, symbolOf(z)),
        element('span', { class: 'cell-rate numbers' }, rate.tested === 0 ? '' : `${Math.round(100 * rate.rate)} %`),
        element('span', { class: 'cell-count numbers' }, rate.tested === 0 ? '' : count(rate.tested)),
      );
      cell.style.gridColumn = String(column);
      cell.style.gridRow = String(row);
      if (rate.tested >= FEW) cell.style.setProperty('--share', `${Math.round((100 * rate.rate) / darkest)}%`);
      cell.addEventListener('click', () => {
        const elements = isChosen ? chosen.filter((other) => other !== z) : [...chosen, z];
        actions.setFilter({ elements });
      });
      return cell;
    }),
  );
}

/** The rate that has the full colour: the greatest one that is not guessed from a few, on a step of 10 %. */
function darkestRate(rates: readonly Rate[]): number {
  const greatest = Math.max(0, ...rates.filter(({ tested }) => tested >= FEW).map(({ rate }) => rate));
  return Math.max(0.1, Math.ceil(10 * greatest) / 10);
}

function rateWords(symbol: string, rate: Rate): string {
  if (rate.tested === 0) return t('{0}: in no structure', symbol);
  const words = t(
    '{0}: {1} of {2} failed, {3} (95 %: {4})',
    symbol,
    count(rate.failed),
    structures(rate.tested),
    percent(rate.rate),
    range(rate, percent),
  );
  return rate.tested < FEW ? `${words}, ${t('too few samples')}` : words;
}

function ratesTable(rates: readonly Rate[]): HTMLElement {
  const known = rates
    .map((rate, at) => ({ symbol: symbolOf(at + 1), rate }))
    .filter(({ rate }) => rate.tested > 0)
    .sort((a, b) => b.rate.rate - a.rate.rate);
  return twinElement(
    {
      columns: [t('element'), ...rateColumns],
      rows: known.map(({ symbol, rate }) => [symbol, ...rateCells(rate)]),
      omitted: 0,
    },
    t('Failure rate by element'),
  );
}

const rateColumns = [t('structures'), t('failed'), t('failure rate'), t('95 % interval'), ''];

function rateCells(rate: Rate): string[] {
  return [
    count(rate.tested),
    count(rate.failed),
    percent(rate.rate),
    range(rate, percent),
    rate.tested < FEW ? t('too few samples') : '',
  ];
}

function legend(scale: HTMLElement): HTMLElement {
  return element(
    'div',
    { class: 'legend faint', 'aria-hidden': 'true' },
    element('span', {}, '0 %'),
    element('span', { class: 'legend-ramp' }),
    scale,
    element('span', { class: 'cell few legend-few' }),
    element('span', {}, t('fewer than {0} structures: too few samples', FEW)),
  );
}

function familyElements({ table, rows, filter }: View, actions: Actions): HTMLElement[] {
  if (table === undefined) return [];
  const all = familyRates(table, rows);
  return [
    element('h2', {}, t('Families')),
    element(
      'div',
      { class: 'table-frame' },
      element(
        'table',
        { class: 'numbers' },
        element(
          'thead',
          {},
          element('tr', {}, ...[t('contains'), ...rateColumns].map((name) => element('th', { scope: 'col' }, name))),
        ),
        element(
          'tbody',
          {},
          ...all.map(({ family, rate }) => {
            const isChosen = filter.family === family;
            const name = element(
              'button',
              {
                type: 'button',
                class: 'link',
                'data-focus': `family ${family}`,
                'aria-pressed': String(isChosen),
              },
              familyNames[family],
            );
            name.addEventListener('click', () => actions.setFilter({ family: isChosen ? null : family }));
            return element(
              'tr',
              { class: isChosen ? 'chosen' : '' },
              element('th', { scope: 'row' }, name),
              ...rateCells(rate).map((text) => element('td', {}, text)),
            );
          }),
        ),
      ),
    ),
  ];
}

function moveByArrows(event: KeyboardEvent): void {
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  const from = document.activeElement;
  if (step === undefined || !(from instanceof HTMLElement) || from.dataset['column'] === undefined) return;
  event.preventDefault();
  let column = Number(from.dataset['column']);
  let row = Number(from.dataset['row']);
  for (let tries = 0; tries < 18; tries++) {
    column += step[0]!;
    row += step[1]!;
    const next = from.parentElement?.querySelector<HTMLButtonElement>(
      `[data-column="${column}"][data-row="${row}"]:not([disabled])`,
    );
    if (next == null) continue;
    from.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
    return;
  }
}
