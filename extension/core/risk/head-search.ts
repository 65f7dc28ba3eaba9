import type { Box } from '../certificate.ts';
import { prepareNetwork } from './network-evaluation.ts';
import { searchNetwork } from './network-search.ts';
import type { RiskHead } from './risk-head.ts';
import { prepareTrees } from './score-trees.ts';
import { searchPartition, type UniversalOutcome, type UniversalProgress } from './universal-search.ts';

/** A head of either kind, ready to be evaluated at points and bounded on boxes. */
export interface PreparedHead {
  readonly score: (point: readonly number[]) => number;
  readonly upper: (box: Box) => number;
}

export type PreparedHeadOutcome =
  { readonly kind: 'ready'; readonly head: PreparedHead } | { readonly kind: 'malformed'; readonly reason: string };

/** Makes a head ready for the points of a box. */
export function prepareHead(head: RiskHead, box: Box): PreparedHeadOutcome {
  if (head.kind === 'trees') {
    const prepared = prepareTrees(head, box.length);
    return prepared.kind === 'malformed' ? prepared : { kind: 'ready', head: prepared.trees };
  }
  const largest = box.reduce((most, { upper }) => Math.max(most, upper), 0);
  const prepared = prepareNetwork(head, box.length, largest);
  if (prepared.kind === 'malformed') return prepared;
  const { score, range } = prepared.network;
  return { kind: 'ready', head: { score, upper: (part) => range(part).upper } };
}

/**
 * Looks for a partition of the box that shows the head's score to stay at or below a bound, or for a point above it.
 *
 * @param bound −Infinity asks for the sharpest bound that the budget of parts allows
 * @throws RangeError for an empty box or a budget below 1
 */
export function* searchHead(
  head: RiskHead,
  box: Box,
  bound: number,
  budget: number,
): Generator<UniversalProgress, UniversalOutcome | { readonly kind: 'malformed'; readonly reason: string }> {
  if (head.kind === 'network') return yield* searchNetwork({ network: head, box, bound, budget });
  const prepared = prepareTrees(head, box.length);
  if (prepared.kind === 'malformed') return prepared;
  return yield* searchPartition({ examine: prepared.trees.examine, box, bound, budget });
}
