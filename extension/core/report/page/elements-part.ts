import type { ElementsSection } from '../sections.ts';
import { intervalFigure } from './interval-figure.ts';
import { markup, type Markup } from './markup.ts';
import { figure, percent, percentRange, pText } from './number-text.ts';
import { figureWithTable, table } from './table.ts';

type Group = Omit<ElementsSection['families'][number], 'family'>;

/** Rates per family and per element. */
export function elementsPart(section: ElementsSection, unit: string, overall: number | null): Markup {
  const families = section.families.map(({ family, ...group }) => ({ name: family.replace('_', '-'), group }));
  const elements = section.elements
    .map(({ symbol, ...group }) => ({ name: symbol, group }))
    .sort((a, b) => b.group.rate.structures - a.group.rate.structures);
  return markup`<section id="elements"><h2>Elements</h2><p>${section.scope} Below ${section.minimum} structures there are too few to tell: such groups are drawn pale. P-values are Fisher’s, against all other structures, after Holm’s correction within each table.</p>${part('Families', families, unit, overall, section.minimum)}${part('Elements, the most frequent first', elements, unit, overall, section.minimum)}</section>`;
}

function part(
  title: string,
  groups: readonly { readonly name: string; readonly group: Group }[],
  unit: string,
  overall: number | null,
  minimum: number,
): Markup {
  const drawn = groups.slice(0, 40);
  return figureWithTable(
    `${title}: share of structures that fail, with exact 95 % intervals; the upright line is the share of all.`,
    intervalFigure(
      title,
      drawn.map(({ name, group }) => ({
        label: name,
        value: group.rate.rate,
        interval: group.rate.rate === null ? null : group.rate.clopperPearson,
        pale: !group.enough,
      })),
      { label: 'share failing', from: 0, to: 1, ...(overall === null ? {} : { mark: overall }) },
    ),
    table(
      title,
      [
        { title: 'group' },
        { title: 'n', numeric: true },
        { title: 'fail', numeric: true },
        { title: 'rate', numeric: true },
        { title: '95 % CI', numeric: true },
        { title: `mean error (${unit})`, numeric: true },
        { title: 'p', numeric: true },
      ],
      groups.map(({ name, group }) => [
        name,
        group.rate.structures,
        group.rate.failures,
        percent(group.rate.rate),
        group.enough ? percentRange(group.rate.clopperPearson) : `too few (< ${minimum})`,
        figure(group.meanError),
        pText(group.pValue),
      ]),
      120,
    ),
  );
}
