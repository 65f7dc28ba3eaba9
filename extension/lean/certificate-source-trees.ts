import type { Box } from '../core/certificate.ts';
import type { Partition, TreeEnsemble } from '../core/risk/risk-head.ts';
import { laneBits, packBlocks } from './certificate-source-lanes.ts';
import { integer, kernelEvaluation, natural } from './certificate-source-text.ts';

/** A tree ensemble, a partition, and the theorem about them, as Lean source. */
export interface TreesSource {
  /** Definitions `forest` and `splits`, with their comments. */
  readonly definitions: readonly string[];
  /** The ensemble, as a Lean term: its `eval` is the score. */
  readonly ensemble: string;
  /** The statement: what stands between the theorem's colon and `:=`. */
  readonly statement: string;
  /** The proof: what stands after `:=`. */
  readonly proof: string;
}

/**
 * The Lean source of `universal` for a tree ensemble (lean-project/PCM/Ensemble.lean, TreeLanes.lean). Numbers only;
 * nothing in it is text from data.
 *
 * @param box named `envelope` in the Lean file
 * @throws RangeError for numbers that no certificate of ours holds: thresholds below 0, nodes that are not trees
 */
export function treesSource(ensemble: TreeEnsemble, partition: Partition, box: Box, bound: number): TreesSource {
  const nodes = nodesOf(ensemble);
  const layout = layoutOf(ensemble, partition, box, nodes.offset);
  return {
    definitions: [
      `/-- The risk model: ${ensemble.trees.length} trees, their score in steps of 1/${natural(ensemble.scale)} log-odds. -/`,
      `def forest : Forest := ⟨${integer(ensemble.base)}, ${blocksText(nodes.feature, nodes.number, `${nodes.offset}, `)}⟩`,
      '',
      '/-- How the envelope is cut into parts small enough to bound the score on. -/',
      `def splits : Splits := ⟨${blocksText(
        partition.feature.map((feature) => feature + 1),
        partition.at,
      )}⟩`,
      '',
    ],
    ensemble: 'forest.ensemble',
    statement: `Universal forest.ensemble.eval ${integer(bound)} envelope`,
    proof: `TreeLanes.of_check ${layout} splits (${kernelEvaluation(`TreeLanes.check ${layout} forest ${integer(bound)} envelope splits`)})`,
  };
}

/** All nodes in Lean's order; a leaf's number is its score above the lowest. */
function nodesOf({ trees }: TreeEnsemble): { feature: number[]; number: number[]; offset: number } {
  let lowest = 0;
  for (const { feature, number } of trees)
    for (const [i, tested] of feature.entries()) if (tested < 0) lowest = Math.min(lowest, number[i]!);
  const offset = -lowest === 0 ? 0 : -lowest;
  const nodes = { feature: [] as number[], number: [] as number[], offset };
  for (const { feature, number } of trees) {
    for (const [i, tested] of feature.entries()) {
      nodes.feature.push(tested + 1);
      nodes.number.push(tested < 0 ? number[i]! + offset : number[i]!);
    }
  }
  return nodes;
}

/** A `Layout`: how the checker arranges all leaves in lanes. Lean finds out whether it fits. */
function layoutOf(ensemble: TreeEnsemble, partition: Partition, box: Box, offset: number): string {
  let features = box.length;
  let largest = 0;
  let depth = 0;
  let leaves = 2;
  let score = offset;
  for (const { lower, upper } of box) largest = Math.max(largest, lower, upper);
  for (const last of partition.at) largest = Math.max(largest, last);
  for (const tree of ensemble.trees) {
    const open: number[] = [0];
    let count = 0;
    for (const [i, tested] of tree.feature.entries()) {
      const level = open.pop();
      if (level === undefined) throw new RangeError('The nodes of a tree of the ensemble are not one tree.');
      depth = Math.max(depth, level);
      features = Math.max(features, tested + 1);
      if (tested < 0) {
        count += 1;
        score = Math.max(score, tree.number[i]! + offset);
      } else {
        open.push(level + 1, level + 1);
        largest = Math.max(largest, tree.number[i]!);
      }
    }
    if (open.length > 0) throw new RangeError('The nodes of a tree of the ensemble are not one tree.');
    leaves = Math.max(leaves, count);
  }
  const folds = bitLength(leaves - 1);
  const stride = 2n ** BigInt(bitLength(largest));
  const bits = Math.max(((2n * BigInt(features) + 2n) * stride).toString(2).length, bitLength(score));
  // Casting out finds the sum over all trees if it has room in the lanes of one tree.
  const room = Math.ceil(bitLength(ensemble.trees.length + 1) / (2 ** folds - 1));
  return `⟨${Math.max(bits, room)}, ${stride}, ${depth}, ${folds}, ${offset}⟩`;
}

/** Lane width, perhaps more, and blocks of packed rows, as `Forest` and `Splits` hold them. */
function blocksText(feature: readonly number[], number: readonly number[], between = ''): string {
  const bits = laneBits([feature, number], []);
  const blocks = packBlocks([feature, number], 0, feature.length, bits).map(
    ({ rows, columns }) => `  ⟨${rows},\n    ${columns.join(',\n    ')}⟩`,
  );
  return `${bits}, ${between}[${blocks.length === 0 ? '' : `\n${blocks.join(',\n')}`}]`;
}

const bitLength = (value: number): number => (value === 0 ? 0 : BigInt(natural(value)).toString(2).length);
