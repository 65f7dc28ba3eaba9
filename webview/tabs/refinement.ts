import { cardChoice } from '../card-choice.ts';
import { chartCard, type ChartCard } from '../chart-card.ts';
import { element } from '../element.ts';
import { featureName, percent, unitText } from '../format.ts';
import type { Actions, Section } from '../page.ts';
import { boundsPlot, boundText, compressionPlot, passRatePlot } from '../plots/refinement-plots.ts';
import { alternativesSection } from '../sections/alternatives.ts';
import { roundsSection } from '../sections/rounds.ts';
import { t } from '../words.ts';

/** How the envelope closed in: every bound with its interval, what was cut off, and what the rounds found. */
export function refinementTab(actions: Actions): Section[] {
  return [chartsSection(actions), roundsSection(), alternativesSection()];
}

function chartsSection(actions: Actions): Section {
  const grid = element('div', { class: 'cards' });
  const root = element('section', { class: 'envelope' }, grid);
  const empty = element('p', { class: 'faint nothing' }, t('The first round has not ended yet.'));
  root.append(empty);
  const cards = new Map<string, ChartCard>();
  const cardOf = (id: string, title: string, hint: string): ChartCard => {
    let card = cards.get(id);
    if (card === undefined) {
      card = chartCard({ id, title, hint, ...cardChoice(actions, id) });
      cards.set(id, card);
      grid.append(card.root);
    }
    return card;
  };
  let drawn = '';

  return {
    root,
    update({ model }) {
      const rounds = model?.rounds ?? [];
      const key = JSON.stringify([model?.id, rounds]);
      if (key === drawn) return;
      drawn = key;
      const last = rounds.at(-1);
      empty.hidden = last !== undefined;
      const wanted = new Set(last?.features.map(({ feature }) => `bounds ${feature}`) ?? []);
      for (const [id, card] of cards) {
        if (id.startsWith('bounds ') && !wanted.has(id)) {
          card.root.remove();
          cards.delete(id);
        }
      }
      if (last === undefined) {
        grid.replaceChildren();
        cards.clear();
        return;
      }
      for (const { feature, lower, upper, unit, compression } of last.features) {
        cardOf(`bounds ${feature}`, featureName(feature), t('{0} % narrower', Math.round(100 * compression))).update(
          boundsPlot(rounds, feature),
          t('After round {0}: {1} to {2} {3}', last.round, boundText(lower), boundText(upper), unitText(unit)).trim(),
        );
      }
      cardOf('compression', t('Compression'), t('Share of each feature’s first range that was cut off')).update(
        compressionPlot(rounds),
        last.features.map((each) => `${featureName(each.feature)} ${percent(each.compression)}`).join(', '),
      );
      cardOf('pass-rate', t('Pass rate and coverage'), t('With 95 % intervals of the pass rate')).update(
        passRatePlot(rounds),
        t('After round {0} the envelope holds {1} of what was tested.', last.round, percent(last.coverage)),
      );
    },
  };
}
