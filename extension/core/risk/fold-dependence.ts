import { quantileOfSorted } from '../statistics/quantile.ts';
import { calibrated } from './calibration.ts';
import type { Columns } from './gradient-boosting-options.ts';
import { rowsOf } from './grouped-cross-validation.ts';
import { partialDependence } from './importance.ts';
import type { FoldModel } from './nested-cross-validation.ts';
import type { RiskReport } from './risk-report.ts';

type Dependence = (RiskReport & { kind: 'evaluated' })['dependence'][number];

/** Values of a feature at which the risk is asked for: quantiles, so that they lie where the structures are. */
const GRID = 11;

/** Held-out rows of a fold over which a mean is taken. */
const MOST_ROWS = 200;

/**
 * Partial dependence of the calibrated probability on one feature: per fold's model over rows that it has not seen, then
 * the mean over the folds with its least and greatest.
 */
export function dependenceOn(
  columns: Columns,
  feature: { readonly id: string; readonly unit: string },
  at: number,
  models: readonly FoldModel[],
): Dependence {
  const sorted = Float64Array.from(columns[at]!).filter(Number.isFinite).sort();
  const grid = gridOf(sorted);
  const perFold = models.map(({ rows, score, calibration }) => {
    const step = Math.max(1, Math.ceil(rows.length / MOST_ROWS));
    const some = rows.filter((_, place) => place % step === 0);
    return partialDependence(
      (table) => score(table).map((value) => calibrated(calibration, value)),
      rowsOf(columns, some),
      at,
      grid,
    );
  });
  const within = (value: number): number => Math.min(1, Math.max(0, value));
  return {
    feature: feature.id,
    unit: feature.unit,
    points: grid.map((value, place) => {
      const risks = perFold.map((values) => values[place]!);
      return {
        value,
        risk: within(risks.reduce((sum, risk) => sum + risk, 0) / risks.length),
        lowest: within(Math.min(...risks)),
        highest: within(Math.max(...risks)),
      };
    }),
  };
}

function gridOf(sorted: Float64Array): number[] {
  if (sorted.length === 0) return [];
  const values = Array.from({ length: GRID }, (_, at) => quantileOfSorted(sorted, at / (GRID - 1)));
  return values.filter((value, at) => at === 0 || value > values[at - 1]!);
}
