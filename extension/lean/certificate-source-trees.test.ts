import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Partition, ScoreTree, TreeEnsemble } from '../core/risk/risk-head.ts';
import { treesSource } from './certificate-source-trees.ts';

const FEATURES = 5;
const box = Array.from({ length: FEATURES }, () => ({ lower: 0, upper: 70_000 }));

interface Nested {
  readonly feature: number;
  readonly number: number;
  readonly below: Nested | null;
  readonly above: Nested | null;
}

const leaf = fc.record({
  feature: fc.constant(-1),
  number: fc.integer({ min: -90_000, max: 90_000 }),
  below: fc.constant(null),
  above: fc.constant(null),
});
const nested: fc.Arbitrary<Nested> = fc.letrec<{ tree: Nested }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.record({
      feature: fc.integer({ min: 0, max: FEATURES - 1 }),
      number: fc.integer({ min: 0, max: 65_535 }),
      below: tie('tree'),
      above: tie('tree'),
    }),
  ),
})).tree;

function preorder(tree: Nested): ScoreTree {
  const feature: number[] = [];
  const number: number[] = [];
  const visit = (node: Nested): void => {
    feature.push(node.feature);
    number.push(node.number);
    if (node.below !== null) visit(node.below);
    if (node.above !== null) visit(node.above);
  };
  visit(tree);
  return { feature, number };
}

const ensembles = fc
  .record({ base: fc.integer({ min: -9999, max: 9999 }), trees: fc.array(nested, { maxLength: 12 }) })
  .map(({ base, trees }): TreeEnsemble => ({ kind: 'trees', scale: 10_000, base, trees: trees.map(preorder) }));

const whole: Partition = { feature: [-1], at: [0] };

/** What a reader of the Lean text finds in it: numbers only, decoded as lean-project/PCM/Ensemble.lean does. */
function readForest(definition: string): { base: number; offset: number; nodes: [feature: number, number: number][] } {
  const head = /^def forest : Forest := ⟨\(?(-?\d+)\)?, (\d+), (\d+), \[/.exec(definition)!;
  const bits = BigInt(head[2]!);
  const nodes: [number, number][] = [];
  for (const [, rows, feature, number] of definition.matchAll(/⟨(\d+),\s+0x([0-9a-f]+),\s+0x([0-9a-f]+)⟩/g)) {
    for (let row = 0n; row < BigInt(rows!); row++) {
      const cell = (column: string): number =>
        Number((BigInt(`0x${column}`) >> ((bits + 1n) * row)) % 2n ** (bits + 1n));
      nodes.push([cell(feature!), cell(number!)]);
    }
  }
  return { base: Number(head[1]), offset: Number(head[3]), nodes };
}

describe('the Lean source of an ensemble', () => {
  it('holds every node of every tree, and nothing else: a forest that reads short would be bounded all the same', () => {
    fc.assert(
      fc.property(ensembles, (ensemble) => {
        const { definitions } = treesSource(ensemble, whole, box, 0);
        const found = readForest(definitions.find((line) => line.startsWith('def forest'))!);
        expect(found.base).toBe(ensemble.base);
        const nodes = found.nodes.map(([feature, number]) =>
          feature === 0 ? [-1, number - found.offset] : [feature - 1, number],
        );
        const expected = ensemble.trees.flatMap((tree) => tree.feature.map((feature, i) => [feature, tree.number[i]!]));
        expect(nodes).toEqual(expected);
      }),
    );
  });

  it('is refused for nodes that are no trees, and for thresholds below zero', () => {
    const broken = (tree: ScoreTree): TreeEnsemble => ({ kind: 'trees', scale: 1, base: 0, trees: [tree] });
    for (const tree of [
      { feature: [0, -1], number: [1, 2] },
      { feature: [-1, -1], number: [1, 2] },
      { feature: [0, -1, -1], number: [-1, 2, 3] },
    ])
      expect(() => treesSource(broken(tree), whole, box, 0)).toThrow(RangeError);
  });
});
