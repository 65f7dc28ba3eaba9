import { trainBoosting } from '../risk/gradient-boosting.ts';
import { predictRaw } from '../risk/gradient-boosting-model.ts';
import type { BoostingOptions } from '../risk/gradient-boosting-options.ts';
import { matchPoints } from './match-points.ts';
import { scrambledSobol } from './sobol-sequence.ts';
import type { SearchContext, Strategy, TestedRows } from './strategy.ts';

/** Fewer tested rows than this teach nothing: points are spread evenly until there are as many. */
const FEWEST_TO_LEARN_FROM = 20;
/** Training on more rows takes longer than it helps; the latest are kept. */
const MOST_TO_LEARN_FROM = 20_000;
/** Of every so many proposals one is a uniform draw, so that failing regions the trees know nothing of can be found. */
const RESTART_EVERY = 10;

/** Small trees and a penalty, because a search begins with few rows. */
const boosting: Partial<BoostingOptions> = {
  loss: 'squared-error',
  trees: 60,
  learningRate: 0.1,
  maximumLeaves: 8,
  minimumPerLeaf: 5,
  l2: 1,
};

/**
 * Boosted trees learn from everything tested so far how the error depends on the features, and the candidates with the
 * largest predicted error come next.
 *
 * What is learned is not failure but the rank of the error among the tested, from 0 to 1 (no finite prediction is the worst,
 * ties share their mean rank). Ranks exist before anything has failed, every row teaches something where failures are
 * rare, and no single huge error dominates. Acquisition: the predicted rank, larger first, equal ones by row; every tenth
 * proposal is a uniform draw. A bonus for distance from what has been tested was tried on published data and found
 * nothing more.
 */
export const surrogateSearch: Strategy = {
  id: 'surrogate',
  description: 'Boosted trees learn the error from what has been tested and pick the largest predicted, with restarts.',
  propose(context, count, random) {
    const size = Math.min(count, context.candidates.length);
    if (size === 0) return new Int32Array(0);
    if (context.tested.rows.length < FEWEST_TO_LEARN_FROM) {
      return matchPoints(scrambledSobol(size, context.columns.length, random), context);
    }
    const { candidates } = context;
    const predicted = predictedRanks(context);
    const order = Int32Array.from(candidates.keys()).sort(
      (a, b) => predicted[b]! - predicted[a]! || candidates[a]! - candidates[b]!,
    );
    const isTaken = new Uint8Array(candidates.length);
    const rows = new Int32Array(size);
    let best = 0;
    for (let at = 0; at < size; at++) {
      let chosen: number;
      if (at % RESTART_EVERY === RESTART_EVERY - 1) {
        do chosen = random.integer(candidates.length);
        while (isTaken[chosen] === 1);
      } else {
        while (isTaken[order[best]!] === 1) best++;
        chosen = order[best]!;
      }
      isTaken[chosen] = 1;
      rows[at] = candidates[chosen]!;
    }
    return rows;
  },
};

/** Per candidate: the rank among the tested rows, 0 to 1, that its error is expected to have. */
function predictedRanks({ tested, columns, candidates }: SearchContext): Float64Array {
  const first = Math.max(0, tested.rows.length - MOST_TO_LEARN_FROM);
  const rows = tested.rows.subarray(first);
  const training = trainBoosting(
    columns.map((column) => Float64Array.from(rows, (row) => column[row]!)),
    ranksOfErrors(tested.errors.subarray(first)),
    boosting,
  );
  let step = training.next();
  while (step.done !== true) step = training.next();
  return predictRaw(
    step.value,
    columns.map((column) => Float64Array.from(candidates, (row) => column[row]!)),
  );
}

/** Midranks of the errors over the largest rank: 0 the smallest, 1 the largest, NaN above all numbers. */
function ranksOfErrors(given: TestedRows['errors']): Float64Array {
  const errors = given.map((error) => (Number.isNaN(error) ? Infinity : error));
  const order = Int32Array.from(errors.keys()).sort((a, b) =>
    errors[a]! < errors[b]! ? -1 : errors[a]! > errors[b]! ? 1 : a - b,
  );
  const ranks = new Float64Array(errors.length);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && errors[order[end]!] === errors[order[start]!]) end++;
    for (let at = start; at < end; at++) ranks[order[at]!] = (start + end - 1) / 2 / (order.length - 1);
    start = end;
  }
  return ranks;
}
