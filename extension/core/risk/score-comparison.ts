import { randomStream } from '../random.ts';
import { groupIntervals, groupMembers } from '../statistics/group-bootstrap.ts';
import { delongTest } from './delong.ts';
import { countGroups, rankScores, resampledCounts } from './midranks.ts';
import { failureRateAtCoverage, failureRateAtYield } from './risk-coverage.ts';
import type { ScoreComparisonReport } from './risk-report.ts';
import type { FigureOptions, ScoredRows } from './score-figures.ts';

export interface ComparisonLevels {
  /** Shares of the rows that are accepted. */
  readonly coverage: readonly number[];
  /** Shares of the passing rows that are kept. */
  readonly yield: readonly number[];
}

/**
 * Two scores on the rows that both have: difference of areas by DeLong's paired test, and the failure rates of what they
 * accept at the same coverage and at the same yield, with paired bootstrap intervals over groups. `adjustedPValue` is
 * left null, for the caller who knows how many comparisons there are.
 */
export function compareScores(
  first: ScoredRows,
  second: ScoredRows,
  failed: Uint8Array,
  keys: readonly string[],
  levels: ComparisonLevels,
  options: FigureOptions,
): ScoreComparisonReport {
  const rows = new Int32Array(failed.length)
    .map((_, row) => row)
    .filter((row) => !Number.isNaN(first.scores[row]!) && !Number.isNaN(second.scores[row]!));
  const marks = Uint8Array.from(rows, (row) => failed[row]!);
  const scores = [first, second].map((subject) => Float64Array.from(rows, (row) => subject.scores[row]!));
  const test = delongTest(scores[0]!, scores[1]!, marks, options.confidence);
  const ranked = scores.map((values) => rankScores(values)!);
  const wholes = ranked.map((one) => countGroups(one, marks));
  const counters = ranked.map((one) => resampledCounts(one, marks));
  const rates = [
    ...levels.coverage.map((level) => ({ level, rate: failureRateAtCoverage })),
    ...levels.yield.map((level) => ({ level, rate: failureRateAtYield })),
  ];
  const observed = rates.map(({ level, rate }) => wholes.map((counts) => rate(counts, level)));
  const differences = observed.map(([a, b]) => a! - b!);
  const intervals =
    rows.length === 0
      ? differences.map(() => null)
      : groupIntervals(
          groupMembers(Array.from(rows, (row) => keys[row]!)),
          (drawn) => {
            const counts = counters.map((count) => count(drawn));
            return rates.map(({ level, rate }) => rate(counts[0]!, level) - rate(counts[1]!, level));
          },
          differences,
          options,
          randomStream(options.seed, 'comparison', first.id, second.id),
        );
  const matched = rates.flatMap(({ level }, at) => {
    const [a, b] = observed[at]!;
    if (Number.isNaN(a) || Number.isNaN(b)) return [];
    const report = { level, first: a!, second: b!, difference: differences[at]!, interval: intervals[at]! };
    return [{ isCoverage: at < levels.coverage.length, report }];
  });
  return {
    first: first.id,
    second: second.id,
    rows: rows.length,
    failures: marks.reduce((sum, mark) => sum + mark, 0),
    difference: Number.isNaN(test.difference) ? null : test.difference,
    interval: test.interval,
    pValue: test.pValue,
    adjustedPValue: null,
    atCoverage: matched.flatMap(({ isCoverage, report }) => (isCoverage ? [report] : [])),
    atYield: matched.flatMap(({ isCoverage, report }) => (isCoverage ? [] : [report])),
  };
}
