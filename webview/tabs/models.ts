import type { Comparison, Estimate } from '../../extension/protocol/report.ts';
import { cardChoice } from '../card-choice.ts';
import { chartCard, twinElement } from '../chart-card.ts';
import { element } from '../element.ts';
import { percent, quantity, range, structures } from '../format.ts';
import type { Actions, Section, View } from '../page.ts';
import type { Plot } from '../plot.ts';
import { wilsonInterval } from '../rates.ts';
import { waitingWords } from './risk.ts';
import { t } from '../words.ts';

/** Every model of the project beside the others: failure rates, who fails where, and whose failures foretell whose. */
export function modelsTab(actions: Actions): Section[] {
  const rates = chartCard({
    id: 'model-rates',
    title: t('Failure rate by model'),
    hint: t('With 95 % intervals'),
    ...cardChoice(actions, 'model-rates'),
  });
  const words = element('p', { class: 'nothing' });
  const matrices = element('div', { class: 'discovery' });
  const root = element('section', { class: 'comparison discovery' }, rates.root, words, matrices);
  let drawn: unknown[] = [];
  return [
    {
      root,
      update(view) {
        const { state, report, table } = view;
        const key = [state.models, report?.comparison, report === undefined, table === undefined];
        if (key.every((part, at) => part === drawn[at])) return;
        drawn = key;
        const comparison = report?.comparison ?? null;
        rates.update(
          ratesPlot(view, comparison),
          comparison === null
            ? t('Each model on the structures that its own search chose; searches differ, so rates are not compared.')
            : t('On {0} that every model answered for.', structures(comparison.structures)),
        );
        words.hidden = comparison !== null;
        words.textContent =
          state.models.length < 2
            ? t('Name two or more models in pcm.json to compare them on the same structures.')
            : waitingWords(report === undefined, table === undefined, []);
        matrices.replaceChildren(...(comparison === null ? [] : matricesOf(comparison)));
      },
    },
  ];
}

function ratesPlot({ state }: View, comparison: Comparison | null): Plot | null {
  const models =
    comparison === null
      ? state.models.flatMap(({ id, result, live }) => {
          const counts = result?.structures ?? live;
          return counts === null || counts.tested === 0
            ? []
            : [{ id, failures: counts.failed, structures: counts.tested }];
        })
      : comparison.models.map(({ id, rate }) => ({ id, failures: rate.failures, structures: rate.structures }));
  if (models.length === 0) return null;
  const points = models.map(({ failures, structures: tested }, x) => ({
    x,
    y: failures / tested,
    ...wilsonInterval(failures, tested),
  }));
  return {
    x: { title: '', categories: models.map(({ id }) => id) },
    // As high as the intervals reach.
    y: {
      title: t('failure rate'),
      percent: true,
      min: 0,
      max: Math.min(1, 1.1 * Math.max(...points.map(({ upper }) => upper))),
    },
    series: [{ name: t('failure rate'), shape: 'bars', style: 0, points }],
  };
}

/** One table per question, models along both sides, an interval in every cell that has one. */
function matricesOf(comparison: Comparison): HTMLElement[] {
  const { models, pairs, transfer, riskTransfer } = comparison;
  const pairOf = (a: number, b: number): (typeof pairs)[number] | undefined =>
    pairs.find(({ first, second }) => first === Math.min(a, b) && second === Math.max(a, b));
  const matrix = (title: string, hint: string, cell: (row: number, column: number) => string): HTMLElement =>
    element(
      'article',
      { class: 'card' },
      element('h3', {}, title),
      element('p', { class: 'faint' }, hint),
      twinElement(
        {
          columns: ['', ...models.map(({ id }) => id)],
          rows: models.map(({ id }, row) => [id, ...models.map((_, column) => cell(row, column))]),
          omitted: 0,
        },
        title,
      ),
    );
  return [
    matrix(
      t('Failures that transfer'),
      t('Of what the model of the row fails on, the share that the one of the column fails on'),
      (row, column) => {
        const found = transfer.find(({ from, to }) => from === row && to === column);
        if (found?.rate.rate == null) return '–';
        return `${percent(found.rate.rate)} (${range(found.rate.clopperPearson, percent)})`;
      },
    ),
    matrix(
      t('Overlap of failures'),
      t('Structures on which both fail over those on which any of the two fails (Jaccard)'),
      (row, column) => (row === column ? '1' : estimateText(pairOf(row, column)?.jaccard ?? null)),
    ),
    matrix(t('Correlation of errors'), t('Spearman, with Holm-corrected p-values'), (row, column) => {
      if (row === column) return '1';
      const spearman = pairOf(row, column)?.spearman ?? null;
      return spearman === null ? '–' : t('{0}, p {1}', estimateText(spearman), quantity(spearman.test.holm));
    }),
    matrix(
      t('Equal failure rates?'),
      t('McNemar’s exact test, Holm-corrected p-value; who alone fails how often'),
      (row, column) => {
        const pair = row === column ? undefined : pairOf(row, column);
        if (pair === undefined) return '–';
        const alone = row < column ? pair.onlyFirst : pair.onlySecond;
        return pair.mcnemar === null
          ? t('alone {0}', alone)
          : t('p {0}; alone {1}', quantity(pair.mcnemar.holm), alone);
      },
    ),
    matrix(
      t('Risk models that transfer'),
      t('AUC of a risk model trained on the row’s failures against the column’s'),
      (row, column) => estimateText(riskTransfer.find(({ from, to }) => from === row && to === column)?.area ?? null),
    ),
    matrix(t('Agreement on what matters'), t('Spearman correlation of both risk models’ importances'), (row, column) =>
      row === column ? '1' : estimateText(pairOf(row, column)?.importance ?? null),
    ),
  ];
}

function estimateText(estimate: Estimate | null): string {
  if (estimate === null) return '–';
  const { value, interval } = estimate;
  return interval === null ? quantity(value) : `${quantity(value)} (${range(interval, quantity)})`;
}
