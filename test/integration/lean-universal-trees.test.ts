import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Box } from '../../extension/core/certificate.ts';
import { randomStream } from '../../extension/core/random.ts';
import { prepareHead, searchHead } from '../../extension/core/risk/head-search.ts';
import type { Partition, TreeEnsemble } from '../../extension/core/risk/risk-head.ts';
import { treesSource } from '../../extension/lean/certificate-source-trees.ts';
import type { OpenedSession } from '../../extension/lean/open-session.ts';
import { openEmbeddedLean } from '../embedded-lean.ts';

/** Trees of different depths that no single point pleases; the first asks the same feature twice. */
const ensemble: TreeEnsemble = {
  kind: 'trees',
  scale: 10,
  base: -7,
  trees: [
    { feature: [0, 1, -1, 0, -1, -1, -1], number: [50, 20, 5, 30, -8, 13, 2] },
    { feature: [1, -1, 2, -1, -1], number: [40, -3, 9, 11, -20] },
    { feature: [-1], number: [4] },
    { feature: [2, 0, -1, -1, -1], number: [5, 20, 9, -1, -15] },
  ],
};
const box: Box = [
  { lower: 10, upper: 90 },
  { lower: 0, upper: 70 },
  { lower: 3, upper: 12 },
];
const whole: Partition = { feature: [-1], at: [0] };

function greatestScore(): number {
  const prepared = prepareHead(ensemble, box);
  if (prepared.kind === 'malformed') throw new Error(prepared.reason);
  let greatest = -Infinity;
  for (let x = box[0]!.lower; x <= box[0]!.upper; x++)
    for (let y = box[1]!.lower; y <= box[1]!.upper; y++)
      for (let z = box[2]!.lower; z <= box[2]!.upper; z++)
        greatest = Math.max(greatest, prepared.head.score([x, y, z]));
  return greatest;
}

function upperOnWholeBox(): number {
  const prepared = prepareHead(ensemble, box);
  if (prepared.kind === 'malformed') throw new Error(prepared.reason);
  return prepared.head.upper(box);
}

/** A partition that shows the exact maximum. */
function finest(): Partition {
  const search = searchHead(ensemble, box, -Infinity, 1000);
  let step = search.next();
  while (step.done !== true) step = search.next();
  if (step.value.kind !== 'undecided') throw new Error(step.value.kind);
  return step.value.partition;
}

function theorem(of: TreeEnsemble, partition: Partition, within: Box, bound: number): string {
  const { definitions, statement, proof } = treesSource(of, partition, within, bound);
  const ends = within.map(({ lower, upper }) => `⟨${lower}, ${upper}⟩`).join(', ');
  return [
    'module',
    '',
    'public import PCM.TreeLanesCheck',
    '',
    '@[expose] public noncomputable section',
    '',
    'namespace Test',
    'open PCM',
    '',
    `def envelope : Box := [${ends}]`,
    '',
    ...definitions,
    `theorem universal : ${statement} :=`,
    `  ${proof}`,
    '',
    'end Test',
    '',
  ].join('\n');
}

/** Enough trees that the elaborator could not evaluate the check, only the kernel. */
function manyTrees(): TreeEnsemble {
  const random = randomStream(3, 'many-trees');
  const trees = Array.from({ length: 60 }, () => {
    const feature: number[] = [];
    const number: number[] = [];
    // Every test parts what the tests above it have left.
    const grow = (depth: number, ranges: readonly (readonly [number, number])[]): void => {
      const tested = random.integer(3);
      const [lower, upper] = ranges[tested]!;
      if (depth === 0 || lower === upper) {
        feature.push(-1);
        number.push(random.integer(41) - 20);
        return;
      }
      const last = lower + random.integer(upper - lower);
      feature.push(tested);
      number.push(last);
      grow(depth - 1, ranges.with(tested, [lower, last]));
      grow(depth - 1, ranges.with(tested, [last + 1, upper]));
    };
    grow(
      4,
      box.map(({ lower, upper }) => [lower, upper]),
    );
    return { feature, number };
  });
  return { kind: 'trees', scale: 100, base: 0, trees };
}

/** The sharpest bound that some dozen parts show, and they. */
function sharpest(of: TreeEnsemble): { readonly partition: Partition; readonly upper: number } {
  const search = searchHead(of, box, -Infinity, 60);
  let step = search.next();
  while (step.done !== true) step = search.next();
  if (step.value.kind !== 'undecided') throw new Error(step.value.kind);
  return step.value;
}

const many = manyTrees();
const shown = sharpest(many);
const maximum = greatestScore();
const partition = finest();
const cases: readonly (readonly [name: string, source: string, proved: boolean])[] = [
  ['a bound that is the maximum, on a partition that shows it', theorem(ensemble, partition, box, maximum), true],
  ['a bound that a point exceeds by one', theorem(ensemble, partition, box, maximum - 1), false],
  ['the same bound on a partition too coarse to show it', theorem(ensemble, whole, box, maximum), false],
  ['what interval evaluation gives without cuts', theorem(ensemble, whole, box, upperOnWholeBox()), true],
  ['one less than that', theorem(ensemble, whole, box, upperOnWholeBox() - 1), false],
  ['a partition that ends too early', theorem(ensemble, { feature: [0, -1], at: [50, 0] }, box, 100), false],
  ['a partition with parts left over', theorem(ensemble, { feature: [-1, -1], at: [0, 0] }, box, 100), false],
  [
    'a cut that leaves one half empty',
    theorem(ensemble, { feature: [0, -1, -1], at: [95, 0, 0] }, box, upperOnWholeBox()),
    true,
  ],
  ['many trees, and the bound that the parts show', theorem(many, shown.partition, box, shown.upper), true],
  ['many trees, and a bound one below', theorem(many, shown.partition, box, shown.upper - 1), false],
  ['no trees', theorem({ ...ensemble, trees: [] }, whole, box, ensemble.base), true],
  ['no trees, and a bound below the base', theorem({ ...ensemble, trees: [] }, whole, box, ensemble.base - 1), false],
];

describe('a bound for every point of a box', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'pcm-universal-trees-'));
  let opened: OpenedSession;

  beforeAll(async () => {
    opened = await openEmbeddedLean();
  }, 900_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('needs cuts in this ensemble', () => {
    expect(partition.feature.length).toBeGreaterThan(1);
    expect(upperOnWholeBox()).toBeGreaterThan(maximum);
  });

  it.each(cases)(
    'is decided by the kernel: %s',
    async (_, source, proved) => {
      const file = path.join(folder, 'Case.lean');
      writeFileSync(file, source);
      const outcome = await opened.session.checkFile({
        file,
        root: folder,
        libraryPaths: opened.libraryPaths,
        timeLimitMs: 120_000,
      });
      expect(outcome.kind).toBe('finished');
      const errors = outcome.messages.filter(({ severity }) => severity === 'error');
      if (proved) expect(outcome.messages).toEqual([]);
      else {
        expect(errors).toHaveLength(1);
        expect(errors[0]!.text).toContain('is false');
      }
    },
    180_000,
  );
});
