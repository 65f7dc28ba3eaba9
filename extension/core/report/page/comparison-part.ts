import type { Comparison } from '../../comparison/comparison-schema.ts';
import { intervalFigure } from './interval-figure.ts';
import { markup, type Markup } from './markup.ts';
import { matrixFigure } from './matrix-figure.ts';
import { estimateText, figure, percent, percentRange, pText } from './number-text.ts';
import { figureWithTable, table } from './table.ts';

/** Several models on the same structures. */
export function comparisonPart(comparison: Comparison): Markup {
  const { models, pairs, transfer, riskTransfer, criterion, structures, leftOut, groups, folds, notes } = comparison;
  const names = models.map(({ id }) => id);
  const transferAt = new Map(transfer.map((one) => [`${one.from} ${one.to}`, one.rate.rate]));
  const areaAt = new Map(riskTransfer.map((one) => [`${one.from} ${one.to}`, one.area?.value ?? null]));
  return markup`<section id="models"><h2>Models compared</h2><p>${models.length} models on ${structures} structures of ${groups} compositions (${leftOut} left out because not every model could be judged on them); ${criterion.kind} above ${figure(criterion.threshold)} ${criterion.unit} fails.</p>${notes.map((note) => markup`<p class="note">${note}</p>`)}${figureWithTable(
    'Failure rates with exact 95 % intervals.',
    intervalFigure(
      'Failure rates',
      models.map(({ id, rate }) => ({ label: id, value: rate.rate, interval: rate.clopperPearson })),
      {
        label: 'share failing',
        from: 0,
        to: Math.min(1, Math.max(...models.map(({ rate }) => rate.clopperPearson.upper), 0.01)),
      },
    ),
    table(
      'Models',
      [
        { title: 'model' },
        { title: 'fail', numeric: true },
        { title: 'rate', numeric: true },
        { title: '95 % CI', numeric: true },
        { title: `median error (${criterion.unit})`, numeric: true },
      ],
      models.map(({ id, rate, medianError }) => [
        id,
        rate.failures,
        percent(rate.rate),
        percentRange(rate.clopperPearson),
        estimateText(medianError),
      ]),
    ),
  )}<figure><figcaption>Transfer of failures: of the structures that the row’s model fails on, the share that the column’s fails on.</figcaption>${matrixFigure('Transfer of failures', names, (row, column) => (row === column ? null : (transferAt.get(`${row} ${column}`) ?? null)), { from: 0, to: 1 })}</figure><figure><figcaption>Transfer of the risk model: area under the ROC curve of trees that learnt the row’s failures, against the column’s, ${folds}-fold with compositions kept together; 0.5 says nothing.</figcaption>${matrixFigure('Transfer of the risk model', names, (row, column) => areaAt.get(`${row} ${column}`) ?? null, { from: 0.5, to: 1 })}</figure>${transfers(comparison)}${table(
    'Pairs; p-values after Holm’s correction over all pairs (those of Benjamini and Hochberg are in the JSON twin)',
    [
      { title: 'models' },
      { title: 'both fail', numeric: true },
      { title: 'Jaccard', numeric: true },
      { title: 'McNemar p', numeric: true },
      { title: 'Pearson', numeric: true },
      { title: 'Spearman', numeric: true },
      { title: 'importances', numeric: true },
    ],
    pairs.map((pair) => [
      `${names[pair.first]!} · ${names[pair.second]!}`,
      pair.both,
      estimateText(pair.jaccard),
      pText(pair.mcnemar?.holm ?? null),
      estimateText(pair.pearson),
      estimateText(pair.spearman),
      estimateText(pair.importance),
    ]),
    120,
  )}</section>`;
}

/** The numbers of both matrices, with their intervals. */
function transfers({ models, transfer, riskTransfer }: Comparison): Markup {
  const areas = new Map(riskTransfer.map((one) => [`${one.from} ${one.to}`, one.area]));
  return table(
    'Transfer from one model to another: failures shared, their share of the first model’s failures over the second’s overall rate (lift), and the area of the risk model',
    [
      { title: 'from · to' },
      { title: 'shared', numeric: true },
      { title: 'share', numeric: true },
      { title: '95 % CI', numeric: true },
      { title: 'lift', numeric: true },
      { title: 'AUC', numeric: true },
    ],
    transfer.map(({ from, to, rate, lift }) => [
      `${models[from]!.id} · ${models[to]!.id}`,
      `${rate.failures} of ${rate.structures}`,
      percent(rate.rate),
      rate.rate === null ? '–' : percentRange(rate.clopperPearson),
      figure(lift),
      estimateText(areas.get(`${from} ${to}`) ?? null),
    ]),
    240,
  );
}
