import type { CertificateComparison } from '../../extension/protocol/certificate-page.ts';
import { element } from '../element.ts';
import { section, table } from './table.ts';
import { t } from '../words.ts';

/** Two certificates side by side: what differs first, what is equal after it. */
export function comparisonSections({ left, right, rows }: CertificateComparison): HTMLElement[] {
  const different = rows.filter(({ same }) => !same);
  const equal = rows.filter(({ same }) => same);
  const tableOf = (caption: string, chosen: typeof rows): HTMLElement =>
    table(
      caption,
      [t('What'), left, right],
      chosen.map((row) => [
        row.what,
        row.left === '' ? t('(none)') : row.left,
        row.right === '' ? t('(none)') : row.right,
      ]),
    );
  const part = (title: string, chosen: typeof rows): HTMLElement => {
    const made = section(title, tableOf(title, chosen));
    made.classList.add('comparison');
    return made;
  };
  return [
    element('h1', {}, headline(different.length)),
    ...(different.length === 0 ? [] : [part(t('Different'), different)]),
    ...(equal.length === 0 ? [] : [part(t('Equal'), equal)]),
  ];
}

function headline(differences: number): string {
  if (differences === 0) return t('The certificates say the same');
  return differences === 1 ? t('1 difference') : t('{0} differences', differences);
}
