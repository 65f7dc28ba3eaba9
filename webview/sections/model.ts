import { element } from '../element.ts';
import { icon } from '../icons.ts';
import { section, type Section } from '../page.ts';
import { t } from '../words.ts';

/** What the model says of itself, and what its lint says of it. */
export function modelSection(): Section {
  return section(
    'model',
    ({ model }) => model?.about ?? null,
    (about) =>
      about === null
        ? []
        : [
            element(
              'details',
              { ...(about.lint.length > 0 ? { open: '' } : {}) },
              element('summary', { 'data-focus': 'model' }, element('h2', {}, t('Model {0}', about.model))),
              ...about.lint.map((line) => element('p', { class: 'lint verdict-stuck' }, icon('stuck'), line)),
              element(
                'dl',
                {},
                ...pair('sha-256', about.sha256),
                ...pair(
                  t('threads'),
                  about.threads === 'any' ? t('any number gives the same result') : t('one per process'),
                ),
                ...Object.entries(about.description).flatMap(([name, value]) => pair(name, value)),
              ),
            ),
          ],
  );
}

function pair(name: string, value: string): HTMLElement[] {
  return [element('dt', {}, name), element('dd', {}, value)];
}
