import type { CertificateComparison } from '../../extension/protocol/certificate-page.ts';
import { element } from '../element.ts';
import { section, table } from './table.ts';

/** Two certificates side by side: what differs first, what is equal after it. */
export function comparisonSection({ left, right, rows }: CertificateComparison): HTMLElement {
  const different = rows.filter(({ same }) => !same);
  const equal = rows.filter(({ same }) => same);
  const tableOf = (caption: string, chosen: typeof rows): HTMLElement =>
    table(
      caption,
      ['What', left, right],
      chosen.map((row) => [row.what, row.left === '' ? '(none)' : row.left, row.right === '' ? '(none)' : row.right]),
    );
  return element(
    'div',
    {},
    element('h1', {}, different.length === 0 ? 'The certificates say the same' : `${different.length} differences`),
    ...(different.length === 0 ? [] : [section('Different', tableOf('Different', different))]),
    section('Equal', tableOf('Equal', equal)),
  );
}
