import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Box } from '../../extension/core/certificate.ts';
import { randomStream } from '../../extension/core/random.ts';
import { trainLogisticHead } from '../../extension/core/risk/logistic-head.ts';
import { searchNetwork, type NetworkSearchOutcome } from '../../extension/core/risk/network-search.ts';
import type { FixedPointNetwork, Partition } from '../../extension/core/risk/risk-head.ts';
import { networkSource } from '../../extension/lean/certificate-source-network.ts';
import type { OpenedSession } from '../../extension/lean/open-session.ts';
import { openEmbeddedLean } from '../embedded-lean.ts';

/** ⌊(3 max(0, x − y) − 2 max(0, ⌊(x + y − 9) / 2⌋) − 1) / 2⌋, with a second hidden layer that passes values on. */
const network: FixedPointNetwork = {
  kind: 'network',
  scale: 1,
  layers: [
    {
      weights: [
        [2, -2],
        [1, 1],
      ],
      biases: [0, -9],
      shift: 1,
    },
    {
      weights: [
        [4, 0],
        [0, 4],
      ],
      biases: [3, 0],
      shift: 2,
    },
    { weights: [[3, -2]], biases: [-1], shift: 1 },
  ],
};
const box: Box = [
  { lower: 0, upper: 40 },
  { lower: 3, upper: 40 },
];
const whole: Partition = { feature: [-1], at: [0] };
const LIMIT = 600_000;

function finish(bound: number, of = network): NetworkSearchOutcome {
  const search = searchNetwork({ network: of, box, bound, budget: 2000 });
  for (;;) {
    const step = search.next();
    if (step.done === true) return step.value;
  }
}

/** The sharpest bound that the budget allows, and the partition that shows it. */
function sharpest() {
  const outcome = finish(-Infinity);
  if (outcome.kind !== 'undecided') throw new Error(outcome.kind);
  return outcome;
}

describe('the kernel on a network and its partition', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'pcm-network-'));
  let opened: OpenedSession;

  beforeAll(async () => {
    opened = await openEmbeddedLean();
  }, LIMIT);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Texts of Lean's messages, each with what the kernel had evaluated two lines above. */
  async function check(
    of: FixedPointNetwork,
    partition: Partition,
    bound: number,
    envelope = box,
  ): Promise<readonly string[]> {
    const { definitions, statement, proof } = networkSource(of, partition, envelope, bound);
    const file = path.join(folder, 'Test.lean');
    const lines = [
      'module',
      'public import PCM.NetworkFastSound',
      'public import PCM.NetworkPacked',
      'set_option Elab.async false',
      'set_option exponentiation.threshold 100000000',
      'set_option maxRecDepth 10000',
      '@[expose] public noncomputable section',
      'open PCM',
      `def envelope : Box := [${envelope.map(({ lower, upper }) => `⟨${lower}, ${upper}⟩`).join(', ')}]`,
      ...definitions,
      `theorem universal : ${statement} := ${proof}`,
      '',
    ];
    const source = lines.join('\n');
    writeFileSync(file, source);
    const written = source.split('\n');
    const outcome = await opened.session.checkFile({
      file,
      root: folder,
      libraryPaths: opened.libraryPaths,
      timeLimitMs: LIMIT,
    });
    if (outcome.kind !== 'finished') throw new Error(outcome.reason);
    return outcome.messages.map(({ text, line }) => `${text.split('\n').join(' ')}: ${written[line - 3]!.trim()}`);
  }

  const refusal = (bound: string, bits: number): string =>
    `Tactic \`decide\` proved that the proposition   false = true is false: | have evaluated : Network.check ${bits} network ${bound} envelope cuts = false := by decide +kernel`;

  it(
    'accepts the maximum as a bound, and refutes one less',
    async () => {
      const { upper, lower, partition, parts } = sharpest();
      expect(upper).toBe(lower);
      expect(parts).toBeGreaterThan(2);
      expect(await check(network, partition, upper)).toEqual([]);
      const violated = finish(upper - 1);
      expect(violated).toMatchObject({ kind: 'violated', score: upper });
      const { bits } = networkSource(network, partition, box, upper - 1);
      expect(await check(network, partition, upper - 1)).toEqual([refusal(String(upper - 1), bits)]);
    },
    LIMIT,
  );

  it(
    'bounds logistic regression by its greatest corner, and refutes one less',
    async () => {
      const random = randomStream(4, 'logistic head');
      const columns = [0, 1].map(() => Float64Array.from({ length: 200 }, () => 3 + random.integer(38)));
      const failed = Uint8Array.from(columns[0]!, (x, row) =>
        x - columns[1]![row]! + 20 * random.uniform() > 15 ? 1 : 0,
      );
      const trained = trainLogisticHead(columns, failed, box);
      if (trained.kind !== 'trained') throw new Error(trained.kind);
      const [layer] = trained.network.layers;
      // By hand: ⌊(w · x + b) / 2^shift⌋ at the corners, in whole numbers.
      const scoreAt = (point: readonly number[]): number => {
        const sum = point.reduce(
          (all, x, f) => all + BigInt(layer!.weights[0]![f]!) * BigInt(x),
          BigInt(layer!.biases[0]!),
        );
        return Number(sum >> BigInt(layer!.shift));
      };
      const greatest = Math.max(...[0, 40].flatMap((x) => [3, 40].map((y) => scoreAt([x, y]))));
      expect(await check(trained.network, whole, greatest)).toEqual([]);
      const { bits } = networkSource(trained.network, whole, box, greatest - 1);
      expect(await check(trained.network, whole, greatest - 1)).toEqual([refusal(String(greatest - 1), bits)]);
    },
    LIMIT,
  );

  it(
    'refutes a partition that is too coarse, incomplete, or longer than it should be',
    async () => {
      const { upper, partition } = sharpest();
      const cases: readonly Partition[] = [
        whole,
        { feature: partition.feature.slice(0, -1), at: partition.at.slice(0, -1) },
        { feature: [...partition.feature, -1], at: [...partition.at, 0] },
      ];
      for (const wrong of cases) {
        const { bits } = networkSource(network, wrong, box, upper);
        expect(await check(network, wrong, upper)).toEqual([refusal(String(upper), bits)]);
      }
    },
    LIMIT,
  );

  it(
    'knows negative bounds, and refutes networks that do not fit the envelope',
    async () => {
      const negative = structuredClone(network);
      negative.layers[2]!.biases = [-1000];
      const outcome = finish(-1, negative);
      if (outcome.kind !== 'holds') throw new Error(outcome.kind);
      expect(outcome.upper).toBeLessThan(-400);
      expect(await check(negative, outcome.partition, outcome.upper)).toEqual([]);
      const below = outcome.upper - 1000;
      const { bits } = networkSource(negative, outcome.partition, box, below);
      expect(await check(negative, outcome.partition, below)).toEqual([refusal(`(${below})`, bits)]);

      const wide: Box = [...box, { lower: 0, upper: 1 }];
      const { bits: wideBits } = networkSource(network, whole, wide, 1_000_000);
      expect(await check(network, whole, 1_000_000, wide)).toEqual([refusal('1000000', wideBits)]);
    },
    LIMIT,
  );
});
