import type { Rational, Round } from '../certificate.ts';
import { randomStream, sampleWithoutReplacement } from '../random.ts';
import { rowsOf } from '../risk/grouped-cross-validation.ts';
import type { Observations } from './observed-points.ts';
import type { RefinementOptions } from './refine-round.ts';
import type { RefinementReport, Variation } from './refinement-report.ts';
import { compareRegions } from './region-comparison.ts';
import { singleRun, variationOf } from './variations.ts';

/** What an evaluation starts from; a certificate's content has all of it but the keys. */
export interface RefinementEvidence {
  readonly family: string | null;
  readonly features: readonly { readonly id: string; readonly unit: string }[];
  readonly rounds: readonly Round[];
  /** The search split's observations: scaled features, and scaled errors. */
  readonly search: { readonly features: readonly ArrayLike<number>[]; readonly error: ArrayLike<number> };
  readonly criterion: { readonly scale: number; readonly scaledThreshold: number };
  readonly claim: {
    readonly violations: number;
    readonly minimumInside: number;
    readonly slabs: number;
    readonly minimumPerSlab: number;
    readonly failureRate: Rational;
    readonly significance: Rational;
    readonly confidence: Rational;
  };
  /** Compositions, one per row of the search, so that near-duplicates share a fold; null where they are not known. */
  readonly keys: readonly string[] | null;
}

export interface RefinementEvaluationOptions {
  readonly seed: number;
  /** Further seeds that are tried. */
  readonly seeds: number;
  /** Thresholds that are tried, as factors of the claim's. */
  readonly thresholds: readonly number[];
  readonly folds: number;
  readonly replicates: number;
  /** Boxes tried per search; the campaign itself tries more. */
  readonly attempts: number;
  /** More observations than this are drawn from at random. */
  readonly mostRows: number;
}

export const defaultRefinementEvaluation: RefinementEvaluationOptions = {
  seed: 0,
  seeds: 4,
  thresholds: [0.5, 0.8, 1.25, 2],
  folds: 5,
  replicates: 1000,
  attempts: 40,
  mostRows: 2000,
};

/**
 * Sensitivity of a refinement to its seed and to the threshold, and its comparison with simpler regions at matched
 * coverage. The rounds are the certificate's own; everything else is computed anew, on the search split alone.
 *
 * Deterministic. Yields progress in [0, 1].
 */
export function* evaluateRefinement(
  evidence: RefinementEvidence,
  options: Partial<RefinementEvaluationOptions> = {},
): Generator<number, RefinementReport> {
  const chosen = { ...defaultRefinementEvaluation, ...options };
  const { criterion, claim } = evidence;
  const rows = chosenRows(evidence.search.error.length, chosen);
  const columns = rowsOf(evidence.search.features, rows);
  const errors = Float64Array.from(rows, (row) => evidence.search.error[row]!);
  const judged = (threshold: number): Observations => ({
    columns,
    failed: Uint8Array.from(errors, (error) => (error <= threshold ? 0 : 1)),
  });
  const observations = judged(criterion.scaledThreshold);
  const share = rows.length / Math.max(1, evidence.search.error.length);
  const demand: RefinementOptions = {
    violations: Math.floor(claim.violations * share),
    minimumInside: Math.floor(claim.minimumInside * share),
    slabs: claim.slabs,
    minimumPerSlab: claim.minimumPerSlab,
    failureRate: valueOf(claim.failureRate),
    significance: valueOf(claim.significance),
    roundsLeft: 1,
    round: 1,
    seed: chosen.seed,
    attempts: chosen.attempts,
  };

  const changes = [
    ...Array.from({ length: chosen.seeds }, (_, at) => ({ kind: 'seed' as const, value: chosen.seed + at + 1 })),
    ...chosen.thresholds.map((factor) => ({
      kind: 'threshold' as const,
      value: Math.floor(criterion.scaledThreshold * factor),
    })),
  ];
  // The comparison takes about as long as its folds' runs.
  const total = 1 + changes.length + chosen.folds;
  const unchanged = yield* within(0, 1, total, singleRun(observations, demand));
  const seeds: Variation[] = [];
  const thresholds: Variation[] = [];
  for (const [at, { kind, value }] of changes.entries()) {
    const seen = kind === 'seed' ? observations : judged(value);
    const run = singleRun(seen, kind === 'seed' ? { ...demand, seed: value } : demand);
    const changed = yield* within(1 + at, 1, total, run);
    if (kind === 'seed') seeds.push(variationOf(value, seen, changed, unchanged));
    else thresholds.push(variationOf(value / criterion.scale, seen, changed, unchanged));
  }
  const keys = Array.from(rows, (row) => evidence.keys?.[row] ?? columns.map((column) => column[row]!).join(' '));
  const confidence = valueOf(claim.confidence);
  const alternatives = yield* within(
    1 + changes.length,
    chosen.folds,
    total,
    compareRegions(observations, keys, demand, { ...chosen, confidence }),
  );
  return {
    family: evidence.family,
    confidence,
    rounds: evidence.rounds.map((round, at) => roundReport(round, at + 1, evidence)),
    sensitivity: {
      coverage: unchanged.inside.reduce((sum, mark) => sum + mark, 0) / Math.max(1, rows.length),
      seeds,
      thresholds,
    },
    alternatives,
  };
}

const valueOf = ({ numerator, denominator }: Rational): number => numerator / denominator;

function chosenRows(size: number, { mostRows, seed }: RefinementEvaluationOptions): Int32Array {
  const all = new Int32Array(size).map((_, row) => row);
  return size <= mostRows ? all : sampleWithoutReplacement(all, mostRows, randomStream(seed, 'rows')).sort();
}

function roundReport(
  round: Round,
  number: number,
  { features }: RefinementEvidence,
): RefinementReport['rounds'][number] {
  return {
    round: number,
    tested: round.tested,
    failed: round.failed,
    discovered: round.discovered,
    passRate: round.tested === 0 ? null : 1 - round.failed / round.tested,
    coverage: round.coverage,
    features: features.map(({ id, unit }, f) => ({
      feature: id,
      unit,
      ...round.bounds[f]!,
      compression: round.compression[f]!,
    })),
  };
}

/** Progress of a part that takes `width` of `total` from `start` on. */
function* within<T>(start: number, width: number, total: number, steps: Generator<number, T>): Generator<number, T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    yield (start + width * step.value) / total;
  }
}
