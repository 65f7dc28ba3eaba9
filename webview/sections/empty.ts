import { element } from '../element.ts';
import { icon } from '../icons.ts';
import { section, type Section } from '../page.ts';
import { t } from '../words.ts';

/** What happens here, for someone who has not certified anything yet. */
export function emptySection(): Section {
  return section(
    'empty',
    ({ state }) => state.run.kind === 'idle',
    (idle) =>
      idle
        ? [
            element('div', { class: 'empty-picture' }, icon('certify')),
            element('h2', {}, t('Nothing has been certified yet')),
            element(
              'ol',
              {},
              element('li', {}, t('The models named in pcm.json are attacked with your own structures.')),
              element('li', {}, t('Round by round, the envelope shrinks to where they can be trusted.')),
              element('li', {}, t('What is claimed of it becomes a certificate, and Lean checks every obligation.')),
            ),
          ]
        : [],
  );
}
