import { groupedFolds } from '../risk/grouped-cross-validation.ts';
import { rateOf } from '../report/rate-of.ts';
import { REPORT_LIMITS, type Estimate } from '../report/report-numbers.ts';
import { mcnemarExact } from '../statistics/contingency.ts';
import { pearson, spearman, type Correlation } from '../statistics/correlation.ts';
import { quantileBootstrap } from '../statistics/quantile-bootstrap.ts';
import { randomStream } from '../random.ts';
import type { ComparedModel, ComparisonInput } from './compared-models.ts';
import type { Comparison, ComparedPair, FailureTransfer, RiskTransfer } from './comparison-schema.ts';
import { corrected } from './corrected-tests.ts';
import { groupResamples, jaccardIndex, numberedGroups, overlapOf } from './failure-overlap.ts';
import { FEWEST_OF_A_CLASS, foldedImportance, foldedRisk, transferredArea, type FoldedRisk } from './risk-transfer.ts';

/** Two-sided level of all intervals of a comparison. */
export const COMPARISON_CONFIDENCE = 0.95;
const FOLDS = 5;
const REPLICATES = 1000;

/**
 * Compares at least two models on the same structures. Deterministic: the same input gives the same numbers.
 *
 * P-values of one kind (equal rates, Pearson, Spearman) are corrected together, over all pairs. Yields progress in [0, 1].
 */
export function* compareModels(input: ComparisonInput): Generator<number, Comparison> {
  const { models, columns, seed, features } = input;
  const structures = input.groups.length;
  const notes = [...input.notes];
  const grouping = numberedGroups(input.groups);
  const folds = structures < FOLDS ? null : groupedFolds(input.groups, FOLDS, seed);
  const risks: (FoldedRisk | null)[] = [];
  const importances: (Estimate[] | null)[] = [];
  for (const [at, { failed }] of models.entries()) {
    const share = (part: number): number => (at + part) / (models.length + 1);
    let risk: FoldedRisk | null = null;
    if (folds?.kind === 'folds' && features.length > 0) {
      const training = foldedRisk(columns, failed, folds);
      let step = training.next();
      for (; step.done !== true; step = training.next()) yield share(step.value / 2);
      risk = step.value;
    }
    risks.push(risk);
    if (risk === null) {
      importances.push(null);
      continue;
    }
    const measuring = foldedImportance(risk, columns, failed, COMPARISON_CONFIDENCE, seed);
    let step = measuring.next();
    for (; step.done !== true; step = measuring.next()) yield share(0.5 + step.value / 2);
    importances.push(step.value);
  }
  const unlearnt = models.filter((_, at) => risks[at] === null).map(({ id }) => id);
  if (unlearnt.length > 0) {
    notes.push(
      `No risk was learnt for ${unlearnt.join(', ')}: it takes at least ${FEWEST_OF_A_CLASS} failures and as many passes, and ${FOLDS} different compositions.`,
    );
  }
  const pairs = pairsOf(input, grouping, importances);
  return {
    kind: 'comparison',
    project: input.project,
    criterion: input.criterion,
    confidence: COMPARISON_CONFIDENCE,
    seed,
    structures,
    leftOut: input.leftOut,
    groups: grouping.groups,
    folds: folds?.kind === 'folds' ? FOLDS : 0,
    features: [...features],
    models: models.map((model, at) => ({ ...summaryOf(model, seed), importance: importances[at]! })),
    pairs,
    transfer: transferOf(models),
    riskTransfer: riskTransferOf(models, risks),
    notes: notes.slice(0, REPORT_LIMITS.texts),
  };
}

type Summary = Omit<Comparison['models'][number], 'importance'>;

function summaryOf({ id, kind, errors, failed }: ComparedModel, seed: number): Summary {
  const finite = errors.filter(Number.isFinite);
  const failures = failed.reduce((sum, one) => sum + one, 0);
  const median = quantileBootstrap(
    finite,
    0.5,
    { replicates: REPLICATES, confidence: COMPARISON_CONFIDENCE },
    randomStream(seed, 'median error', id),
  );
  return {
    id,
    kind,
    rate: rateOf(failures, failed.length, COMPARISON_CONFIDENCE),
    notFinite: errors.length - finite.length,
    meanError: finite.length === 0 ? null : finite.reduce((sum, error) => sum + error, 0) / finite.length,
    medianError:
      finite.length === 0
        ? null
        : {
            value: median.estimate,
            interval:
              median.percentile === null ? null : { lower: median.percentile.lower, upper: median.percentile.upper },
          },
  };
}

