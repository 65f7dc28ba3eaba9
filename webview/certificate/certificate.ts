import type { CertificateView, FromCertificatePage } from '../../extension/protocol/certificate-page.ts';
import { element } from '../element.ts';
import { icon } from '../icons.ts';
import { button } from '../toolkit.ts';
import { section, table } from './table.ts';
import { verdictWords } from '../verdict-words.ts';
import { t } from '../words.ts';

type Send = (message: FromCertificatePage) => void;

type Verdict = CertificateView['verdicts'][number]['verdict'];

const meanings: Readonly<Record<Verdict, string>> = {
  proved: t('accepted by Lean’s kernel'),
  refuted: t('false for these data'),
  stuck: t('could not be decided'),
  stale: t('decided about other inputs'),
  unchecked: t('not put to Lean yet'),
};

/** The whole of one certificate, the most important first. */
export function certificateSections(view: CertificateView, send: Send): HTMLElement[] {
  return [
    header(view, send),
    ...(view.faults.length === 0 ? [] : [faults(view.faults)]),
    section(t('What is claimed'), element('ul', {}, ...view.claims.map((claim) => element('li', {}, claim)))),
    verdicts(view),
    section(
      t('Final envelope'),
      table(
        t('Final envelope'),
        [t('Feature'), t('From'), t('To'), t('Unit')],
        view.envelope.map(({ feature, lower, upper, unit }) => [element('code', {}, feature), lower, upper, unit]),
      ),
    ),
    section(
      t('How it was made'),
      table(
        t('How it was made'),
        [t('What'), ''],
        view.facts.map(({ what, value }) => [what, value]),
      ),
    ),
    hashes(view, send),
  ];
}

export function unreadableSection(
  { file, reason }: { readonly file: string; readonly reason: string },
  send: Send,
): HTMLElement {
  return section(
    t('{0} is no certificate that can be shown', file),
    element('p', {}, reason),
    button({ label: t('Open as Text'), focus: 'open-text', onPress: () => send({ kind: 'open-text' }) }),
  );
}

function header(view: CertificateView, send: Send): HTMLElement {
  const counts = new Map<Verdict, number>();
  for (const { verdict } of view.verdicts) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const sum = [...counts].map(([verdict, count]) => `${count} ${verdictWords[verdict]}`).join(', ');
  return element(
    'header',
    { class: 'header' },
    element(
      'div',
      {},
      element('h1', {}, `${view.model}: ${sum}`),
      element('p', { class: 'faint' }, t('Certificate of {0}, {1}', view.project, view.file)),
    ),
    element(
      'div',
      { class: 'actions' },
      button({
        label: t('Falsify with New Data…'),
        primary: true,
        hint: t('Re-check the claims against other structures. Files can be dropped here, too.'),
        focus: 'falsify',
        onPress: () => send({ kind: 'falsify', addresses: [] }),
      }),
      button({ label: t('Compare…'), focus: 'compare', onPress: () => send({ kind: 'compare', commit: null }) }),
      button({ label: t('Open as Text'), focus: 'open-text', onPress: () => send({ kind: 'open-text' }) }),
    ),
  );
}

function faults(sentences: readonly string[]): HTMLElement {
  return element(
    'section',
    { class: 'faults', role: 'alert' },
    element('h2', {}, t('Do not trust this certificate')),
    ...sentences.map((sentence) => element('p', {}, sentence)),
    element('p', {}, t('It was changed after it was written. Certify again; verdicts below are about something else.')),
  );
}

function verdicts(view: CertificateView): HTMLElement {
  const rows = view.verdicts.map(({ theorem, verdict, reason }) => [
    element(
      'span',
      { class: `verdict ${verdict}`, title: meanings[verdict] },
      icon(verdict),
      element('span', {}, verdictWords[verdict]),
    ),
    element('code', {}, theorem),
    reason,
  ]);
  return section(
    t('Verdicts'),
    element('p', { class: 'faint' }, t('As the file records them. Run in the Test Explorer, Lean decides them anew.')),
    table(t('Verdicts'), [t('Verdict'), t('Theorem'), t('Reason')], rows),
  );
}

function hashes(view: CertificateView, send: Send): HTMLElement {
  const rows = view.hashes.map(({ what, sha256 }) => [
    what,
    element('code', { class: 'hash' }, sha256),
    button({
      label: t('Copy'),
      hint: t('Copy the hash of {0}', what),
      focus: `copy ${what}`,
      onPress: () => send({ kind: 'copy', text: sha256 }),
    }),
  ]);
  return section(t('Hashes'), table(t('Hashes'), [t('Of'), 'SHA-256', ''], rows));
}
