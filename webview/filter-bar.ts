import { LARGEST_ATOMIC_NUMBER, symbolOf } from '../extension/core/element-symbols.ts';
import { element } from './element.ts';
import { emptyFilter, familyNames, filterParts, filterSchema, isEmpty, type Filter } from './filter.ts';
import { count } from './format.ts';
import { countElements } from './rates.ts';
import { section, type Actions, type Section, type View } from './page.ts';
import { t } from './words.ts';

/** The filter that all tabs share: one choice per kind, and what is chosen as parts that can be taken away. */
export function filterBar(actions: Actions): Section {
  return section(
    'filter',
    ({ table, filter, rows }) =>
      table === undefined
        ? null
        : {
            filter,
            found: rows.length,
            all: table.length,
            expected: table.head.rows,
            omitted: table.head.rowsOmitted,
            elements: presentElements(table),
            strategies: table.head.strategies,
            rounds: table.head.strategies.length === 0 ? 0 : table.head.rounds,
          },
    (drawn) => {
      if (drawn === null) return [];
      const { filter, strategies, rounds } = drawn;
      const change = (next: Partial<Filter>): void => actions.setFilter(next);
      return [
        element(
          'div',
          { class: 'filter-choices', role: 'group', 'aria-label': t('Filter of all views') },
          choice(
            t('Element'),
            [['', t('any')], ...drawn.elements.map((z) => [String(z), symbolOf(z)] as const)],
            '',
            (value) => {
              if (value !== '') change({ elements: [...new Set([...filter.elements, Number(value)])] });
            },
          ),
          choice(t('Family'), [['', t('any')], ...Object.entries(familyNames)], filter.family ?? '', (value) =>
            change({ family: filterSchema.shape.family.parse(value === '' ? null : value) }),
          ),
          strategies.length === 0
            ? null
            : choice(
                t('Strategy'),
                [['', t('any')], ...strategies.map((id) => [id, id] as const)],
                filter.strategy ?? '',
                (value) => change({ strategy: value === '' ? null : value }),
              ),
          rounds === 0
            ? null
            : choice(
                t('Round'),
                [['', t('any')], ...Array.from({ length: rounds }, (_, at) => [`${at + 1}`, `${at + 1}`] as const)],
                String(filter.round ?? ''),
                (value) => change({ round: value === '' ? null : Number(value) }),
              ),
          choice(
            t('Outcome'),
            [
              ['all', t('any')],
              ['failed', t('failed')],
              ['passed', t('passed')],
            ],
            filter.outcome,
            (value) => change({ outcome: filterSchema.shape.outcome.parse(value) }),
          ),
        ),
        element(
          'div',
          { class: 'chips' },
          element('span', { class: 'numbers', role: 'status' }, foundWords(drawn)),
          ...filterParts(filter).map(({ words, without }) => {
            const chip = element(
              'button',
              { type: 'button', class: 'chip', 'data-focus': `chip ${words}`, 'aria-label': t('Remove: {0}', words) },
              words,
              element('span', { 'aria-hidden': 'true' }, ' ×'),
            );
            chip.addEventListener('click', () => actions.setFilter(without));
            return chip;
          }),
          isEmpty(filter) ? null : clearButton(() => actions.setFilter(emptyFilter)),
        ),
      ];
    },
  );
}

function foundWords(drawn: { filter: Filter; found: number; all: number; expected: number; omitted: number }): string {
  const { filter, found, all, expected, omitted } = drawn;
  return [
    isEmpty(filter) ? t('{0} observations', count(all)) : t('{0} of {1} observations', count(found), count(all)),
    ...(all < expected ? [t('{0} still coming', count(expected - all))] : []),
    ...(omitted > 0 ? [t('{0} more are in the certificate', count(omitted))] : []),
  ].join(', ');
}

function clearButton(onPress: () => void): HTMLElement {
  const button = element(
    'button',
    { type: 'button', class: 'chip clear', 'data-focus': 'clear filter' },
    t('Clear filter'),
  );
  button.addEventListener('click', onPress);
  return button;
}

/** A labelled drop-down list of the page's own kind, which every screen reader knows. */
export function choice(
  name: string,
  values: readonly (readonly [value: string, words: string])[],
  chosen: string,
  onChange: (value: string) => void,
): HTMLElement {
  const list = element(
    'select',
    { 'data-focus': `choose ${name}` },
    ...values.map(([value, words]) =>
      element('option', { value, ...(value === chosen ? { selected: '' } : {}) }, words),
    ),
  );
  list.addEventListener('change', () => onChange((list as HTMLSelectElement).value));
  return element('label', { class: 'choice' }, element('span', { class: 'faint' }, name), list);
}

function presentElements(table: NonNullable<View['table']>): number[] {
  const all = Uint32Array.from({ length: table.length }, (_, row) => row);
  const { tested } = countElements(table, all);
  return Array.from({ length: LARGEST_ATOMIC_NUMBER }, (_, at) => at + 1).filter((z) => tested[z]! > 0);
}
