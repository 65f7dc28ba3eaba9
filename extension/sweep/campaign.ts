import { LARGEST_CELL, type BoundReport, type Box, type Replicates, type Round } from '../core/certificate.ts';
import { bootstrapBounds, type BoundEvidence, type BoundIntervals } from '../core/refinement/bound-bootstrap.ts';
import { compression, coverage } from '../core/refinement/compression.ts';
import type { Observations } from '../core/refinement/observed-points.ts';
import { refineRound, type RefinementOutcome } from '../core/refinement/refine-round.ts';
import { certifyRisk, type CertifiedRisk, type RiskPlan } from '../core/risk/certified-risk.ts';
import type { BootstrapIntervals } from '../core/statistics/bootstrap-intervals.ts';
import type { TestedRows } from '../core/strategies/strategy.ts';
import { credited, openLedger, reportOf, type StrategyReport } from '../core/strategies/portfolio.ts';
import { isGenerative, type StrategyId } from '../core/strategies/table.ts';
import { proposeGeneration, shareOf, yieldsOf, type Generate, type PortfolioRule } from './search-generation.ts';

/** What a campaign is to do; everything that can change its result is here or in the pool. */
export interface CampaignPlan {
  readonly strategies: readonly StrategyId[];
  /** How they share the budget; evenly where nothing is said. */
  readonly portfolio?: PortfolioRule | undefined;
  /** Structures of the search split to test, over all rounds. */
  readonly budget: number;
  readonly seed: number;
  readonly rounds: number;
  readonly replicates: number;
  readonly confidence: number;
  readonly violations: number;
  readonly minimumInside: number;
  readonly slabs: number;
  readonly minimumPerSlab: number;
  readonly failureRate: number;
  readonly significance: number;
  /** Null where no risk bound is claimed. */
  readonly risk: RiskPlan | null;
  /** An error above this many steps fails. */
  readonly scaledThreshold: number;
  /** Per feature: what the envelope must not exceed, in steps; null for no limit. */
  readonly limits?: readonly { readonly lower: number | null; readonly upper: number | null }[];
  /** Per feature: integer steps per unit. */
  readonly scales: readonly number[];
}

/** The structures to choose from. Rows number all of them; the two splits are disjoint and ascending. */
export interface CampaignPool {
  /** columns[f][row]: scaled feature values, at least as long as there are rows. Read anew after each `generate`. */
  readonly columns: readonly Float64Array[];
  readonly search: Int32Array;
  readonly validation: Int32Array;
  /** Texts in the order of failed rows; rows with the same text are one counterexample. Without it every row is its own. */
  readonly identify?: (rows: Int32Array) => Promise<readonly string[]>;
  /**
   * For strategies that make structures: adds rows behind those of the pool. They belong to the search and never to
   * validation, since nobody has drawn them from anywhere.
   */
  readonly generate?: Generate;
}

/** What became of one structure: its scaled error, or a refusal, which does not count for or against the model. */
export type Answer = { readonly kind: 'observed'; readonly error: number } | { readonly kind: 'refused' };

/** Who proposed the rows of a generation: positions of strategies in the plan, row by row. */
export interface Proposed {
  /** One-based. */
  readonly round: number;
  readonly proposer: Int32Array;
}

export interface CampaignSurroundings {
  /** Puts rows to the model, answers in the same order. Rows of the search come with those who proposed them. */
  readonly evaluate: (rows: Int32Array, stage: 'search' | 'validate', proposed?: Proposed) => Promise<Answer[]>;
  /** `strategies` says what each of them did in this round. */
  readonly onRound: (round: number, record: Round, strategies: readonly StrategyReport[]) => void;
  /** Progress of a round's statistics, share in [0, 1]. */
  readonly onRefine: (round: number, share: number) => void;
  /** Progress of the risk model, share in [0, 1]. */
  readonly onRisk: (share: number) => void;
  /** Lets timers and signals run; resolves to true when the campaign is to stop. */
  readonly pause: () => Promise<boolean>;
}

