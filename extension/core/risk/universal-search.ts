import type { Box } from '../certificate.ts';
import type { Partition } from './risk-head.ts';

/** What became of a search for a partition of a box that shows a score to stay at or below a bound everywhere. */
export type UniversalOutcome =
  /** Every one of `parts` parts has an upper bound of at most `upper`, which is at most what was asked for. */
  | { readonly kind: 'holds'; readonly partition: Partition; readonly parts: number; readonly upper: number }
  /** A point of the box whose score is greater than the bound. */
  | { readonly kind: 'violated'; readonly point: readonly number[]; readonly score: number }
  /**
   * The budget of parts is spent. The maximum of the score lies in [lower, upper]; `partition` shows `upper`, and `point`
   * has the score `lower`.
   */
  | {
      readonly kind: 'undecided';
      readonly upper: number;
      readonly lower: number;
      readonly point: readonly number[];
      readonly parts: number;
      readonly partition: Partition;
    };

/** How far a search has come: the maximum of the score lies in [lower, upper]. */
export interface UniversalProgress {
  readonly parts: number;
  readonly upper: number;
  readonly lower: number;
}

/** What is known of the score on one box. */
export interface PartBound {
  /** No point of the box has a greater score. */
  readonly upper: number;
  /** A point of the box, and its score. */
  readonly point: readonly number[];
  readonly score: number;
  /** Where to cut the box: values of `feature` up to `last`, and those above; null where it is a single point. */
  readonly cut: { readonly feature: number; readonly last: number } | null;
}

export interface UniversalRequest {
  /** Bounds the score on a box; boxes given are never empty. */
  readonly examine: (box: Box) => PartBound;
  readonly box: Box;
  /** Claimed: no point has a greater score. −Infinity asks for the sharpest bound that the budget allows. */
  readonly bound: number;
  /** Most parts, ≥ 1 (a partition may have up to 500,000 of them). */
  readonly budget: number;
}

const PARTS_PER_PROGRESS = 256;

interface Part {
  readonly box: Box;
  readonly bound: PartBound;
  /** Its place in the partition; what it says is set when the part is cut. */
  readonly node: CutNode;
}
interface CutNode {
  feature: number;
  last: number;
  below: CutNode | null;
  above: CutNode | null;
}

/**
 * Branch and bound, the part with the greatest upper bound first: cuts it until every part is within the bound, a point
 * above the bound is found, or the budget is spent. Deterministic. Yields its progress every 256 parts, so that the caller
 * can show it or stop.
 *
 * With `bound` = −Infinity the search does not stop at the first point above it, but goes on to narrow [lower, upper],
 * and ends as `undecided`, with lower = upper where the maximum was found.
 *
 * @throws RangeError for an empty box or a budget below 1
 */
export function* searchPartition(request: UniversalRequest): Generator<UniversalProgress, UniversalOutcome> {
  const { examine, box, bound, budget } = request;
  if (box.some(({ lower, upper }) => !(lower <= upper))) throw new RangeError('The box holds no point.');
  if (!(budget >= 1)) throw new RangeError(`A partition has at least one part, not ${budget}.`);
  const sharpest = bound === -Infinity;
  const root: CutNode = { feature: -1, last: 0, below: null, above: null };
  const queue: Part[] = [];
  let point: readonly number[] = [];
  let lower = -Infinity;
  let parts = 1;

  const open = (part: Box, node: CutNode): void => {
    const found = examine(part);
    if (found.score > lower) [lower, point] = [found.score, found.point];
    push(queue, { box: part, bound: found, node });
  };

  open(box, root);
  for (;;) {
    if (!sharpest && lower > bound) return { kind: 'violated', point, score: lower };
    const worst = queue[0]!;
    const { upper } = worst.bound;
    if (upper <= bound) return { kind: 'holds', partition: preorder(root), parts, upper };
    const { cut } = worst.bound;
    if (cut === null || upper <= lower || parts >= budget) {
      return { kind: 'undecided', upper, lower, point, parts, partition: preorder(root) };
    }
    pop(queue);
    worst.node.feature = cut.feature;
    worst.node.last = cut.last;
    worst.node.below = { feature: -1, last: 0, below: null, above: null };
    worst.node.above = { feature: -1, last: 0, below: null, above: null };
    const [below, above] = cutBox(worst.box, cut.feature, cut.last);
    open(below, worst.node.below);
    open(above, worst.node.above);
    parts += 1;
    if (parts % PARTS_PER_PROGRESS === 0) yield { parts, upper: queue[0]!.bound.upper, lower };
  }
}

/** The halves of a box: values of the feature up to `last`, and those above. As in Lean, either may be empty. */
export function cutBox(box: Box, feature: number, last: number): [below: Box, above: Box] {
  return [
    box.map((interval, f) => (f === feature ? { ...interval, upper: Math.min(interval.upper, last) } : interval)),
    box.map((interval, f) => (f === feature ? { ...interval, lower: Math.max(interval.lower, last + 1) } : interval)),
  ];
}

/** Why a partition cannot be read. */
export type PartitionFault = { readonly kind: 'malformed'; readonly reason: string };

/**
 * The parts into which a partition cuts a box, from the lowest, in the order of Lean's `Partition.parts`.
 *
 * @returns a fault where the preorder ends too early or too late, or its columns differ in length
 */
export function partsOf(
  partition: Partition,
  box: Box,
): { readonly kind: 'parts'; readonly parts: Box[] } | PartitionFault {
  const { feature, at } = partition;
  if (feature.length !== at.length) return { kind: 'malformed', reason: 'its columns differ in length' };
  const stack: Box[] = [box];
  const parts: Box[] = [];
  for (let i = 0; i < feature.length; i++) {
    const part = stack.pop();
    if (part === undefined) return { kind: 'malformed', reason: `entries from ${i} on belong to no part` };
    if (feature[i]! < 0) parts.push(part);
    else {
      const [below, above] = cutBox(part, feature[i]!, at[i]!);
      stack.push(above, below);
    }
  }
  return stack.length === 0
    ? { kind: 'parts', parts }
    : { kind: 'malformed', reason: `it ends with ${stack.length} parts unsaid` };
}

function preorder(root: CutNode): Partition {
  const feature: number[] = [];
  const at: number[] = [];
  const stack = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    feature.push(node.feature);
    at.push(node.last);
    if (node.above !== null && node.below !== null) stack.push(node.above, node.below);
  }
  return { feature, at };
}

function push(heap: Part[], part: Part): void {
  let at = heap.push(part) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (heap[parent]!.bound.upper >= part.bound.upper) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = part;
}

function pop(heap: Part[]): void {
  const part = heap.pop()!;
  if (heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]!.bound.upper > heap[child]!.bound.upper) child += 1;
    if (heap[child]!.bound.upper <= part.bound.upper) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = part;
}
