import { holmAdjusted } from '../statistics/holm.ts';
import { distanceToPassing, elementRarity } from './baseline-scores.ts';
import { dependenceOn } from './fold-dependence.ts';
import type { Columns } from './gradient-boosting-options.ts';
import { groupedFolds, type RiskFit, rowsOf } from './grouped-cross-validation.ts';
import { permutationImportance } from './importance.ts';
import { shuffledLabelControl } from './label-control.ts';
import { nestedCrossValidation, type NestedScores, outOfFoldScore } from './nested-cross-validation.ts';
import { boostedFit, logisticFit } from './risk-fits.ts';
import type { RiskReport } from './risk-report.ts';
import { compareScores, type ComparisonLevels } from './score-comparison.ts';
import { type FigureOptions, scoreFigures, type ScoredRows } from './score-figures.ts';

/** Observations of one model, one entry per structure. */
export interface RiskTable {
  readonly features: readonly { readonly id: string; readonly unit: string }[];
  /** columns[f][row]: feature values in their units; NaN where one is missing. */
  readonly columns: Columns;
  /** 1 for a failure. */
  readonly failed: Uint8Array;
  /** Rows with one key share a fold: compositions, so that near-duplicates never straddle folds. */
  readonly keys: readonly string[];
  /** Distinct atomic numbers per row; null where compositions are not known. */
  readonly elements: readonly (readonly number[])[] | null;
  /** Scores that came with the data (hull distance, formation energy, disagreement); the greater, the riskier. NaN: none. */
  readonly baselines: readonly { readonly id: string; readonly title: string; readonly scores: Float64Array }[];
}

export interface RiskEvaluationOptions extends FigureOptions {
  readonly folds: number;
  /** Folds inside each training set, for calibration. */
  readonly innerFolds: number;
  readonly permutations: number;
  readonly shuffles: number;
  readonly trees: number;
  readonly depth: number;
  readonly levels: ComparisonLevels;
  /** More rows than this are thinned, by whole groups. */
  readonly mostRows: number;
}

export const defaultRiskEvaluation: RiskEvaluationOptions = {
  folds: 5,
  innerFolds: 3,
  confidence: 0.95,
  replicates: 1000,
  seed: 0,
  topShares: [0.01, 0.05, 0.1, 0.2],
  reliabilityBins: 10,
  permutations: 10,
  shuffles: 5,
  trees: 100,
  depth: 3,
  levels: { coverage: [0.2, 0.5, 0.8], yield: [0.5, 0.8, 0.95] },
  mostRows: 10_000,
};

/** Fewer of either verdict, and no figure would mean anything. */
const FEWEST_PER_CLASS = 10;

/**
 * Evaluates what can be learned about failures from the features: boosted trees and logistic regression in grouped
 * cross-validation, and beside them the baselines that cost nothing: distance to the nearest passing structure, rarity of the
 * rarest element, and whatever came with the data. See `RiskReport` for what is said of each.
 *
 * Pure and deterministic: the same table and options give the same report. Yields progress in [0, 1].
 */
export function* evaluateRisk(
  table: RiskTable,
  options: Partial<RiskEvaluationOptions> = {},
): Generator<number, RiskReport> {
  const chosen: RiskEvaluationOptions = { ...defaultRiskEvaluation, ...options };
  const { columns, failed, keys, elements, baselines } = thinned(table, chosen);
  const rows = failed.length;
  const failures = failed.reduce((sum, mark) => sum + mark, 0);
  const groups = new Set(keys).size;
  const lacking = lackOf(rows, failures, groups, chosen);
  if (lacking !== null || columns.length === 0) {
    return { kind: 'too-few', rows, failures, groups, reason: lacking ?? 'There is no feature to learn from.' };
  }
  const grouped = groupedFolds(keys, chosen.folds, chosen.seed);
  if (grouped.kind !== 'folds') throw new Error('Groups were counted and are too few all the same.');

  const part = parts({ trees: 0.3, logistic: 0.05, distance: 0.05, control: 0.25, importance: 0.2, figures: 0.15 });
  const leaves = Math.min(20, Math.max(2, Math.floor(rows / 50)));
  const treeFit = boostedFit({
    trees: chosen.trees,
    maximumDepth: chosen.depth,
    l2: 1,
    minimumPerLeaf: leaves,
  });
  const trained = (fit: RiskFit): Generator<number, NestedScores> =>
    nestedCrossValidation(columns, failed, keys, grouped, fit, chosen);
  const trees = yield* part('trees', trained(treeFit));
  const logistic = yield* part('logistic', trained(logisticFit()));
  const distance = yield* part('distance', distanceToPassing(columns, failed, grouped));
  const models: ScoredRows[] = [
    { id: 'trees', title: 'Boosted trees', role: 'model', ...scored(trees, rows) },
    { id: 'logistic', title: 'Logistic regression', role: 'model', ...scored(logistic, rows) },
  ];
  const free: ScoredRows[] = [
    baseline('distance', 'Distance to the nearest passing structure', distance),
    ...(elements === null
      ? []
      : [baseline('rarity', 'Rarity of the rarest element', elementRarity(elements, grouped))]),
    ...baselines.map(({ id, title, scores }) => baseline(id, title, scores)),
  ];
  const control = yield* part('control', shuffledLabelControl(columns, failed, grouped, treeFit, chosen));
  const importances = yield* part(
    'importance',
    permutationImportance(outOfFoldScore(trees.models), columns, failed, chosen),
  );

  const figures = yield* part('figures', figuresOf(models, free, failed, keys, chosen));
  return {
    kind: 'evaluated',
    rows,
    failures,
    groups,
    folds: grouped.folds,
    leftOut: table.failed.length - rows,
    confidence: chosen.confidence,
    replicates: chosen.replicates,
    seed: chosen.seed,
    features: table.features.map(({ id }) => id),
    ...figures,
    importances: importances.map(({ drop, interval }, at) => ({
      feature: table.features[at]!.id,
      drop: Number.isFinite(drop) ? drop : null,
      interval: interval === null ? null : { lower: interval.lower, upper: interval.upper },
    })),
    dependence: table.features.map((feature, at) => dependenceOn(columns, feature, at, trees.models)),
    control,
  };
}