/** Tested rows in ascending order, and their scaled errors. */
export interface TestedSplit {
  readonly rows: readonly number[];
  readonly errors: readonly number[];
}

export type CampaignOutcome =
  | {
      readonly kind: 'finished';
      readonly initial: Box;
      readonly rounds: readonly Round[];
      /** The replicates behind the intervals of the rounds' bounds. */
      readonly replicates: readonly Replicates[];
      /** Null where no risk bound is claimed. */
      readonly risk: CertifiedRisk | null;
      readonly search: TestedSplit;
      readonly validation: TestedSplit;
      /** What each strategy did over all rounds. */
      readonly strategies: readonly StrategyReport[];
      /** Why no envelope meets the claim, or null if one does. */
      readonly noEnvelope: string | null;
    }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'nothing-to-search'; readonly reason: string };

/** Proposals are made in so many steps per round, so that a strategy can build on what it has just found. */
const GENERATIONS = 4;

/**
 * Search, refine, search again, and at the very end look at the validation split once. A pure function of plan, pool
 * and answers: how fast the answers come, and from how many processes, changes nothing.
 */
export async function runCampaign(
  plan: CampaignPlan,
  pool: CampaignPool,
  around: CampaignSurroundings,
): Promise<CampaignOutcome> {
  if (pool.search.length === 0)
    return { kind: 'nothing-to-search', reason: 'No structure is left for the search split.' };
  const initial = limited(boundingBox(pool.columns, pool.search), plan.limits);
  if (!pool.search.some((row) => contains(pool.columns, row, initial)))
    return { kind: 'nothing-to-search', reason: 'The limits of "envelope" leave no structure of the search split.' };
  const observed = new Map<number, number>();
  const untested = new Set(pool.search);
  const refused = new Set<number>();
  // A structure made from one that fails would most likely fail for the same reason, and say nothing new.
  const isBase = (row: number): boolean =>
    !refused.has(row) && !(observed.has(row) && fails(plan, observed.get(row)!)) && contains(pool.columns, row, box);
  const rounds: Round[] = [];
  const replicates: Replicates[] = [];
  let box = initial;
  let discovered = 0;
  let noEnvelope: string | null = null;
  let ledger = openLedger(plan.strategies);
  const counterexamples = new Set<string>();
  /** Those of failed rows, in their order, whose like nobody has found before. */
  const newOnes = async (failed: Int32Array): Promise<Set<number>> => {
    const names = (await pool.identify?.(failed)) ?? Array.from(failed, String);
    return new Set(
      failed.filter((_, at) => {
        const known = counterexamples.size;
        return counterexamples.add(names[at]!).size > known;
      }),
    );
  };

  for (let round = 1; round <= plan.rounds; round++) {
    const before = observed.size;
    const failedBefore = discovered;
    let roundLedger = openLedger(plan.strategies);
    let left = shareOf(plan.budget, round, plan.rounds);
    for (let generation = 1; generation <= GENERATIONS && left > 0; generation++) {
      if (await around.pause()) return { kind: 'stopped' };
      const proposals = await proposeGeneration(
        plan,
        {
          candidates: pool.search.filter((row) => untested.has(row) && contains(pool.columns, row, box)),
          columns: pool.columns,
          box,
          tested: testedRows(plan, observed),
        },
        ledger,
        shareOf(left, 1, GENERATIONS - generation + 1),
        `${round}.${generation}`,
        plan.strategies.some(isGenerative) ? pool.search.filter(isBase) : new Int32Array(0),
        pool.generate ?? (() => Promise.resolve(new Int32Array(0))),
      );
      const { rows } = proposals;
      if (rows.length === 0) break;
      const answers = await around.evaluate(rows, 'search', { round, proposer: proposals.proposer });
      // A refusal costs the model nothing.
      left -= answers.filter(({ kind }) => kind === 'observed').length;
      rows.forEach((row, at) => {
        untested.delete(row);
        const answer = answers[at]!;
        if (answer.kind === 'refused') {
          refused.add(row);
          return;
        }
        observed.set(row, answer.error);
        if (fails(plan, answer.error)) discovered++;
      });
      const outcomes = answers.map((answer) => (answer.kind === 'refused' ? null : fails(plan, answer.error)));
      const fresh = await newOnes(rows.filter((_, at) => outcomes[at] === true));
      const yields = yieldsOf(plan.strategies.length, proposals, outcomes, (row) => fresh.has(row));
      ledger = credited(ledger, yields);
      roundLedger = credited(roundLedger, yields);
    }

    if (await around.pause()) return { kind: 'stopped' };
    const { rows, observations } = searched(plan, pool, observed);
    if (rows.length === 0) return { kind: 'nothing-to-search', reason: 'The model refused every structure.' };
    const options = {
      violations: plan.violations,
      roundsLeft: plan.rounds - round + 1,
      minimumInside: plan.minimumInside,
      slabs: plan.slabs,
      minimumPerSlab: plan.minimumPerSlab,
      failureRate: plan.failureRate,
      significance: plan.significance,
      seed: plan.seed,
      round,
    };
    const refined = await drive(
      refineRound(observations, box, options),
      (share) => around.onRefine(round, share / 2),
      around.pause,
    );
    if (refined.kind === 'stopped') return { kind: 'stopped' };
    const next = settle(refined.value, box);
    noEnvelope = next.reason;
    const intervals = await drive(
      bootstrapBounds(observations, next, {
        replicates: plan.replicates,
        confidence: plan.confidence,
        seed: plan.seed,
        round,
      }),
      (share) => around.onRefine(round, 0.5 + share / 2),
      around.pause,
    );
    if (intervals.kind === 'stopped') return { kind: 'stopped' };
    box = next.box;
    const record: Round = {
      box,
      bounds: box.map((interval, f) => ({
        lower: report(interval.lower, intervals.value[f]!.lower, plan.scales[f]!),
        upper: report(interval.upper, intervals.value[f]!.upper, plan.scales[f]!),
      })),
      compression: compression(box, initial),
      tested: observed.size - before,
      failed: discovered - failedBefore,
      discovered,
      coverage: coverage(pool.columns, pool.search, box),
    };
    rounds.push(record);
    replicates.push(...evidenceOf(intervals.value, round));
    around.onRound(round, record, reportOf(roundLedger, plan.confidence));
  }

  let risk: CertifiedRisk | null = null;
  if (plan.risk !== null) {
    const { columns, failed } = searched(plan, pool, observed).observations;
    const certified = await drive(certifyRisk(columns, failed, box, plan.risk), around.onRisk, around.pause);
    if (certified.kind === 'stopped') return { kind: 'stopped' };
    risk = certified.value;
  }

  const inside = pool.validation.filter((row) => contains(pool.columns, row, box));
  const answers = await around.evaluate(inside, 'validate');
  if (await around.pause()) return { kind: 'stopped' };
  const validated = new Map<number, number>();
  inside.forEach((row, at) => {
    const answer = answers[at]!;
    if (answer.kind === 'observed') validated.set(row, answer.error);
  });
  return {
    kind: 'finished',
    initial,
    rounds,
    replicates,
    risk,
    search: sortedSplit(observed),
    validation: sortedSplit(validated),
    strategies: reportOf(ledger, plan.confidence),
    noEnvelope,
  };
}