/** Every pair of models, with the corrections over all of them. */
function pairsOf(
  { models, seed }: ComparisonInput,
  grouping: ReturnType<typeof numberedGroups>,
  importances: readonly (Estimate[] | null)[],
): ComparedPair[] {
  const resamples = groupResamples(grouping.groups, REPLICATES, seed);
  const drafts = models.flatMap((first, a) =>
    models.slice(a + 1).map((second, k) => {
      const b = a + 1 + k;
      const overlap = overlapOf(first.failed, second.failed);
      const rows = [...first.errors.keys()].filter(
        (row) => Number.isFinite(first.errors[row]!) && Number.isFinite(second.errors[row]!),
      );
      const x = Float64Array.from(rows, (row) => first.errors[row]!);
      const y = Float64Array.from(rows, (row) => second.errors[row]!);
      return {
        first: a,
        second: b,
        overlap,
        jaccard: jaccardIndex(first.failed, second.failed, grouping, resamples, COMPARISON_CONFIDENCE),
        mcnemar: mcnemarExact(overlap.onlyFirst, overlap.onlySecond),
        pearson: pearson(x, y, COMPARISON_CONFIDENCE),
        spearman: spearman(x, y, COMPARISON_CONFIDENCE),
        signed: signedCorrelation(first.signed, second.signed),
        rows: rows.length,
        importance: importanceCorrelation(importances[a]!, importances[b]!),
      };
    }),
  );
  const mcnemars = corrected(drafts.map(({ mcnemar }) => mcnemar));
  const pearsons = corrected(drafts.map((draft) => draft.pearson.pValue));
  const spearmans = corrected(drafts.map((draft) => draft.spearman.pValue));
  return drafts.map((draft, at) => ({
    first: draft.first,
    second: draft.second,
    ...draft.overlap,
    jaccard: draft.jaccard,
    mcnemar: mcnemars[at]!,
    pearson: tested(draft.pearson, pearsons[at]!),
    spearman: tested(draft.spearman, spearmans[at]!),
    signed: draft.signed,
    structuresWithErrors: draft.rows,
    importance: draft.importance,
  }));
}

const estimated = ({ value, interval }: Correlation): Estimate | null =>
  Number.isNaN(value)
    ? null
    : { value, interval: interval === null ? null : { lower: interval.lower, upper: interval.upper } };

function tested(correlation: Correlation, test: ReturnType<typeof corrected>[number]): ComparedPair['pearson'] {
  const estimate = estimated(correlation);
  return estimate === null || test === null ? null : { ...estimate, test };
}

function signedCorrelation(first: Float64Array | null, second: Float64Array | null): Estimate | null {
  if (first === null || second === null) return null;
  const rows = [...first.keys()].filter((row) => Number.isFinite(first[row]!) && Number.isFinite(second[row]!));
  return estimated(
    pearson(
      Float64Array.from(rows, (row) => first[row]!),
      Float64Array.from(rows, (row) => second[row]!),
      COMPARISON_CONFIDENCE,
    ),
  );
}

/** Whether both models' failures hang on the same features: Spearman's correlation over the features. */
function importanceCorrelation(first: Estimate[] | null, second: Estimate[] | null): Estimate | null {
  if (first === null || second === null) return null;
  const values = (importance: Estimate[]): number[] => importance.map(({ value }) => value);
  return estimated(spearman(values(first), values(second), COMPARISON_CONFIDENCE));
}

/** Of what one model fails on, the share that another fails on, for every ordered pair. */
function transferOf(models: readonly ComparedModel[]): FailureTransfer[] {
  return models.flatMap((first, from) =>
    models.flatMap((second, to) => {
      if (from === to) return [];
      const { both, onlyFirst, onlySecond } = overlapOf(first.failed, second.failed);
      const rate = rateOf(both, both + onlyFirst, COMPARISON_CONFIDENCE);
      const overall = (both + onlySecond) / second.failed.length;
      return [{ from, to, rate, lift: rate.rate === null || !(overall > 0) ? null : rate.rate / overall }];
    }),
  );
}

function riskTransferOf(models: readonly ComparedModel[], risks: readonly (FoldedRisk | null)[]): RiskTransfer[] {
  return risks.flatMap((risk, from) =>
    models.map(({ failed }, to) => ({
      from,
      to,
      area: risk === null ? null : transferredArea(risk.scores, failed, COMPARISON_CONFIDENCE),
    })),
  );
}
