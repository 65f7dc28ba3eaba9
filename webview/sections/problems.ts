import type { DashboardState } from '../../extension/protocol/dashboard-state.ts';
import { element } from '../element.ts';
import { count } from '../format.ts';
import { icon } from '../icons.ts';
import { section, type Actions, type Section } from '../page.ts';
import { button } from '../toolkit.ts';
import { t } from '../words.ts';

/** The page shows this many; the Problems view has them all, at their places. */
const MOST_SHOWN = 5;

/** Errors before warnings before information. */
const SEVERITIES = ['error', 'warning', 'information'];

/** What is wrong with the input, and what to do about it. */
export function problemsSection(actions: Actions): Section {
  return section(
    'problems',
    ({ state }) => ({ problems: state.problems, omitted: state.problemsOmitted }),
    ({ problems, omitted }) =>
      problems.length === 0
        ? []
        : [
            element(
              'div',
              { class: 'heading' },
              element('h2', {}, t('Problems')),
              button({
                label: t('Show in Problems View'),
                focus: 'show-problems',
                onPress: () => actions.send({ kind: 'show-problems' }),
              }),
            ),
            ...[...problems]
              .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
              .slice(0, MOST_SHOWN)
              .map(problemElement),
            problems.length + omitted > MOST_SHOWN
              ? element('p', { class: 'faint' }, t('{0} more.', count(problems.length + omitted - MOST_SHOWN)))
              : null,
          ],
  );
}

function problemElement(problem: DashboardState['problems'][number]): HTMLElement {
  const name = problem.severity === 'error' ? 'refuted' : problem.severity === 'warning' ? 'stuck' : 'information';
  const place = problem.line === null ? problem.file : `${problem.file}:${problem.line}`;
  return element(
    'div',
    { class: `problem verdict-${name}` },
    icon(name),
    element(
      'div',
      {},
      element('div', { class: 'problem-message' }, element('code', {}, place), ' ', problem.message),
      element('div', { class: 'faint' }, problem.fix),
    ),
  );
}
