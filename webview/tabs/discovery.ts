import { cardChoice } from '../card-choice.ts';
import { chartCard, type ChartCard } from '../chart-card.ts';
import { element } from '../element.ts';
import { isEmpty } from '../filter.ts';
import { choice } from '../filter-bar.ts';
import { count, featureName, percent, plural } from '../format.ts';
import { keepingFocus, type Actions, type Section, type View } from '../page.ts';
import type { Plot } from '../plot.ts';
import { cumulativeByRoundPlot, cumulativePlot, errorPlot, liveErrorPlot, mapPlot } from '../plots/discovery-plots.ts';
import { countFailed, errorBins, rateOf } from '../rates.ts';

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
  const found = card('cumulative', 'Counterexamples found', 'By the strategy that proposed the structure');
  const errors = card('errors', 'Error distribution', 'Structures by the size of their error');
  const map = card('map', 'Map of errors', 'Every structure; click a point to look at it', {
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
          ? wordsOf(live ?? byRound, 'No structure has been tested yet.')
          : wordsOf(byRound, 'Which strategy found what is not known for this certificate.'),
      );
      if (table === undefined) {
        const errorsSoFar = model?.live ?? null;
        errors.update(
          errorsSoFar === null ? null : liveErrorPlot(errorsSoFar),
          errorsSoFar === null ? 'No structure has been tested yet.' : notFiniteWords(errorsSoFar.errors.notFinite),
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
          'Feature of the map',
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
      `${plural(rows.length, 'structure')}, ${count(countFailed(table, rows))} of them failed. Points that would cover one another are drawn once.`,
    );
  }
}

function drawFigures(root: HTMLElement, { model, table, rows }: View): void {
  const tested = table === undefined ? (model?.live?.tested ?? 0) : rows.length;
  const failed = table === undefined ? (model?.live?.failed ?? 0) : countFailed(table, rows);
  root.hidden = model === undefined;
  const { rate, lower, upper } = rateOf(tested - failed, tested);
  root.replaceChildren(
    figure('Tested', count(tested), table === undefined ? 'in the search so far' : 'search and validation'),
    figure('Counterexamples', count(failed), tested === 0 ? '' : `${percent(failed / tested)} of those tested`),
    figure('Pass rate', percent(rate), tested === 0 ? '' : `${percent(lower)} to ${percent(upper)} (95 %)`),
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
  return notFinite === 0
    ? 'Every prediction was finite.'
    : `${plural(notFinite, 'structure')} without a finite prediction failed and ${notFinite === 1 ? 'has' : 'have'} no place here.`;
}
