import type { CertificateView, FromCertificatePage } from '../../extension/protocol/certificate-page.ts';
import { element } from '../element.ts';
import { icon } from '../icons.ts';
import { button } from '../toolkit.ts';
import { section, table } from './table.ts';

type Send = (message: FromCertificatePage) => void;

const meanings: Readonly<Record<CertificateView['verdicts'][number]['verdict'], string>> = {
  proved: 'accepted by Lean’s kernel',
  refuted: 'false for these data',
  stuck: 'could not be decided',
  stale: 'decided about other inputs',
  unchecked: 'not put to Lean yet',
};

/** The whole of one certificate, the most important first. */
export function certificateSections(view: CertificateView, send: Send): HTMLElement[] {
  return [
    header(view, send),
    ...(view.faults.length === 0 ? [] : [faults(view.faults)]),
    section('What is claimed', element('ul', {}, ...view.claims.map((claim) => element('li', {}, claim)))),
    verdicts(view),
    section(
      'Final envelope',
      table(
        'Final envelope',
        ['Feature', 'From', 'To', 'Unit'],
        view.envelope.map(({ feature, lower, upper, unit }) => [element('code', {}, feature), lower, upper, unit]),
      ),
    ),
    section(
      'How it was made',
      table(
        'How it was made',
        ['What', ''],
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
    `${file} is no certificate that can be shown`,
    element('p', {}, reason),
    button({ label: 'Open as Text', focus: 'open-text', onPress: () => send({ kind: 'open-text' }) }),
  );
}

function header(view: CertificateView, send: Send): HTMLElement {
  const counts = new Map<string, number>();
  for (const { verdict } of view.verdicts) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const sum = [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', ');
  return element(
    'header',
    { class: 'header' },
    element(
      'div',
      {},
      element('h1', {}, `${view.model}: ${sum}`),
      element('p', { class: 'faint' }, `Certificate of ${view.project}, ${view.file}`),
    ),
    element(
      'div',
      { class: 'actions' },
      button({
        label: 'Falsify with New Data…',
        primary: true,
        hint: 'Re-check the claims against other structures. Files can be dropped here, too.',
        focus: 'falsify',
        onPress: () => send({ kind: 'falsify', addresses: [] }),
      }),
      button({ label: 'Compare…', focus: 'compare', onPress: () => send({ kind: 'compare', commit: null }) }),
      button({ label: 'Open as Text', focus: 'open-text', onPress: () => send({ kind: 'open-text' }) }),
    ),
  );
}

function faults(sentences: readonly string[]): HTMLElement {
  return element(
    'section',
    { class: 'faults', role: 'alert' },
    element('h2', {}, 'Do not trust this certificate'),
    ...sentences.map((sentence) => element('p', {}, sentence)),
    element('p', {}, 'It was changed after it was written. Certify again; verdicts below are about something else.'),
  );
}

function verdicts(view: CertificateView): HTMLElement {
  const rows = view.verdicts.map(({ theorem, verdict, reason }) => [
    element(
      'span',
      { class: `verdict ${verdict}`, title: meanings[verdict] },
      icon(verdict),
      element('span', {}, verdict),
    ),
    element('code', {}, theorem),
    reason,
  ]);
  return section('Verdicts', table('Verdicts', ['Verdict', 'Theorem', 'Reason'], rows));
}

function hashes(view: CertificateView, send: Send): HTMLElement {
  const rows = view.hashes.map(({ what, sha256 }) => [
    what,
    element('code', { class: 'hash' }, sha256),
    button({
      label: 'Copy',
      hint: `Copy the hash of ${what}`,
      focus: `copy ${what}`,
      onPress: () => send({ kind: 'copy', text: sha256 }),
    }),
  ]);
  return section('Hashes', table('Hashes', ['Of', 'SHA-256', ''], rows));
}
