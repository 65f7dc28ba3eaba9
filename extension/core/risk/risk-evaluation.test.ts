import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream } from '../random.ts';
import { holmAdjusted } from '../statistics/holm.ts';
import { groupBootstrap, groupMembers } from '../statistics/group-bootstrap.ts';
import { bootstrap } from '../statistics/bootstrap.ts';
import reference from '../../../test/fixtures/risk/evaluation.json' with { type: 'json' };
import { distanceToPassing, elementRarity, modelDisagreement } from './baseline-scores.ts';
import { countGroups, rankScores } from './midranks.ts';
import { evaluateRisk, type RiskEvaluationOptions, type RiskTable } from './risk-evaluation.ts';
import { failureRateAtCoverage, failureRateAtYield, riskCoverage, riskCoverageArea } from './risk-coverage.ts';
import { type RiskReport, riskReportSchema } from './risk-report.ts';

const quick: Partial<RiskEvaluationOptions> = { replicates: 100, permutations: 2, trees: 20, shuffles: 3, seed: 4 };

function finished<T>(steps: Generator<number, T>): T {
  let last = 0;
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    expect(step.value).toBeGreaterThanOrEqual(last);
    expect(step.value).toBeLessThanOrEqual(1 + 1e-12);
    last = step.value;
  }
}

function evaluated(table: RiskTable, options = quick): RiskReport & { kind: 'evaluated' } {
  const report = riskReportSchema.parse(finished(evaluateRisk(table, options)));
  if (report.kind !== 'evaluated') throw new Error(report.reason);
  return report;
}

/** Failures follow the first feature up to noise; a composition has two structures with the same verdict. */
function simulated(rows: number, seed: number, signal: number): RiskTable {
  const random = randomStream(seed, 'evaluation');
  const columns = [0, 1, 2].map(() => new Float64Array(rows));
  const failed = new Uint8Array(rows);
  const keys: string[] = [];
  for (let row = 0; row < rows; row += 2) {
    const values = columns.map(() => random.uniform());
    const verdict = signal * values[0]! + (1 - signal) * random.uniform() > 0.6 ? 1 : 0;
    for (const copy of [row, row + 1]) {
      for (const [f, column] of columns.entries()) column[copy] = values[f]! + 0.001 * (copy - row);
      failed[copy] = verdict;
      keys.push(`A${row}`);
    }
  }
  return {
    features: ['first', 'second', 'third'].map((id) => ({ id, unit: '1' })),
    columns,
    failed,
    keys,
    elements: null,
    baselines: [],
  };
}

describe('an evaluation of risk', () => {
  const table = simulated(400, 1, 0.8);
  const report = evaluated({
    ...table,
    elements: table.keys.map((_, row) => (row % 3 === 0 ? [1, 8] : [8])),
    baselines: [
      {
        id: 'hull',
        title: 'Hull distance',
        scores: Float64Array.from(table.failed, (_, row) => (row % 7 === 0 ? NaN : row % 5)),
      },
    ],
  });
  const score = (id: string) => report.scores.find((one) => one.id === id)!;

  it('finds what is there, with every baseline beside it', () => {
    expect(report.scores.map(({ id }) => id)).toEqual(['trees', 'logistic', 'distance', 'rarity', 'hull']);
    expect(score('trees').area.value).toBeGreaterThan(0.85);
    expect(score('trees').area.percentile!.lower).toBeGreaterThan(0.75);
    expect(Math.abs(score('rarity').area.value! - 0.5)).toBeLessThan(0.1);
    expect(score('hull').rows).toBe(400 - 58);
    const against = report.comparisons.find(({ first, second }) => first === 'trees' && second === 'hull')!;
    expect(against.rows).toBe(400 - 58);
    expect(against.pValue).toBeLessThan(1e-4);
    expect(against.adjustedPValue).toBeGreaterThanOrEqual(against.pValue!);
    expect(against.atCoverage.map(({ level }) => level)).toEqual([0.2, 0.5, 0.8]);
    expect(against.atCoverage[1]!.difference).toBeLessThan(0);
    expect(against.atCoverage[1]!.interval!.upper).toBeLessThan(0);
    expect(report.comparisons).toHaveLength(7);
  });

  it('is calibrated better than the failure rate alone, and ranks the feature that matters first', () => {
    const { brier, brierOfRate } = score('trees').calibration!;
    expect(brier).toBeLessThan(brierOfRate);
    const [first, second, third] = report.importances;
    expect(first!.drop).toBeGreaterThan(0.15);
    expect(first!.interval!.lower).toBeGreaterThan(Math.max(second!.drop!, third!.drop!));
    const risks = report.dependence[0]!.points.map(({ risk }) => risk);
    expect(risks.at(-1)! - risks[0]!).toBeGreaterThan(0.5);
  });

  it('has a control at 0.5, and the same numbers for the same seed', () => {
    expect(report.control.isSound).toBe(true);
    const small = simulated(120, 2, 0.7);
    expect(evaluated(small)).toEqual(evaluated(small));
  });

  it('says nothing of noise', () => {
    const { scores, control } = evaluated(simulated(400, 3, 0));
    const [trees] = scores;
    expect(trees!.area.delong!.lower).toBeLessThan(0.5);
    expect(control.interval!.lower).toBeLessThan(0.5);
    expect(control.interval!.upper).toBeGreaterThan(0.5);
  });

  it('refuses what is too little, and thins what is too much by whole groups', () => {
    const few = finished(evaluateRisk({ ...table, failed: new Uint8Array(400) }, quick));
    expect(few).toMatchObject({ kind: 'too-few', failures: 0 });
    const thin = evaluated(table, { ...quick, mostRows: 150 });
    expect(thin.rows + thin.leftOut).toBe(400);
    expect(thin.rows).toBe(2 * thin.groups);
  });
});

