import type { Box } from '../certificate.ts';
import type { RiskHead, ScoreTree } from './risk-head.ts';

/** Memory that the check of one `universal` theorem may take, bytes: half of what the embedded Lean can have. */
const ROOM = 2 ** 30;

/** Numbers as long as a column of all leaves that the kernel remembers per part, as measured. */
const COLUMNS_PER_PART = 150;

/** Parts that a network's check was seen to take in that room. */
const NETWORK_PARTS = 10_000;

/**
 * How many parts of a box the kernel can check a head on without running out of memory, at least 1. For trees it holds
 * all leaves side by side in one long number (lean-project/PCM/TreeLanes.lean), as many lanes per tree as the largest
 * has leaves, rounded up to a power of two, and remembers many such numbers for each part.
 */
export function checkableParts(head: RiskHead, box: Box): number {
  if (head.kind === 'network') return NETWORK_PARTS;
  let largest = 1;
  for (const { upper } of box) largest = Math.max(largest, upper);
  let leaves = 2;
  for (const tree of head.trees) leaves = Math.max(leaves, leavesOf(tree));
  const lanes = head.trees.length * 2 ** bitLength(leaves - 1);
  const width = bitLength(largest) + bitLength(2 * box.length + 2) + 1;
  const bytesPerPart = (COLUMNS_PER_PART * lanes * width) / 8;
  return Math.max(1, Math.floor(ROOM / Math.max(1, bytesPerPart)));
}

const leavesOf = ({ feature }: ScoreTree): number => feature.filter((tested) => tested < 0).length;

const bitLength = (value: number): number => value.toString(2).length;
