import type { Report } from '../report-schema.ts';
import { markup, type Markup } from './markup.ts';
import { figure, unitText } from './number-text.ts';
import { table } from './table.ts';

/** The worst counterexamples, one per line. */
export function counterexamplesPart({ counterexamples, overview }: Report): Markup {
  const { features, laws, list, total, omitted } = counterexamples;
  const broken = laws.map(({ law, structures }) => `${law} in ${structures}`).join(', ');
  return markup`<section id="counterexamples"><h2>Counterexamples</h2><p>${total} structures fail${omitted > 0 ? `; the worst ${list.length} are in the JSON twin` : ''}.${broken === '' ? '' : ` Broken most: ${broken}.`}</p>${table(
    'The worst first',
    [
      { title: 'structure' },
      { title: 'formula' },
      { title: 'atoms', numeric: true },
      laws.length > 0 ? { title: 'law' } : { title: `error (${overview.criterion.unit})`, numeric: true },
      { title: 'split' },
      { title: 'kept out by' },
      ...features.map(({ id, unit }) => ({ title: `${id}${unitText(unit)}`, numeric: true })),
    ],
    list.map((one) => [
      one.generator === null ? `${one.file}:${one.line}` : `${one.generator} of ${one.file}:${one.line}`,
      one.formula ?? '–',
      one.atoms ?? '–',
      one.law ?? (one.error === null ? 'no finite prediction' : figure(one.error)),
      one.split,
      one.separatedBy ?? markup`<span class="bad">inside</span>`,
      ...one.features.map(figure),
    ]),
    40,
  )}</section>`;
}