const fails = (plan: CampaignPlan, error: number): boolean => !(error <= plan.scaledThreshold);

function testedRows(plan: CampaignPlan, observed: ReadonlyMap<number, number>): TestedRows {
  const errors = [...observed.values()];
  return {
    rows: Int32Array.from(observed.keys()),
    errors: Float64Array.from(errors, (error) => (error === LARGEST_CELL ? Number.NaN : error)),
    failed: Uint8Array.from(errors, (error) => (fails(plan, error) ? 1 : 0)),
  };
}

/** What the search has observed so far, in the order of the rows. */
function searched(
  plan: CampaignPlan,
  pool: CampaignPool,
  observed: ReadonlyMap<number, number>,
): { rows: Int32Array; observations: Observations } {
  const tested = sortedSplit(observed);
  const rows = Int32Array.from(tested.rows);
  return {
    rows,
    observations: {
      columns: pool.columns.map((column) => Float64Array.from(rows, (row) => column[row]!)),
      failed: Uint8Array.from(tested.errors, (error) => (fails(plan, error) ? 1 : 0)),
    },
  };
}

function sortedSplit(observed: ReadonlyMap<number, number>): TestedSplit {
  const entries = [...observed].sort(([a], [b]) => a - b);
  return { rows: entries.map(([row]) => row), errors: entries.map(([, error]) => error) };
}

