import type { FromCertificatePage, ToCertificatePage } from '../../extension/protocol/certificate-page.ts';
import { element } from '../element.ts';
import { button } from '../toolkit.ts';
import { section, table } from './table.ts';
import { t } from '../words.ts';

/** Earlier versions of the certificate, each with the way to compare; or why there are none. */
export function historySection(
  { versions, reason }: Extract<ToCertificatePage, { kind: 'history' }>,
  send: (message: FromCertificatePage) => void,
): HTMLElement {
  if (versions.length === 0)
    return section(t('History'), element('p', { class: 'faint' }, reason ?? t('There is none.')));
  const rows = versions.map(({ commit, date, message }) => [
    date === '' ? '' : new Date(date).toLocaleString(),
    message,
    element('code', {}, commit.slice(0, 10)),
    button({
      label: t('Compare'),
      hint: t('Compare version {0} with this one', commit.slice(0, 10)),
      focus: `compare ${commit}`,
      onPress: () => send({ kind: 'compare', commit }),
    }),
  ]);
  return section(t('History'), table(t('History'), [t('When'), t('Commit'), '', ''], rows));
}
