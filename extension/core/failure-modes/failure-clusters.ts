import { LARGEST_CELL, type CertificateContent } from '../certificate.ts';
import { rateOf } from '../report/rate-of.ts';
import { wilsonInterval } from '../statistics/wilson.ts';
import type { FailureCluster } from './failure-modes-schema.ts';

/** One side of one feature, in scaled integers. */
interface Condition {
  readonly feature: number;
  readonly relation: 'at-most' | 'above';
  readonly value: number;
}

interface Candidate {
  readonly conditions: readonly Condition[];
  readonly rows: Int32Array;
  readonly failures: number;
  readonly score: number;
}

const MOST_CLUSTERS = 6;
const MOST_CONDITIONS = 3;
const FEWEST_FAILURES = 5;
const CUTS = 15;
const BEAM = 8;
/** More rows than this are thinned out evenly. */
const MOST_ROWS = 5000;

/**
 * Where counterexamples gather: boxes of at most three conditions, one after another. Every other observation is searched for
 * the box whose failure rate has the greatest lower Wilson bound among the rows that no earlier box took (a beam search over cuts at
 * quantiles, in the spirit of bump hunting, Friedman & Fisher 1999); the observations in between, which had no part in that, give
 * the box its rate, and the search ends when their lower bound is no longer above the rate of all. So the rates are not those of
 * the rows that chose the box; near-duplicates on both sides can still flatter them.
 *
 * @param listed ids of the counterexamples that a report lists, in its order
 */
export function failureClusters(
  content: CertificateContent,
  listed: readonly string[],
  confidence: number,
): FailureCluster[] {
  const { search, features, criterion } = content;
  const every = Math.max(1, Math.ceil(search.id.length / MOST_ROWS));
  const taken = Int32Array.from(search.id, (_, row) => row).filter((row) => row % every === 0);
  let left = taken.filter((_, at) => at % 2 === 0);
  let heldOut = taken.filter((_, at) => at % 2 === 1);
  const failed = Uint8Array.from(search.error, (error) => (error > criterion.scaledThreshold ? 1 : 0));
  const allFailures = failed.reduce((sum, one) => sum + one, 0);
  if (allFailures < FEWEST_FAILURES) return [];
  const cuts = features.map((_, f) => cutsOf(search.features[f]!));
  const place = new Map(listed.map((id, at) => [id, at]));
  const clusters: FailureCluster[] = [];
  while (clusters.length < MOST_CLUSTERS) {
    const best = bestBox(left, failed, search.features, cuts, confidence);
    const base = allFailures / search.id.length;
    if (best === null || best.score <= base) break;
    const isInside = (row: number): boolean => holds(best.conditions, search.features, row);
    const tested = heldOut.filter(isInside);
    const rate = rateOf(tested.filter((row) => failed[row] === 1).length, tested.length, confidence);
    if (!(rate.wilson.lower > base)) break;
    const failures = [...search.id.keys()].filter((row) => failed[row] === 1 && isInside(row));
    const named = simplified(best.conditions).map(({ feature, relation, value }) => {
      const { id, unit, scale } = features[feature]!;
      return { feature: id, unit, relation, value: value / scale };
    });
    clusters.push({
      name: named
        .map(
          ({ feature, unit, relation, value }) =>
            `${feature} ${relation === 'at-most' ? '≤' : '>'} ${value}${unit === '1' ? '' : ` ${unit}`}`,
        )
        .join(' and '),
      conditions: named,
      rate,
      share: failures.length / allFailures,
      lift: rate.rate === null ? null : rate.rate / base,
      examples: failures
        .flatMap((row) => place.get(search.id[row]!) ?? [])
        .sort((a, b) => a - b)
        .slice(0, 16),
    });
    left = left.filter((row) => !isInside(row));
    heldOut = heldOut.filter((row) => !isInside(row));
  }
  return clusters;
}

const holds = (conditions: readonly Condition[], columns: readonly (readonly number[])[], row: number): boolean =>
  conditions.every(({ feature, relation, value }) =>
    relation === 'at-most' ? columns[feature]![row]! <= value : columns[feature]![row]! > value,
  );

/** Values at which a column is cut: its quantiles, each once, the largest value never. */
function cutsOf(column: readonly number[]): number[] {
  const sorted = Float64Array.from(column.filter((value) => value <= LARGEST_CELL)).sort();
  const found = new Set<number>();
  for (let cut = 1; cut <= CUTS; cut++) found.add(sorted[Math.floor((cut * (sorted.length - 1)) / (CUTS + 1))]!);
  return [...found].filter((value) => value < sorted.at(-1)!);
}

function bestBox(
  rows: Int32Array,
  failed: Uint8Array,
  columns: readonly (readonly number[])[],
  cuts: readonly (readonly number[])[],
  confidence: number,
): Candidate | null {
  let beam: Candidate[] = [{ conditions: [], rows, failures: 0, score: 0 }];
  let best: Candidate | null = null;
  for (let depth = 0; depth < MOST_CONDITIONS; depth++) {
    const grown: Candidate[] = [];
    for (const { conditions, rows: kept } of beam) {
      for (const [feature, column] of columns.entries()) {
        for (const value of cuts[feature]!) {
          for (const relation of ['at-most', 'above'] as const) {
            const inside = kept.filter((row) =>
              relation === 'at-most' ? column[row]! <= value : column[row]! > value,
            );
            if (inside.length === kept.length) continue;
            let failures = 0;
            for (const row of inside) failures += failed[row]!;
            if (failures < FEWEST_FAILURES) continue;
            const score = wilsonInterval(failures, inside.length, confidence).lower;
            grown.push({ conditions: [...conditions, { feature, relation, value }], rows: inside, failures, score });
          }
        }
      }
    }
    // Sorting is stable, so of equally good boxes the first found stays first.
    grown.sort((a, b) => b.score - a.score);
    beam = grown.slice(0, BEAM);
    const [top] = beam;
    // Another condition must earn its place in the name.
    if (top !== undefined && (best === null || top.score > best.score + 0.02)) best = top;
  }
  return best;
}

/** Of two conditions on one side of one feature the narrower one. */
function simplified(conditions: readonly Condition[]): Condition[] {
  return conditions.filter(
    ({ feature, relation, value }, at) =>
      !conditions.some(
        (other, k) =>
          other.feature === feature &&
          other.relation === relation &&
          k !== at &&
          (relation === 'at-most' ? other.value < value : other.value > value),
      ),
  );
}
