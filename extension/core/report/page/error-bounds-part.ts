import type { ErrorBoundsSection } from '../sections.ts';
import { markup, type Markup } from './markup.ts';
import { figure, percent, percentRange } from './number-text.ts';
import { table, type Cell } from './table.ts';

/** Conformal bounds on the error inside the envelope, of all structures and per family. */
export function errorBoundsPart({
  unit,
  miscoverage,
  isClaimed,
  leftOut,
  marginal,
  schemes,
}: ErrorBoundsSection): Markup {
  const row = (name: string, { rate, outcome, bound, needed }: ErrorBoundsSection['marginal']): Cell[] => [
    name,
    rate.structures,
    rate.failures,
    rate.rate === null ? '–' : percentRange(rate.clopperPearson),
    outcome === 'bounded'
      ? figure(bound)
      : outcome === 'unbounded'
        ? 'none: predictions are missing'
        : `too few samples (${needed!} needed)`,
  ];
  return markup`<section id="bounds"><h2>Error bounds by family</h2><p>By the validation structures inside the envelope: all but ${percent(miscoverage)} of structures like them have an error of at most the bound, a family’s bound by its own structures. ${
    isClaimed
      ? 'Lean checks the bound on all structures that the certificate claims; those of families are'
      : 'These bounds are'
  } computed for this report and no part of the certificate.${leftOut === 0 ? null : ` ${leftOut} structures could not be read and are left out.`}</p>${table(
    'Split-conformal bounds; of families that divide the structures, each in one',
    [
      { title: 'structures' },
      { title: 'inside', numeric: true },
      { title: 'fail', numeric: true },
      { title: 'failure rate, 95 % CI', numeric: true },
      { title: `error bound (${unit})`, numeric: true },
    ],
    [
      row('all', marginal),
      ...schemes.flatMap(({ families }) => families.map(({ title, ...group }) => row(title, group))),
    ],
  )}</section>`;
}
