import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScoreTree, TreeEnsemble } from './risk-head.ts';
import { prepareTrees } from './score-trees.ts';
import { searchPartition, partsOf } from './universal-search.ts';

const FEATURES = 2;
const LARGEST = 9;

/** Trees over values from 0 to 9, small enough to try every point. */
const tree = treeWithin(
  4,
  Array.from({ length: FEATURES }, () => [0, LARGEST]),
);

/** Every test parts what the tests above it have left; where there is nothing to part, or the draw says so, a leaf. */
function treeWithin(depth: number, ranges: readonly (readonly [number, number])[]): fc.Arbitrary<ScoreTree> {
  const leaf = fc.integer({ min: -20, max: 20 }).map((score): ScoreTree => ({ feature: [-1], number: [score] }));
  const parted = ranges.flatMap(([lower, upper], feature) => (lower < upper ? [{ feature, lower, upper }] : []));
  if (depth === 0 || parted.length === 0) return leaf;
  const node = fc
    .constantFrom(...parted)
    .chain(({ feature, lower, upper }) => fc.tuple(fc.constant(feature), fc.integer({ min: lower, max: upper - 1 })))
    .chain(([feature, last]) => {
      const [lower, upper] = ranges[feature]!;
      return fc
        .tuple(
          treeWithin(depth - 1, ranges.with(feature, [lower, last])),
          treeWithin(depth - 1, ranges.with(feature, [last + 1, upper])),
        )
        .map(([below, above]) => ({
          feature: [feature, ...below.feature, ...above.feature],
          number: [last, ...below.number, ...above.number],
        }));
    });
  return fc.oneof(leaf, node);
}

const ensemble = fc
  .array(tree, { minLength: 1, maxLength: 4 })
  .map((trees): TreeEnsemble => ({ kind: 'trees', scale: 1, base: -3, trees }));
const interval = fc
  .tuple(fc.nat(LARGEST), fc.nat(LARGEST))
  .map(([a, b]) => ({ lower: Math.min(a, b), upper: Math.max(a, b) }));
const box = fc.array(interval, { minLength: FEATURES, maxLength: FEATURES });

function ready(of: TreeEnsemble) {
  const prepared = prepareTrees(of, FEATURES);
  if (prepared.kind === 'malformed') throw new Error(prepared.reason);
  return prepared.trees;
}

function greatestScore(of: TreeEnsemble, within: readonly { lower: number; upper: number }[]): number {
  const { score } = ready(of);
  let most = -Infinity;
  for (let x = within[0]!.lower; x <= within[0]!.upper; x++)
    for (let y = within[1]!.lower; y <= within[1]!.upper; y++) most = Math.max(most, score([x, y]));
  return most;
}

describe('tree ensembles', () => {
  it('are bounded on a box, exactly so for one tree', () => {
    fc.assert(
      fc.property(ensemble, box, (of, within) => {
        expect(ready(of).upper(within)).toBeGreaterThanOrEqual(greatestScore(of, within));
        const one = { ...of, trees: of.trees.slice(0, 1) };
        expect(ready(one).upper(within)).toBe(greatestScore(one, within));
      }),
    );
  });

  it('are bounded exactly by a search, whose partition shows it', () => {
    fc.assert(
      fc.property(ensemble, box, (of, within) => {
        const trees = ready(of);
        const search = searchPartition({ examine: trees.examine, box: within, bound: -Infinity, budget: 1000 });
        let step = search.next();
        while (step.done !== true) step = search.next();
        const outcome = step.value;
        if (outcome.kind !== 'undecided') throw new Error(outcome.kind);
        const most = greatestScore(of, within);
        expect([outcome.lower, outcome.upper]).toEqual([most, most]);
        expect(trees.score(outcome.point)).toBe(most);
        const cut = partsOf(outcome.partition, within);
        if (cut.kind !== 'parts') throw new Error(cut.reason);
        expect(Math.max(...cut.parts.map((part) => trees.upper(part)))).toBe(most);
      }),
    );
  });

  it('are turned away when they are no trees', () => {
    const malformed = (feature: number[], number: number[]): string => {
      const prepared = prepareTrees({ kind: 'trees', scale: 1, base: 0, trees: [{ feature, number }] }, FEATURES);
      return prepared.kind === 'malformed' ? prepared.reason : 'ready';
    };
    expect(malformed([0, -1], [1, 2])).toBe('the nodes of tree 0 are not one tree');
    expect(malformed([-1, -1], [1, 2])).toBe('the nodes of tree 0 are not one tree');
    expect(malformed([-1], [1, 2])).toBe('the columns of tree 0 differ in length');
    expect(malformed([2, -1, -1], [1, 2, 3])).toBe('tree 0 tests a feature that is not there');
    expect(malformed([0, 0, -1, -1, -1], [5, 5, 1, 2, 3])).toBe(
      'tree 0 tests something that a test above has decided already',
    );
    expect(malformed([0, 0, -1, -1, -1], [5, 4, 1, 2, 3])).toBe('ready');
  });
});
