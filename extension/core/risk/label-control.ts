import { randomStream, shuffle } from '../random.ts';
import { normalCdf, normalQuantile } from '../statistics/normal.ts';
import type { Columns } from './gradient-boosting-options.ts';
import { crossValidatedScores, type GroupedFolds, type RiskFit } from './grouped-cross-validation.ts';
import { rankScores } from './midranks.ts';
import { areaUnderRoc } from './ranking.ts';
import type { ControlReport } from './risk-report.ts';

/** A control that chance alone fails once in 1,000 reports is believed. */
const SMALLEST_P = 0.001;

/**
 * The shuffled-label control: the cross-validation once more, on verdicts dealt out anew. There is nothing to learn, so
 * the area must be 0.5 but for chance; if it is not, the evaluation leaks.
 *
 * Verdicts are shuffled within folds, and scores enter as ranks within their fold: a fold with few failures leaves many
 * for its training set, and pooling raw scores would turn that into an area below 0.5 (Parker, Günter & Bedo, BMC
 * Bioinformatics 8, 326, 2007). Under the hypothesis an area has the variance (m + n + 1)/(12 m n) of Mann & Whitney's U for m
 * failures and n passes, and the shuffles are independent.
 *
 * Yields progress in [0, 1].
 */
export function* shuffledLabelControl(
  columns: Columns,
  failed: Uint8Array,
  grouped: GroupedFolds & { readonly kind: 'folds' },
  fit: RiskFit,
  { shuffles, confidence, seed }: { readonly shuffles: number; readonly confidence: number; readonly seed: number },
): Generator<number, ControlReport> {
  let sum = 0;
  for (let at = 0; at < shuffles; at++) {
    const dealt = shuffledWithinFolds(failed, grouped, seed, at);
    const steps = crossValidatedScores(columns, dealt, grouped, fit);
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) yield (at + step.value) / shuffles;
    sum += areaUnderRoc(ranksWithinFolds(step.value, grouped), dealt);
  }
  const area = sum / shuffles;
  const failures = failed.reduce((total, mark) => total + mark, 0);
  const passes = failed.length - failures;
  const error = Math.sqrt((failures + passes + 1) / (12 * failures * passes * shuffles));
  if (!Number.isFinite(area) || !Number.isFinite(error)) {
    return { shuffles, area: null, interval: null, pValue: null, isSound: false };
  }
  const reach = normalQuantile((1 + confidence) / 2) * error;
  const pValue = 2 * normalCdf(-Math.abs(area - 0.5) / error);
  return {
    shuffles,
    area,
    interval: { lower: area - reach, upper: area + reach },
    pValue,
    isSound: pValue >= SMALLEST_P,
  };
}

function shuffledWithinFolds(
  failed: Uint8Array,
  { fold, folds }: GroupedFolds & { readonly kind: 'folds' },
  seed: number,
  shuffleAt: number,
): Uint8Array {
  const random = randomStream(seed, 'shuffled labels', `${shuffleAt}`);
  const dealt = new Uint8Array(failed.length);
  for (let at = 0; at < folds; at++) {
    const rows = new Int32Array(failed.length).map((_, row) => row).filter((row) => fold[row] === at);
    const order = Int32Array.from(rows);
    shuffle(order, random);
    for (const [place, row] of rows.entries()) dealt[row] = failed[order[place]!]!;
  }
  return dealt;
}

/** Scores as mid-ranks within their fold, over the number of rows of the fold: in (0, 1). */
function ranksWithinFolds(
  scores: Float64Array,
  { fold, folds }: GroupedFolds & { readonly kind: 'folds' },
): Float64Array {
  const ranks = new Float64Array(scores.length).fill(NaN);
  for (let at = 0; at < folds; at++) {
    const rows = new Int32Array(scores.length).map((_, row) => row).filter((row) => fold[row] === at);
    const ranked = rankScores(Float64Array.from(rows, (row) => scores[row]!));
    if (ranked === null) return ranks;
    const sizes = new Float64Array(ranked.groups);
    for (const group of ranked.group) sizes[group] = sizes[group]! + 1;
    let before = 0;
    const middle = sizes.map((size) => {
      const rank = before + size / 2;
      before += size;
      return rank;
    });
    for (const [place, row] of rows.entries()) ranks[row] = middle[ranked.group[place]!]! / rows.length;
  }
  return ranks;
}
