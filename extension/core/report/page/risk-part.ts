import type { RiskReport } from '../../risk/risk-report.ts';
import { intervalFigure } from './interval-figure.ts';
import { lineFigure } from './line-figure.ts';
import { markup, type Markup } from './markup.ts';
import { figure, percent, pText, rangeText } from './number-text.ts';
import { figureWithTable, table } from './table.ts';

type Evaluated = Extract<RiskReport, { kind: 'evaluated' }>;

/** How well failures can be foretold, with the baselines that cost nothing. */
export function riskPart(risk: RiskReport): Markup {
  if (risk.kind === 'too-few') {
    return markup`<section id="risk"><h2>Risk</h2><p class="note">${risk.reason}</p></section>`;
  }
  return markup`<section id="risk"><h2>Risk</h2><p>${risk.rows} structures of ${risk.groups} compositions, ${risk.failures} of them failing; ${risk.folds} folds that keep compositions together, scores out of fold.</p>${areas(risk)}${curves(risk)}${comparisons(risk)}${importances(risk)}<p>Shuffled labels: area ${figure(risk.control.area)}, interval under chance ${rangeText(risk.control.interval)} over ${risk.control.shuffles} shuffles; ${risk.control.isSound ? 'as chance would have it.' : markup`<span class="bad">further from 0.5 than chance allows: the figures above leak.</span>`}</p></section>`;
}

function areas({ scores }: Evaluated): Markup {
  return figureWithTable(
    'Area under the ROC curve with DeLong’s 95 % intervals; 0.5 says nothing. Models first, then baselines.',
    intervalFigure(
      'Areas under the ROC curve',
      scores.map(({ title, area }) => ({ label: title, value: area.value, interval: area.delong })),
      { label: 'area under the ROC curve', from: 0, to: 1, mark: 0.5 },
    ),
    table(
      'Scores',
      [
        { title: 'score' },
        { title: 'rows', numeric: true },
        { title: 'AUC', numeric: true },
        { title: 'DeLong', numeric: true },
        { title: 'BCa, groups', numeric: true },
        { title: 'AURC', numeric: true },
        { title: 'Brier', numeric: true },
      ],
      scores.map(({ title, rows, area, riskCoverage, calibration }) => [
        title,
        rows,
        figure(area.value),
        rangeText(area.delong),
        rangeText(area.bca),
        figure(riskCoverage?.area ?? null),
        figure(calibration?.brier ?? null),
      ]),
    ),
  );
}

function curves({ scores }: Evaluated): Markup {
  const drawn = scores.slice(0, 6);
  const top = scores.flatMap(({ title, top: shares }) =>
    shares.map(({ share, rows, precision, interval }) => [
      title,
      percent(share),
      rows,
      percent(precision),
      interval === null ? '–' : `${percent(interval.lower)} to ${percent(interval.upper)}`,
    ]),
  );
  return markup`${figureWithTable(
    'Receiver operating characteristic, out of fold.',
    lineFigure({
      title: 'Receiver operating characteristic',
      description: drawn.map(({ title, area }) => `${title}: area ${figure(area.value)}`).join('; '),
      x: { label: 'false positive rate', from: 0, to: 1 },
      y: { label: 'true positive rate', from: 0, to: 1 },
      diagonal: true,
      series: drawn.map(({ title, roc }) => ({
        name: title,
        points: roc.map(({ falsePositiveRate, truePositiveRate }) => ({ x: falsePositiveRate, y: truePositiveRate })),
      })),
    }),
    table(
      'Failures among the rows of greatest score',
      [
        { title: 'score' },
        { title: 'top', numeric: true },
        { title: 'rows', numeric: true },
        { title: 'precision', numeric: true },
        { title: '95 % CI', numeric: true },
      ],
      top,
      40,
    ),
  )}${riskCoverage(drawn)}${calibrations(scores)}`;
}

