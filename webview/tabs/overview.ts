import { element } from '../element.ts';
import { section, type Actions, type Section } from '../page.ts';
import { modelSection } from '../sections/model.ts';
import { obligationsSection } from '../sections/obligations.ts';
import { problemsSection } from '../sections/problems.ts';
import { summarySection } from '../sections/summary.ts';
import { nextSteps } from './next-steps.ts';
import { t } from '../words.ts';

/** Verdicts, coverage, the bound, and what to do next. */
export function overviewTab(actions: Actions): Section[] {
  return [summarySection(), nextSection(), problemsSection(actions), obligationsSection(actions), modelSection()];
}

function nextSection(): Section {
  return section(
    'next',
    ({ state, model }) => (model === undefined ? [] : nextSteps(state.run, model)),
    (steps) =>
      steps.length === 0
        ? []
        : [
            element('h2', {}, t('What to do next')),
            element('ol', { class: 'steps' }, ...steps.map((step) => element('li', {}, step))),
          ],
  );
}
