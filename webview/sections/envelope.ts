import type { ModelView } from '../../extension/protocol/dashboard-state.ts';
import { element } from '../element.ts';
import { boundText, createEnvelopeChart, type EnvelopeChart, type EnvelopeSeries } from '../envelope-chart.ts';
import { featureName, unitText } from '../format.ts';
import type { Section } from '../page.ts';
import { onThemeChange, readColours } from '../theme.ts';

interface Card {
  readonly root: HTMLElement;
  update(series: EnvelopeSeries, compression: number): void;
  recolour(): void;
  destroy(): void;
}

/** One card per feature: how its bounds closed in over the rounds. Charts are kept and fed, not drawn anew. */
export function envelopeSection(): Section {
  const root = element('section', { class: 'envelope' });
  const grid = element('div', { class: 'cards' });
  root.append(
    element(
      'div',
      { class: 'heading' },
      element('h2', {}, 'Envelope'),
      element('span', { class: 'faint' }, 'bounds after each round, with bootstrap confidence intervals'),
    ),
    grid,
  );
  const cards = new Map<string, Card>();
  let shown: string | undefined;
  let drawn = '';
  onThemeChange(() => cards.forEach((card) => card.recolour()));

  return {
    root,
    update({ model }) {
      const features = model?.rounds.at(-1)?.features ?? [];
      root.hidden = features.length === 0;
      const key = JSON.stringify([model?.id, model?.rounds]);
      if (key === drawn) return;
      drawn = key;
      const wanted = new Set(features.map(({ feature }) => feature));
      for (const [feature, card] of cards) {
        if (model?.id === shown && wanted.has(feature)) continue;
        card.destroy();
        cards.delete(feature);
      }
      shown = model?.id;
      if (model === undefined) return;
      for (const { feature, compression } of features) {
        let card = cards.get(feature);
        if (card === undefined) {
          card = createCard(feature, grid);
          cards.set(feature, card);
        }
        card.update(seriesOf(model, feature), compression);
      }
    },
  };
}

function createCard(feature: string, grid: HTMLElement): Card {
  const canvas = document.createElement('canvas');
  canvas.setAttribute('role', 'img');
  const corner = element('span', { class: 'badge numbers' });
  const summary = element('div', { class: 'faint numbers card-summary' });
  const root = element(
    'article',
    { class: 'card' },
    element('div', { class: 'card-title' }, element('h3', { title: feature }, featureName(feature)), corner),
    element('div', { class: 'plot' }, canvas),
    summary,
  );
  grid.append(root);
  let chart: EnvelopeChart | undefined;
  return {
    root,
    update(series, compression) {
      corner.textContent = `${Math.round(compression * 100)} % narrower`;
      const last = series.points.at(-1);
      const words =
        last === undefined ? '' : `${boundText(last.lower)} to ${boundText(last.upper)} ${series.unit}`.trim();
      summary.replaceChildren(words);
      canvas.setAttribute('aria-label', `${featureName(feature)} after round ${last?.round ?? 0}: ${words}`);
      if (chart === undefined) chart = createEnvelopeChart(canvas, series, readColours());
      else chart.update(series);
    },
    recolour: () => chart?.recolour(readColours()),
    destroy() {
      chart?.destroy();
      root.remove();
    },
  };
}

function seriesOf(model: ModelView, feature: string): EnvelopeSeries {
  const rows = model.rounds.flatMap((round) =>
    round.features
      .filter((each) => each.feature === feature)
      .map(({ lower, upper, unit }) => ({ point: { round: round.round, lower, upper }, unit, rounds: round.rounds })),
  );
  return {
    unit: unitText(rows.at(-1)?.unit ?? ''),
    rounds: rows.at(-1)?.rounds ?? 1,
    points: rows.map(({ point }) => point),
  };
}