function riskCoverage(scores: Evaluated['scores']): Markup {
  const drawn = scores.filter((score) => score.riskCoverage !== null);
  if (drawn.length === 0) return markup``;
  const highest = Math.max(...drawn.flatMap((score) => score.riskCoverage!.points.map(({ risk }) => risk)), 0.01);
  return figureWithTable(
    'Risk against coverage: the failure rate of what is left when the riskiest structures are turned away. Low is good.',
    lineFigure({
      title: 'Risk against coverage',
      description: drawn.map(({ title, riskCoverage: curve }) => `${title}: area ${figure(curve!.area)}`).join('; '),
      x: { label: 'coverage', from: 0, to: 1 },
      y: { label: 'failure rate', from: 0, to: highest },
      series: drawn.map(({ title, riskCoverage: curve }) => ({
        name: title,
        points: curve!.points.map(({ coverage, risk }) => ({ x: coverage, y: risk })),
      })),
    }),
    table(
      'Areas',
      [{ title: 'score' }, { title: 'AURC', numeric: true }, { title: '95 % CI', numeric: true }],
      drawn.map(({ title, riskCoverage: curve }) => [title, figure(curve!.area), rangeText(curve!.interval)]),
    ),
  );
}

function calibrations(scores: Evaluated['scores']): Markup {
  const models = scores.filter(({ calibration }) => calibration !== null).slice(0, 4);
  if (models.length === 0) return markup``;
  return figureWithTable(
    'Reliability: the observed share of failures against the predicted probability.',
    lineFigure({
      title: 'Reliability',
      description: models
        .map(({ title, calibration }) => `${title}: Brier score ${figure(calibration!.brier)}`)
        .join('; '),
      x: { label: 'predicted', from: 0, to: 1 },
      y: { label: 'observed', from: 0, to: 1 },
      diagonal: true,
      series: models.map(({ title, calibration }) => ({
        name: title,
        points: calibration!.bins.map(({ predicted, observed }) => ({ x: predicted, y: observed })),
      })),
    }),
    table(
      'Bins',
      [
        { title: 'score' },
        { title: 'rows', numeric: true },
        { title: 'predicted', numeric: true },
        { title: 'observed', numeric: true },
        { title: '95 % CI', numeric: true },
      ],
      models.flatMap(({ title, calibration }) =>
        calibration!.bins.map((bin) => [
          title,
          bin.rows,
          figure(bin.predicted),
          figure(bin.observed),
          rangeText(bin.interval),
        ]),
      ),
    ),
  );
}

function comparisons({ comparisons: all, scores }: Evaluated): Markup {
  if (all.length === 0) return markup``;
  const titles = new Map(scores.map(({ id, title }) => [id, title]));
  return table(
    'Differences of area on the rows that both score; p-values of DeLong, Holm-corrected',
    [
      { title: 'first' },
      { title: 'second' },
      { title: 'difference', numeric: true },
      { title: '95 % CI', numeric: true },
      { title: 'p', numeric: true },
    ],
    all.map(({ first, second, difference, interval, adjustedPValue }) => [
      titles.get(first) ?? first,
      titles.get(second) ?? second,
      figure(difference),
      rangeText(interval),
      pText(adjustedPValue),
    ]),
  );
}

function importances({ importances: all }: Evaluated): Markup {
  if (all.length === 0) return markup``;
  const sorted = [...all].sort((a, b) => (b.drop ?? -1) - (a.drop ?? -1)).slice(0, 20);
  const ends = sorted.flatMap(({ drop, interval }) => [drop ?? 0, interval?.lower ?? 0, interval?.upper ?? 0]);
  return figureWithTable(
    'Permutation importance: loss of area when a feature’s values are dealt out to other rows.',
    intervalFigure(
      'Permutation importance',
      sorted.map(({ feature, drop, interval }) => ({ label: feature, value: drop, interval })),
      { label: 'loss of area', from: Math.min(0, ...ends), to: Math.max(0.01, ...ends), mark: 0 },
    ),
    table(
      'Importances',
      [{ title: 'feature' }, { title: 'loss', numeric: true }, { title: '95 % CI', numeric: true }],
      sorted.map(({ feature, drop, interval }) => [feature, figure(drop), rangeText(interval)]),
    ),
  );
}