function lackOf(rows: number, failures: number, groups: number, { folds }: RiskEvaluationOptions): string | null {
  const passes = rows - failures;
  const [fewer, word] = failures < passes ? [failures, 'failed'] : [passes, 'passed'];
  if (fewer < FEWEST_PER_CLASS) {
    return `Of ${rows} structures ${fewer} ${word}; it takes ${FEWEST_PER_CLASS} of either kind to evaluate a risk model.`;
  }
  const needed = 2 * folds;
  return groups < needed ? `There are ${groups} compositions; ${folds} folds take ${needed}.` : null;
}

function scored(nested: NestedScores, rows: number): Pick<ScoredRows, 'scores' | 'probabilities'> {
  const trainingRate = new Float64Array(rows);
  for (const model of nested.models) for (const row of model.rows) trainingRate[row] = model.trainingRate;
  return { scores: nested.scores, probabilities: { calibrated: nested.probabilities, trainingRate } };
}

function baseline(id: string, title: string, scores: Float64Array): ScoredRows {
  return { id, title, role: 'baseline', scores, probabilities: null };
}

/** Figures of every score, then every model against every baseline, and the two models against one another. */
function* figuresOf(
  models: readonly ScoredRows[],
  free: readonly ScoredRows[],
  failed: Uint8Array,
  keys: readonly string[],
  options: RiskEvaluationOptions,
): Generator<number, Pick<RiskReport & { kind: 'evaluated' }, 'scores' | 'comparisons'>> {
  const all = [...models, ...free];
  const pairs = models.flatMap((model, at) =>
    [...models.slice(at + 1), ...free].map((other) => [model, other] as const),
  );
  const steps = all.length + pairs.length;
  const scores = [];
  for (const [at, subject] of all.entries()) {
    scores.push(scoreFigures(subject, failed, keys, options));
    yield (at + 1) / steps;
  }
  const comparisons = [];
  for (const [at, [first, second]] of pairs.entries()) {
    comparisons.push(compareScores(first, second, failed, keys, options.levels, options));
    yield (all.length + at + 1) / steps;
  }
  const adjusted = holmAdjusted(comparisons.map(({ pValue }) => pValue));
  return { scores, comparisons: comparisons.map((one, at) => ({ ...one, adjustedPValue: adjusted[at]! })) };
}

/** Whole groups in the order of a seeded hash, as many as fit into `mostRows`. */
function thinned(table: RiskTable, { mostRows, seed }: RiskEvaluationOptions): RiskTable {
  if (table.failed.length <= mostRows) return table;
  const shares = Math.ceil(table.failed.length / mostRows);
  const grouped = groupedFolds(table.keys, shares, seed);
  // Fewer groups than shares: near-duplicates of a handful of compositions. The first rows are as good as any.
  const kept = new Int32Array(table.failed.length)
    .map((_, row) => row)
    .filter((row) => (grouped.kind === 'folds' ? grouped.fold[row] === 0 : row < mostRows));
  const pick = <T>(values: ArrayLike<T>): T[] => Array.from(kept, (row) => values[row]!);
  return {
    features: table.features,
    columns: rowsOf(table.columns, kept),
    failed: Uint8Array.from(kept, (row) => table.failed[row]!),
    keys: pick(table.keys),
    elements: table.elements === null ? null : pick(table.elements),
    baselines: table.baselines.map((one) => ({ ...one, scores: Float64Array.from(pick(one.scores)) })),
  };
}

/** Progress of consecutive parts, each with its share of the whole. */
function parts<Name extends string>(
  shares: Readonly<Record<Name, number>>,
): <T>(name: Name, steps: Generator<number, T>) => Generator<number, T> {
  const names = Object.keys(shares) as Name[];
  return function* (name, steps) {
    const before = names.slice(0, names.indexOf(name)).reduce((sum, other) => sum + shares[other], 0);
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      yield before + shares[name] * step.value;
    }
  };
}
