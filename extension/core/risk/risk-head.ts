import * as z from 'zod';

/**
 * A risk head as a certificate holds it: a function from scaled feature values (naturals, in the order of
 * `content.features`) to a whole number, the score, that TypeScript and Lean evaluate alike, digit by digit. The greater
 * the score, the likelier a failure; `scale` says how many steps make one unit of log-odds.
 */

const LARGEST = 2 ** 40 - 1;
const integer = z.number().int().min(-LARGEST).max(LARGEST);
const MOST_NODES = 65_535;

/**
 * A binary tree as its nodes in preorder: `feature[i]` is the feature that node i tests, or −1 for a leaf. `number[i]` is
 * the threshold t of a test (value ≤ t goes to the first child, which follows directly; else to the second), or the
 * score of a leaf.
 */
export const scoreTreeSchema = z.strictObject({
  feature: z.array(z.number().int().min(-1).max(31)).min(1).max(MOST_NODES),
  number: z.array(integer).min(1).max(MOST_NODES),
});
export type ScoreTree = z.infer<typeof scoreTreeSchema>;

/** The score is `base` plus the sum of the leaves reached, one per tree. */
export const treeEnsembleSchema = z.strictObject({
  kind: z.literal('trees'),
  scale: z.number().int().positive().max(LARGEST),
  base: integer,
  trees: z.array(scoreTreeSchema).max(4096),
});
export type TreeEnsemble = z.infer<typeof treeEnsembleSchema>;

/**
 * One layer of a network in fixed point: from values h it makes ⌊(Σᵢ weights[j][i] hᵢ + biases[j]) / 2^shift⌋ for every j.
 */
export const fixedPointLayerSchema = z.strictObject({
  weights: z.array(z.array(integer).min(1).max(256)).min(1).max(256),
  biases: z.array(integer).min(1).max(256),
  shift: z.number().int().nonnegative().max(40),
});
export type FixedPointLayer = z.infer<typeof fixedPointLayerSchema>;

/** Every layer but the last is followed by max(0, ·); the last has one output, the score. */
export const fixedPointNetworkSchema = z.strictObject({
  kind: z.literal('network'),
  scale: z.number().int().positive().max(LARGEST),
  layers: z.array(fixedPointLayerSchema).min(1).max(16),
});
export type FixedPointNetwork = z.infer<typeof fixedPointNetworkSchema>;

export const riskHeadSchema = z.discriminatedUnion('kind', [treeEnsembleSchema, fixedPointNetworkSchema]);
export type RiskHead = z.infer<typeof riskHeadSchema>;

/**
 * How a box is cut into smaller ones, in preorder: `feature[i]` is the feature along which part i is cut, or −1 where it
 * is left whole; `at[i]` is the largest value of the first of the two parts (0 where nothing is cut).
 */
export const partitionSchema = z.strictObject({
  feature: z.array(z.number().int().min(-1).max(31)).min(1).max(1_000_001),
  at: z.array(z.number().int().nonnegative().max(LARGEST)).min(1).max(1_000_001),
});
export type Partition = z.infer<typeof partitionSchema>;