function contains(columns: readonly Float64Array[], row: number, box: Box): boolean {
  return columns.every((column, f) => column[row]! >= box[f]!.lower && column[row]! <= box[f]!.upper);
}

/** The box cut down to the limits; turned around, and so without any structure, where they leave nothing of it. */
function limited(box: Box, limits: CampaignPlan['limits']): Box {
  return box.map(({ lower, upper }, f) => ({
    lower: Math.max(lower, limits?.[f]?.lower ?? lower),
    upper: Math.min(upper, limits?.[f]?.upper ?? upper),
  }));
}

function boundingBox(columns: readonly Float64Array[], rows: Int32Array): Box {
  return columns.map((column) => {
    let lower = Number.POSITIVE_INFINITY;
    let upper = Number.NEGATIVE_INFINITY;
    for (const row of rows) {
      lower = Math.min(lower, column[row]!);
      upper = Math.max(upper, column[row]!);
    }
    return { lower, upper };
  });
}

/**
 * The envelope a round leaves behind. Where none meets the claim, the best box there is (or the old one) goes into the
 * certificate all the same, for Lean to refute: an audit that finds no envelope has a result, too.
 */
function settle(
  outcome: RefinementOutcome,
  before: Box,
): { box: Box; plan: Extract<RefinementOutcome, { kind: 'envelope' }>['plan']; reason: string | null } {
  if (outcome.kind === 'envelope') return { box: outcome.box, plan: outcome.plan, reason: null };
  return { box: outcome.best?.box ?? before, plan: null, reason: outcome.reason };
}

function report(scaled: number, intervals: BootstrapIntervals, scale: number): BoundReport {
  const unscaled = (interval: BootstrapIntervals['bca']): BoundReport['bca'] =>
    interval === null ? null : { lower: interval.lower / scale, upper: interval.upper / scale };
  return { value: scaled / scale, percentile: unscaled(intervals.percentile), bca: unscaled(intervals.bca) };
}

/** The replicates of a round in the order of features, lower bounds before upper ones; bounds without intervals have none. */
function evidenceOf(intervals: readonly BoundIntervals[], round: number): Replicates[] {
  return intervals.flatMap((bounds, feature) =>
    (['lower', 'upper'] as const).flatMap((side) => {
      const evidence = bounds[side];
      if (evidence.replicates === null) return [];
      const { values, counts } = evidence.replicates;
      return [{ round, feature, side, values: [...values], counts: [...counts], ends: endsOf(evidence) }];
    }),
  );
}

function endsOf(evidence: BoundEvidence): Replicates['ends'] {
  return (['percentile', 'bca'] as const).flatMap((method) => {
    const interval = evidence[method];
    if (interval === null) return [];
    return (['lower', 'upper'] as const).map((end) => ({
      method,
      end,
      rank: interval.ranks[end],
      value: interval[end],
    }));
  });
}

/** Runs a stepwise computation to its end, letting the outside world run between steps. */
async function drive<T>(
  steps: Generator<number, T>,
  onProgress: (share: number) => void,
  pause: () => Promise<boolean>,
): Promise<{ kind: 'done'; value: T } | { kind: 'stopped' }> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return { kind: 'done', value: step.value };
    onProgress(step.value);
    if (await pause()) return { kind: 'stopped' };
  }
}
