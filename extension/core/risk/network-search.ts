import type { Box } from '../certificate.ts';
import { prepareNetwork, type PreparedNetwork } from './network-evaluation.ts';
import type { FixedPointNetwork } from './risk-head.ts';
import { searchPartition, type PartBound, type UniversalOutcome, type UniversalProgress } from './universal-search.ts';

export interface NetworkSearchRequest {
  readonly network: FixedPointNetwork;
  readonly box: Box;
  /** Claimed greatest score; −Infinity for the sharpest bound within the budget. */
  readonly bound: number;
  /** Most parts, ≥ 1. */
  readonly budget: number;
}

export type NetworkSearchOutcome = UniversalOutcome | { readonly kind: 'malformed'; readonly reason: string };

/**
 * Looks for a partition of the box on whose parts interval arithmetic keeps a network's score within the bound, or for a
 * point above it.
 *
 * @throws RangeError for an empty box or a budget below 1
 */
export function* searchNetwork(
  request: NetworkSearchRequest,
): Generator<UniversalProgress, NetworkSearchOutcome, undefined> {
  const { network, box, bound, budget } = request;
  const largest = box.reduce((most, { upper }) => Math.max(most, upper), 0);
  const prepared = prepareNetwork(network, box.length, largest);
  if (prepared.kind === 'malformed') return prepared;
  return yield* searchPartition({
    examine: (part) => examine(prepared.network, part),
    box,
    bound,
    budget,
  });
}

/**
 * Bounds the score on one part; tries its middle, and the corner to which the score rises there; and cuts the feature in
 * half whose values in the part make the greatest difference.
 */
function examine(network: PreparedNetwork, part: Box): PartBound {
  const { upper } = network.range(part);
  const middle = part.map((interval) => interval.lower + Math.floor((interval.upper - interval.lower) / 2));
  const rising = network.slope(middle);
  const corner = part.map(({ lower: low, upper: high }, f) => (rising[f]! > 0 ? high : low));
  const atMiddle = network.score(middle);
  const atCorner = network.score(corner);
  const influence = network.influence(part);
  let feature = -1;
  let most = -1;
  for (const [f, interval] of part.entries()) {
    const difference = influence[f]! * (interval.upper - interval.lower);
    if (interval.upper > interval.lower && difference > most) [most, feature] = [difference, f];
  }
  return {
    upper,
    ...(atCorner > atMiddle ? { point: corner, score: atCorner } : { point: middle, score: atMiddle }),
    cut: feature < 0 ? null : { feature, last: middle[feature]! },
  };
}
