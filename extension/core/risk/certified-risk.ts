import type { Box, Rational, Risk } from '../certificate.ts';
import { log } from '../statistics/elementary.ts';
import { checkableParts } from './checkable-parts.ts';
import { searchHead } from './head-search.ts';
import { trainLogisticHead, type LogisticHeadOutcome } from './logistic-head.ts';
import { scoreOfRisk } from './risk-bound.ts';
import type { RiskHead } from './risk-head.ts';
import { trainRiskHead } from './risk-head-training.ts';

/** How the risk model is made and bounded. */
export interface RiskPlan {
  /** Probability of failure that is claimed not to be exceeded, in (0, 1). */
  readonly probability: Rational;
  /** What is learnt; boosted trees by default. */
  readonly model?: 'trees' | 'logistic' | undefined;
  readonly trees: number;
  readonly depth: number;
  readonly learningRate: number;
  /** Most boxes into which the envelope is cut; fewer where the check would not have room for them. */
  readonly parts: number;
}

export interface CertifiedRisk {
  readonly evidence: Risk;
  /** The greatest score that the probability allows. */
  readonly bound: number;
  /** Why the model is the same everywhere, or null if it was learnt. */
  readonly constant: string | null;
}

/** Steps of a constant head's score per unit of log-odds; the trained heads say themselves. */
const SCALE = 10_000;

/** Part of the progress that is training. */
const TRAINING = 0.3;

/**
 * Trains a risk head on the search observations, and cuts the envelope into boxes on each of which its score is at most
 * what the probability allows. Where that fails (a point is above the bound, or the parts are used up), the partition with
 * the sharpest bound is returned all the same: Lean refutes the claim, and the explanation says what would hold.
 *
 * Where the observations are too few to train on, or all failed or none did, the head is one number everywhere: the
 * log-odds of (k + ½) / (n + 1), rounded up.
 *
 * Deterministic. Yields progress in [0, 1].
 *
 * @param columns scaled features of the search observations
 * @param failed 1 per failed observation
 */
export function* certifyRisk(
  columns: readonly Float64Array[],
  failed: Uint8Array,
  box: Box,
  plan: RiskPlan,
): Generator<number, CertifiedRisk> {
  const training = learn(columns, failed, box, plan);
  let trained = training.next();
  for (; trained.done !== true; trained = training.next()) yield TRAINING * trained.value;
  const { head, constant } = trained.value;
  const bound = scoreOfRisk(plan.probability, head.scale);
  const budget = Math.min(plan.parts, checkableParts(head, box));

  // The first search stops at a point above the bound; then the second finds out what does hold.
  for (const [pass, wanted] of [bound, -Infinity].entries()) {
    const search = searchHead(head, box, wanted, budget);
    let searched = search.next();
    for (; searched.done !== true; searched = search.next()) {
      const share = (pass + Math.min(1, searched.value.parts / budget)) / 2;
      yield TRAINING + (1 - TRAINING) * share;
    }
    const found = searched.value;
    if (found.kind === 'malformed') throw new Error(`A head of our own is malformed: ${found.reason}.`);
    if (found.kind !== 'violated') return { evidence: { head, partition: found.partition }, bound, constant };
  }
  throw new Error('A search without a bound found a point above it.');
}

/** The head that the plan asks for; one number, and why, where there is nothing to learn from. */
function* learn(
  columns: readonly Float64Array[],
  failed: Uint8Array,
  box: Box,
  plan: RiskPlan,
): Generator<number, { readonly head: RiskHead; readonly constant: string | null }> {
  if (plan.model === 'logistic') {
    const outcome = trainLogisticHead(columns, failed, box);
    return outcome.kind === 'trained'
      ? { head: outcome.network, constant: null }
      : { head: constantHead(failed), constant: constantReason(outcome) };
  }
  const outcome = yield* trainRiskHead(columns, failed, {
    trees: plan.trees,
    maximumDepth: plan.depth,
    maximumLeaves: 2 ** plan.depth,
    learningRate: plan.learningRate,
  });
  return outcome.kind === 'trained'
    ? { head: outcome.ensemble, constant: null }
    : { head: constantHead(failed), constant: constantReason(outcome) };
}

function constantHead(failed: Uint8Array): RiskHead {
  const failures = failed.reduce((sum, mark) => sum + mark, 0);
  const odds = (failures + 0.5) / (failed.length - failures + 0.5);
  return { kind: 'trees', scale: SCALE, base: Math.ceil(SCALE * log(odds)), trees: [] };
}

function constantReason(outcome: Exclude<LogisticHeadOutcome, { kind: 'trained' }>): string {
  switch (outcome.kind) {
    case 'too-few-rows':
      return `${outcome.rows} observations are too few to learn from; it takes ${outcome.needed}`;
    case 'no-failures':
      return `none of ${outcome.rows} observations failed`;
    case 'no-passes':
      return `all of ${outcome.rows} observations failed`;
    case 'unfit':
      return outcome.reason;
  }
}
