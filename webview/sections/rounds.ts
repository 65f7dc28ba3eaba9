import type { RoundEvent } from '../../extension/protocol/events.ts';
import { bar, element } from '../element.ts';
import { count, percent } from '../format.ts';
import { section, type Section } from '../page.ts';
import { t } from '../words.ts';

const COLUMNS = [t('Round'), t('Tested'), t('Counterexamples'), t('In all'), t('Pass rate'), t('Coverage')];

/** What every round found, as numbers. */
export function roundsSection(): Section {
  return section(
    'rounds',
    ({ model }) => model?.rounds ?? [],
    (rounds) =>
      rounds.length === 0
        ? []
        : [
            element('h2', {}, t('Rounds')),
            element(
              'div',
              { class: 'table-frame' },
              element(
                'table',
                { class: 'numbers' },
                element(
                  'thead',
                  {},
                  element('tr', {}, ...COLUMNS.map((name) => element('th', { scope: 'col' }, name))),
                ),
                element('tbody', {}, ...rounds.map(row)),
              ),
            ),
          ],
  );
}

function row(round: RoundEvent): HTMLElement {
  const passRate = round.tested > 0 ? 1 - round.failed / round.tested : NaN;
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, t('{0} of {1}', round.round, round.rounds)),
    element('td', {}, count(round.tested)),
    element('td', {}, count(round.failed)),
    element('td', {}, count(round.discovered)),
    element('td', {}, bar(passRate), percent(passRate)),
    element('td', {}, bar(round.coverage), percent(round.coverage)),
  );
}
