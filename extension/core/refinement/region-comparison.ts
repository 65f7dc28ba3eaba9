import type { Box } from '../certificate.ts';
import { randomStream } from '../random.ts';
import { type GroupedFolds, groupedFolds, rowsOf } from '../risk/grouped-cross-validation.ts';
import { failureRateInterval } from '../statistics/clopper-pearson.ts';
import { groupIntervals, groupMembers } from '../statistics/group-bootstrap.ts';
import type { Observations } from './observed-points.ts';
import { type RefinementOptions, refineRound } from './refine-round.ts';
import type { RefinementReport, RegionReport } from './refinement-report.ts';
import { regionScores } from './region-scores.ts';
import { boundingBox, isInside } from './variations.ts';

export interface RegionOptions {
  readonly folds: number;
  readonly replicates: number;
  readonly confidence: number;
  readonly seed: number;
}

type Method = RegionReport['method'];

const TITLES: Readonly<Record<Method, string>> = {
  envelope: 'Envelope (this refinement)',
  'quantile-box': 'Box of central quantiles of the passing structures',
  'convex-hull': 'Convex hull of the most central passing structures',
  'nearest-neighbours': 'Distance to the five nearest passing structures',
};

/** Fewer rows than this per fold say nothing. */
const FEWEST_PER_FOLD = 20;

/**
 * The envelope against three simple regions at its own coverage: in every fold of a grouped cross-validation each is drawn
 * from the other folds, and takes in as many of the fold's rows as the envelope does (fewer only where it cannot). What
 * counts is how many of them fail. Verdicts of the fold decide nothing.
 *
 * Yields progress in [0, 1].
 *
 * @param keys groups that share a fold, one per row
 * @param demand what the envelope has to meet; numbers of structures are scaled to the smaller training sets
 */
export function* compareRegions(
  observations: Observations,
  keys: readonly string[],
  demand: RefinementOptions,
  options: RegionOptions,
): Generator<number, RefinementReport['alternatives']> {
  const rows = observations.failed.length;
  if (rows < FEWEST_PER_FOLD * options.folds) return null;
  const grouped = groupedFolds(keys, options.folds, options.seed);
  if (grouped.kind !== 'folds') return null;
  const inside: Record<Method, Uint8Array> = {
    envelope: new Uint8Array(rows),
    'quantile-box': new Uint8Array(rows),
    'convex-hull': new Uint8Array(rows),
    'nearest-neighbours': new Uint8Array(rows),
  };
  for (let fold = 0; fold < grouped.folds; fold++) {
    yield* regionsOfFold(observations, demand, grouped, fold, inside);
    yield (fold + 1) / grouped.folds;
  }
  const methods = Object.keys(inside) as Method[];
  const members = groupMembers(keys);
  const rate = (method: Method, drawn: Int32Array): number => {
    let count = 0;
    let failures = 0;
    for (const row of drawn) {
      count += inside[method][row]!;
      failures += inside[method][row]! * observations.failed[row]!;
    }
    return failures / count;
  };
  const everyRow = new Int32Array(rows).map((_, row) => row);
  const others = methods.slice(1);
  const differencesOf = (drawn: Int32Array): number[] => {
    const own = rate('envelope', drawn);
    return others.map((method) => rate(method, drawn) - own);
  };
  const differences = differencesOf(everyRow);
  const intervals = groupIntervals(members, differencesOf, differences, options, randomStream(options.seed, 'regions'));
  return {
    folds: grouped.folds,
    rows,
    regions: methods.map((method, at) => {
      const value = at === 0 ? NaN : differences[at - 1]!;
      const difference = Number.isNaN(value) ? null : { value, interval: intervals[at - 1]! };
      return { ...regionReport(method, inside[method], observations.failed, options.confidence), difference };
    }),
  };
}

/** Marks the rows of a fold that each region, drawn without the fold, takes in. */
function* regionsOfFold(
  { columns, failed }: Observations,
  demand: RefinementOptions,
  { fold: foldOf, folds }: GroupedFolds & { readonly kind: 'folds' },
  fold: number,
  inside: Readonly<Record<Method, Uint8Array>>,
): Generator<number, void> {
  const everyRow = new Int32Array(failed.length).map((_, row) => row);
  const training = everyRow.filter((row) => foldOf[row] !== fold);
  const asked = everyRow.filter((row) => foldOf[row] === fold);
  const observed = { columns: rowsOf(columns, training), failed: Uint8Array.from(training, (row) => failed[row]!) };
  const refining = refineRound(observed, boundingBox(observed.columns), {
    ...demand,
    minimumInside: 1,
    violations: Math.floor((demand.violations * training.length) / failed.length),
  });
  let step = refining.next();
  for (; step.done !== true; step = refining.next()) yield (fold + 0.8 * step.value) / folds;
  const box: Box | null = step.value.kind === 'envelope' ? step.value.box : (step.value.best?.box ?? null);
  const taken = box === null ? [] : Array.from(asked).filter((row) => isInside(columns, row, box));
  for (const row of taken) inside.envelope[row] = 1;
  const scores = regionScores(
    columns,
    training.filter((row) => failed[row] === 0),
    asked,
  );
  accept(inside['quantile-box'], asked, scores.quantileBox, taken.length);
  accept(inside['convex-hull'], asked, scores.convexHull, taken.length);
  accept(inside['nearest-neighbours'], asked, scores.nearestNeighbours, taken.length);
}

/** Marks the `wanted` rows with the lowest finite scores, of equal ones the first. */
function accept(marks: Uint8Array, asked: Int32Array, scores: Float64Array, wanted: number): void {
  const order = [...asked.keys()].filter((at) => Number.isFinite(scores[at]!));
  order.sort((a, b) => scores[a]! - scores[b]! || a - b);
  for (const at of order.slice(0, wanted)) marks[asked[at]!] = 1;
}

function regionReport(
  method: Method,
  marks: Uint8Array,
  failed: Uint8Array,
  confidence: number,
): Omit<RegionReport, 'difference'> {
  let inside = 0;
  let failures = 0;
  let passes = 0;
  for (const [row, mark] of marks.entries()) {
    inside += mark;
    if (failed[row] === 0) passes++;
    else failures += mark;
  }
  const interval = failureRateInterval(failures, inside, confidence);
  return {
    method,
    title: TITLES[method],
    inside,
    failures,
    failureRate: inside === 0 ? null : failures / inside,
    interval: inside === 0 ? null : { lower: interval.lower, upper: interval.upper },
    coverage: inside / marks.length,
    yield: passes === 0 ? null : (inside - failures) / passes,
  };
}
