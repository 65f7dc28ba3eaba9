import { randomStream, shuffle } from '../random.ts';
import { bootstrapIntervals, type ConfidenceInterval } from '../statistics/bootstrap-intervals.ts';
import type { Columns } from './gradient-boosting-options.ts';
import type { RiskScore } from './grouped-cross-validation.ts';
import { rankScores, type RankedScores } from './midranks.ts';
import { areaUnderRoc, resampledArea } from './ranking.ts';

export interface ImportanceOptions {
  /** Permutations per column. */
  readonly permutations: number;
  /** Bootstrap resamples of the rows. */
  readonly replicates: number;
  /** Two-sided level in (0, 1). */
  readonly confidence: number;
  readonly seed: number;
}

export interface Importance {
  /** Mean loss of AUC over the permutations; may be negative for a column that says nothing. */
  readonly drop: number;
  /** Null where a resample lacked one of the classes, or a score is NaN. */
  readonly interval: ConfidenceInterval | null;
}

/**
 * Permutation importance: by how much the area under the ROC curve falls when one column's values are dealt out to
 * other rows (Breiman, Mach. Learn. 45, 5, 2001; Fisher, Rudin & Dominici, J. Mach. Learn. Res. 20(177), 2019). Of two columns that say
 * the same, either may look unimportant. The percentile intervals come from resampling the rows, each replicate with one of the
 * permutations in turn: they hold for this model, not for the training that led to it.
 *
 * To be honest, the rows must not be those the model was trained on.
 *
 * Yields progress in [0, 1].
 *
 * @param failed anything but 0 is a failure
 */
export function* permutationImportance(
  score: RiskScore,
  columns: Columns,
  failed: ArrayLike<number>,
  options: ImportanceOptions,
): Generator<number, Importance[]> {
  const original = score(columns);
  const area = areaUnderRoc(original, failed);
  const ranked = rankScores(original);
  const importances: Importance[] = [];
  for (const [at, column] of columns.entries()) {
    const random = randomStream(options.seed, 'permutation importance', `${at}`);
    let total = 0;
    const permuted: (RankedScores | null)[] = [];
    for (let permutation = 0; permutation < options.permutations; permutation++) {
      const order = new Int32Array(failed.length).map((_, row) => row);
      shuffle(order, random);
      const dealt = Float64Array.from(order, (row) => column[row]!);
      const scores = score(columns.map((other, index) => (index === at ? dealt : other)));
      total += area - areaUnderRoc(scores, failed);
      permuted.push(rankScores(scores));
    }
    const drop = total / options.permutations;
    const isRanked = (one: RankedScores | null): one is RankedScores => one !== null;
    const complete = permuted.filter(isRanked);
    const interval =
      ranked === null || complete.length < permuted.length
        ? null
        : dropInterval(ranked, complete, failed, drop, options, at);
    importances.push({ drop, interval });
    yield importances.length / columns.length;
  }
  return importances;
}

function dropInterval(
  original: RankedScores,
  permuted: readonly RankedScores[],
  failed: ArrayLike<number>,
  drop: number,
  { replicates, confidence, seed }: ImportanceOptions,
  column: number,
): ConfidenceInterval | null {
  const random = randomStream(seed, 'importance replicates', `${column}`);
  const before = resampledArea(original, failed);
  const after = permuted.map((ranked) => resampledArea(ranked, failed));
  const rows = new Int32Array(failed.length);
  const drops = new Float64Array(replicates);
  for (let replicate = 0; replicate < replicates; replicate++) {
    for (let at = 0; at < rows.length; at++) rows[at] = random.integer(rows.length);
    drops[replicate] = before(rows) - after[replicate % after.length]!(rows);
  }
  return bootstrapIntervals(drops, drop, new Float64Array(0), confidence).percentile;
}

/**
 * Partial dependence: the mean score over the rows when one column is set to each value of a grid (Friedman, Annals of
 * Statistics 29, 1189, 2001, section 8.2). Averages also over combinations of features that no structure has.
 *
 * @param column index of the column that is set
 * @param grid its values
 * @returns one mean per value; NaN without rows
 */
export function partialDependence(
  score: RiskScore,
  columns: Columns,
  column: number,
  grid: ArrayLike<number>,
): Float64Array {
  const rows = columns[column]!.length;
  return Float64Array.from(grid, (value) => {
    const held = new Float64Array(rows).fill(value);
    const scores = score(columns.map((other, index) => (index === column ? held : other)));
    return scores.reduce((sum, one) => sum + one, 0) / rows;
  });
}
