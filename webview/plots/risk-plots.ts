import type { RiskReport, ScoreReport } from '../../extension/protocol/risk-report.ts';
import { featureName } from '../format.ts';
import type { Plot, Series } from '../plot.ts';
import { t } from '../words.ts';

export type Evaluated = Extract<RiskReport, { kind: 'evaluated' }>;

/** One line per score; baselines are dashed. */
function lines(scores: readonly ScoreReport[], points: (score: ScoreReport) => Series['points']): Series[] {
  return scores.map((score, style) => ({
    name: score.role === 'baseline' ? t('{0} (baseline)', score.title) : score.title,
    shape: 'line',
    style,
    dashed: score.role === 'baseline',
    points: points(score),
  }));
}

const share = { percent: true, min: 0, max: 1 } as const;

export function rocPlot({ scores }: Evaluated): Plot {
  return {
    x: { title: t('false alarms among passes'), ...share },
    y: { title: t('failures found'), ...share },
    series: lines(scores, ({ roc }) => roc.map(({ falsePositiveRate: x, truePositiveRate: y }) => ({ x, y }))),
  };
}

export function riskCoveragePlot({ scores }: Evaluated): Plot {
  return {
    x: { title: t('coverage: share accepted'), ...share },
    y: { title: t('failure rate inside'), percent: true, min: 0 },
    series: lines(scores, ({ riskCoverage }) =>
      (riskCoverage?.points ?? []).map(({ coverage: x, risk: y }) => ({ x, y })),
    ),
  };
}

/** Observed failure rate against the predicted one, with the line of perfect calibration; null without a model. */
export function reliabilityPlot({ scores }: Evaluated): Plot | null {
  const calibrated = scores.filter(({ calibration }) => calibration !== null);
  if (calibrated.length === 0) return null;
  return {
    x: { title: t('predicted probability of failure'), ...share },
    y: { title: t('observed failure rate'), ...share },
    series: [
      ...lines(calibrated, ({ calibration }) =>
        calibration!.bins.map(({ predicted, observed, interval }) => ({ x: predicted, y: observed, ...interval })),
      ),
      {
        name: t('perfect'),
        shape: 'line',
        style: 5,
        dashed: true,
        points: [
          { x: 0, y: 0 },
          { x: 1, y: 1 },
        ],
      },
    ],
  };
}

/** What the model loses when a feature's values are shuffled; 0 is a feature that says nothing. */
export function importancePlot({ importances }: Evaluated): Plot | null {
  const known = importances.filter(({ drop }) => drop !== null);
  if (known.length === 0) return null;
  const ends = known.flatMap(({ drop, interval }) => [drop!, interval?.lower ?? 0, interval?.upper ?? 0]);
  return {
    x: { title: '', categories: known.map(({ feature }) => featureName(feature)) },
    y: { title: t('loss of AUC'), min: 1.1 * Math.min(0, ...ends), max: 1.1 * Math.max(0.01, ...ends) },
    series: [
      {
        name: t('importance'),
        shape: 'bars',
        style: 0,
        points: known.map(({ drop, interval }, x) => ({ x, y: drop!, ...interval })),
      },
    ],
    marks: [{ axis: 'y', at: 0, label: t('says nothing') }],
  };
}