describe('baselines', () => {
  it('measure the distance to the nearest passing structure as scikit-learn does', () => {
    const { columns, failed, fold, distances } = reference.distance;
    const found = finished(
      distanceToPassing(columns, failed, { kind: 'folds', fold: Int32Array.from(fold), folds: 4 }),
    );
    for (const [row, expected] of distances.entries()) expect(found[row]).toBeCloseTo(expected, 10);
  });

  it('know elements by the other folds alone', () => {
    const fold = { kind: 'folds' as const, fold: Int32Array.of(0, 0, 1, 1), folds: 2 };
    expect(Array.from(elementRarity([[8], [8, 26], [8], [26]], fold))).toEqual([-0.5, -0.5, -1, -0.5]);
    expect(elementRarity([[], [8], [8], [8]], fold)[0]).toBeNaN();
  });

  it('take a model without an answer as disagreement without bound', () => {
    expect(modelDisagreement([[1, 2]])).toBeNull();
    expect(
      Array.from(
        modelDisagreement([
          [1, 2, NaN],
          [3, 2, 0],
        ])!,
      ),
    ).toEqual([1, 0, Infinity]);
  });
});

describe('what is accepted', () => {
  const labelled = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 1 })), {
    minLength: 1,
    maxLength: 40,
  });
  const countsOf = (rows: readonly (readonly [number, number])[]) =>
    countGroups(
      rankScores(rows.map(([score]) => score))!,
      rows.map(([, mark]) => mark),
    );

  it('is the risk–coverage curve at the counts that exist, and its mean is the area', () => {
    fc.assert(
      fc.property(labelled, (rows) => {
        const counts = countsOf(rows);
        const curve = riskCoverage(
          rows.map(([score]) => score),
          rows.map(([, mark]) => mark),
        )!;
        for (const [at, share] of curve.coverage.entries()) {
          expect(failureRateAtCoverage(counts, share)).toBeCloseTo(curve.risk[at]!, 9);
        }
        expect(riskCoverageArea(counts)).toBeCloseTo(curve.area, 12);
      }),
    );
  });

  it('keeps the wanted share of what passes', () => {
    const counts = countsOf([
      [0, 0],
      [0, 1],
      [1, 0],
      [2, 1],
      [3, 0],
    ]);
    expect(failureRateAtYield(counts, 1 / 3)).toBeCloseTo(1 / 2);
    expect(failureRateAtYield(counts, 2 / 3)).toBeCloseTo(1 / 3);
    expect(failureRateAtYield(counts, 1)).toBeCloseTo(2 / 5);
    expect(failureRateAtYield(countsOf([[0, 1]]), 0.5)).toBeNaN();
  });
});

describe('resampling groups', () => {
  it('is the ordinary bootstrap where every row is its own group', () => {
    const values = Float64Array.from({ length: 50 }, (_, at) => (at * 37) % 50);
    const mean = (rows: Int32Array): number => rows.reduce((sum, row) => sum + values[row]!, 0) / rows.length;
    const options = { replicates: 300, confidence: 0.95, jackknifeBlocks: 200 };
    const members = groupMembers(Array.from(values, (_, at) => `${at}`));
    expect(groupBootstrap(members, mean, options, randomStream(2))).toEqual(
      bootstrap(50, mean, options, randomStream(2)),
    );
  });

  it('is wider where rows come in groups of equals', () => {
    const random = randomStream(8, 'groups');
    const values = Float64Array.from({ length: 60 }, () => random.uniform());
    const all = Float64Array.from({ length: 240 }, (_, row) => values[row >> 2]!);
    const mean = (rows: Int32Array): number => rows.reduce((sum, row) => sum + all[row]!, 0) / rows.length;
    const options = { replicates: 500, confidence: 0.95, jackknifeBlocks: 200 };
    const width = (keys: string[]): number => {
      const { percentile } = groupBootstrap(groupMembers(keys), mean, options, randomStream(2));
      return percentile!.upper - percentile!.lower;
    };
    const grouped = width(Array.from(all, (_, row) => `${row >> 2}`));
    const single = width(Array.from(all, (_, row) => `${row}`));
    expect(grouped / single).toBeGreaterThan(1.7);
    expect(grouped / single).toBeLessThan(2.4);
  });
});

describe("Holm's correction", () => {
  it('is that of statsmodels', () => {
    for (const { pValues, adjusted } of reference.holm) {
      const found = holmAdjusted([null, ...pValues]);
      expect(found[0]).toBeNull();
      for (const [at, expected] of adjusted.entries()) expect(found[at + 1]).toBeCloseTo(expected, 14);
    }
  });
});
