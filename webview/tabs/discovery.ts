import { cardChoice } from '../card-choice.ts';
import { chartCard, type ChartCard } from '../chart-card.ts';
import { element } from '../element.ts';
import { isEmpty } from '../filter.ts';
import { choice } from '../filter-bar.ts';
import { count, featureName, percent, range, structures } from '../format.ts';
import { keepingFocus, type Actions, type Section, type View } from '../page.ts';
import type { Plot } from '../plot.ts';
import { cumulativeByRoundPlot, cumulativePlot, errorPlot, liveErrorPlot, mapPlot } from '../plots/discovery-plots.ts';
import { countFailed, errorBins, rateOf } from '../rates.ts';
import { t } from '../words.ts';

/** What the search found, live while it runs: by strategy, by size of the error, and where in the space of features. */
export function discoveryTab(actions: Actions): Section[] {
  return [chartsSection(actions)];
}

function chartsSection(actions: Actions): Section {
  const card = (
    id: string,
    title: string,
    hint: string,
    more: { tall?: boolean; onPick?: (row: number) => void } = {},
  ): ChartCard => chartCard({ id, title, hint, ...more, ...cardChoice(actions, id) });
  const found = card('cumulative', t('Counterexamples found'), t('By the strategy that proposed the structure'));
  const errors = card('errors', t('Error distribution'), t('Structures by the size of their error'));
  const map = card('map', t('Map of errors'), t('Every structure; click a point to look at it'), {
    tall: true,
    onPick: (row) => actions.showRow(row),
  });
  const features = element('div', { class: 'map-choice' });
  const figures = element('div', { class: 'summary live-figures', role: 'status' });
  const root = element(
    'section',
    { class: 'discovery' },
    figures,
    element('div', { class: 'cards two' }, found.root, errors.root),
    features,
    map.root,
  );
  let drawn: unknown[] = [];

  return {
    root,
    update(view) {
      const { model, table, filter, rows } = view;
      const feature = actions.kept().mapFeature;
      const key = [model, table, table?.length, filter, feature];
      if (key.every((part, at) => part === drawn[at])) return;
      drawn = key;
      drawFigures(figures, view);
      const whole = isEmpty(filter);
      const byRound = table === undefined ? null : cumulativeByRoundPlot(table, rows);
      const live = model === undefined ? null : cumulativePlot(model);
      found.update(
        whole ? (live ?? byRound) : byRound,
        table === undefined || whole
          ? wordsOf(live ?? byRound, t('No structure has been tested yet.'))
          : wordsOf(byRound, t('Which strategy found what is not known for this certificate.')),
      );
      if (table === undefined) {
        const errorsSoFar = model?.live ?? null;
        errors.update(
          errorsSoFar === null ? null : liveErrorPlot(errorsSoFar),
          errorsSoFar === null ? t('No structure has been tested yet.') : notFiniteWords(errorsSoFar.errors.notFinite),
        );
      } else {
        errors.update(errorPlot(table, rows), notFiniteWords(errorBins(table, rows).notFinite));
      }
      drawMap(view, feature);
    },
  };

  function drawMap({ model, table, rows }: View, feature: number): void {
    map.root.hidden = table === undefined;
    features.hidden = table === undefined;
    if (table === undefined) return;
    const chosen = Math.min(feature, table.head.features.length - 1);
    keepingFocus(features, () =>
      features.replaceChildren(
        choice(
          t('Feature of the map'),
          table.head.features.map(({ id }, at) => [String(at), featureName(id)] as const),
          String(chosen),
          (value) => actions.keep({ mapFeature: Number(value) }),
        ),
      ),
    );
    const id = table.head.features[chosen]?.id;
    const bounds = model?.rounds.at(-1)?.features.find((each) => each.feature === id);
    map.update(
      mapPlot(
        table,
        rows,
        chosen,
        bounds === undefined ? null : { lower: bounds.lower.value, upper: bounds.upper.value },
      ),
      t(
        '{0}, {1} of them failed. Points that would cover one another are drawn once.',
        structures(rows.length),
        count(countFailed(table, rows)),
      ),
    );
  }
}

function drawFigures(root: HTMLElement, { model, table, rows }: View): void {
  const tested = table === undefined ? (model?.live?.tested ?? 0) : rows.length;
  const failed = table === undefined ? (model?.live?.failed ?? 0) : countFailed(table, rows);
  root.hidden = model === undefined;
  const { rate, lower, upper } = rateOf(tested - failed, tested);
  root.replaceChildren(
    figure(t('Tested'), count(tested), table === undefined ? t('in the search so far') : t('search and validation')),
    figure(t('Counterexamples'), count(failed), tested === 0 ? '' : t('{0} of those tested', percent(failed / tested))),
    figure(t('Pass rate'), percent(rate), tested === 0 ? '' : t('{0} (95 %)', range({ lower, upper }, percent))),
  );
}

function figure(name: string, value: string, detail: string): HTMLElement {
  return element(
    'div',
    { class: 'figure' },
    element('div', { class: 'figure-name' }, name),
    element('div', { class: 'figure-value numbers' }, value),
    element('div', { class: 'faint' }, detail),
  );
}

/** The last value of every series. */
function wordsOf(plot: Plot | null, otherwise: string): string {
  if (plot === null) return otherwise;
  return plot.series.map(({ name, points }) => `${name} ${count(points.at(-1)?.y ?? 0)}`).join(', ');
}

function notFiniteWords(notFinite: number): string {
  if (notFinite === 0) return t('Every prediction was finite.');
  return notFinite === 1
    ? t('1 structure without a finite prediction failed and has no place here.')
    : t('{0} structures without a finite prediction failed and have no place here.', count(notFinite));
}
