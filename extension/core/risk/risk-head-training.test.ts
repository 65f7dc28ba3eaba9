import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream } from '../random.ts';
import { predictRaw } from './gradient-boosting-model.ts';
import { type ScoreTree, treeEnsembleSchema } from './risk-head.ts';
import { type RiskHeadOutcome, type RiskHeadOptions, trainRiskHead } from './risk-head-training.ts';
import { exportTrees } from './tree-export.ts';

function finished<T>(steps: Generator<number, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    expect(step.value).toBeGreaterThanOrEqual(0);
    expect(step.value).toBeLessThanOrEqual(1);
  }
}

/** Written from the definition in risk-head.ts, node by node. */
function leafReached(tree: ScoreTree, x: readonly number[]): number {
  const sizeOf = (node: number): number =>
    tree.feature[node]! < 0 ? 1 : 1 + sizeOf(node + 1) + sizeOf(node + 1 + sizeOf(node + 1));
  let node = 0;
  while (tree.feature[node]! >= 0) {
    node = x[tree.feature[node]!]! <= tree.number[node]! ? node + 1 : node + 1 + sizeOf(node + 1);
  }
  return tree.number[node]!;
}

function table(rows: number, seed: number): { columns: Float64Array[]; failed: Uint8Array } {
  const random = randomStream(seed, 'risk head');
  const columns = [30_000, 7, 2, 4_000_000].map((bound) =>
    Float64Array.from({ length: rows }, () => random.integer(bound)),
  );
  const failed = Uint8Array.from({ length: rows }, (_, row) => {
    const chance = columns[0]![row]! > 20_000 ? 0.8 : columns[1]![row]! > 4 ? 0.4 : 0.1;
    return random.uniform() < chance ? 1 : 0;
  });
  return { columns, failed };
}

function trained(
  columns: Float64Array[],
  failed: Uint8Array,
  options?: RiskHeadOptions,
): RiskHeadOutcome & { kind: 'trained' } {
  const head = finished(trainRiskHead(columns, failed, options));
  if (head.kind !== 'trained') throw new Error(head.kind);
  return head;
}

describe('the risk head', () => {
  it('is an ensemble a certificate can hold, with scores within the deviation of the log-odds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 40, max: 400 }),
        fc.integer(),
        fc.constantFrom(1, 100, 10_000),
        (rows, seed, scale) => {
          const { columns, failed } = table(rows, seed);
          const head = finished(trainRiskHead(columns, failed, { scale, trees: 20 }));
          if (head.kind !== 'trained') return;
          expect(treeEnsembleSchema.safeParse(head.ensemble).success).toBe(true);
          const raw = predictRaw(head.model, columns);
          for (let row = 0; row < rows; row++) {
            const x = columns.map((column) => column[row]!);
            const score = head.ensemble.trees.reduce((sum, tree) => sum + leafReached(tree, x), head.ensemble.base);
            expect(Math.abs(score - raw[row]! * scale)).toBeLessThanOrEqual(head.largestDeviation + 1e-6);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('takes every integer vector to the same leaves as the float model, also between and beyond the training rows', () => {
    const { columns, failed } = table(300, 3);
    const { model, ensemble } = trained(columns, failed);
    const random = randomStream(9, 'probe');
    const thresholds = ensemble.trees.flatMap((tree) =>
      tree.feature.flatMap((feature, node) => (feature < 0 ? [] : [{ feature, at: tree.number[node]! }])),
    );
    expect(thresholds.length).toBeGreaterThan(50);
    for (const { feature, at } of thresholds) {
      for (const value of [at, at + 1]) {
        const x = columns.map((_, column) => (column === feature ? value : random.integer(4_000_001)));
        for (const [index, tree] of model.trees.entries()) {
          const single = predictRaw(
            { ...model, base: 0, trees: [tree] },
            x.map((cell) => [cell]),
          )[0]!;
          expect(leafReached(ensemble.trees[index]!, x)).toBe(Math.floor(single * ensemble.scale + 0.5));
        }
      }
    }
  });

  it('tells failures from the rest where there is something to learn', () => {
    const { columns, failed } = table(1000, 4);
    const { model, trainingRange } = trained(columns, failed);
    const odds = predictRaw(
      model,
      columns.map((_, column) => [column === 0 ? 29_000 : 1, column === 0 ? 100 : 1]),
    );
    expect(odds[0]!).toBeGreaterThan(0.7);
    expect(odds[1]!).toBeLessThan(-1.2);
    expect(trainingRange.lowest).toBeLessThan(-12_000);
    expect(trainingRange.highest).toBeGreaterThan(7000);
  });

  it('says why it cannot be trained', () => {
    const { columns } = table(50, 5);
    const outcome = (failed: Uint8Array): RiskHeadOutcome => finished(trainRiskHead(columns, failed));
    expect(outcome(new Uint8Array(50))).toEqual({ kind: 'no-failures', rows: 50 });
    expect(outcome(new Uint8Array(50).fill(1))).toEqual({ kind: 'no-passes', rows: 50 });
    const few = finished(trainRiskHead([[1, 2, 3]], [0, 1, 0]));
    expect(few).toEqual({ kind: 'too-few-rows', rows: 3, needed: 40 });
  });

  it('refuses what is no scaled feature', () => {
    for (const value of [NaN, -1, 0.5, 2 ** 40, Infinity]) {
      const column = new Float64Array(50);
      column[17] = value;
      const failed = Uint8Array.from({ length: 50 }, (_, row) => row % 2);
      expect(() => finished(trainRiskHead([column], failed))).toThrow('row 17');
    }
  });

  it('is the base rate where no column says anything', () => {
    const failed = Uint8Array.from({ length: 100 }, (_, row) => (row < 25 ? 1 : 0));
    const { ensemble } = trained([new Float64Array(100).fill(7)], failed);
    expect(ensemble).toEqual({ kind: 'trees', scale: 10_000, base: -10_986, trees: [] });
  });
});

describe('the integer export', () => {
  const leaf = (value: number) => ({
    feature: Int32Array.of(-1),
    threshold: Float64Array.of(0),
    isMissingFirst: Uint8Array.of(0),
    second: Int32Array.of(0),
    value: Float64Array.of(value),
  });

  it('adds single leaves to the base and reports every rounding', () => {
    const model = { loss: 'logistic' as const, columns: 1, base: 0.14, trees: [leaf(0.26), leaf(-0.02)] };
    const { ensemble, largestDeviation } = exportTrees(model, 10);
    expect(ensemble).toEqual({ kind: 'trees', scale: 10, base: 4, trees: [] });
    expect(largestDeviation).toBeCloseTo(0.4 + 0.4 + 0.2, 12);
  });

  it('refuses numbers that a certificate cannot hold', () => {
    const model = (value: number) => ({ loss: 'logistic' as const, columns: 1, base: 0, trees: [leaf(value)] });
    for (const value of [NaN, Infinity, 2 ** 41]) expect(() => exportTrees(model(value), 1)).toThrow('does not fit');
    for (const scale of [0, -1, 0.5, NaN]) expect(() => exportTrees(model(1), scale)).toThrow('positive integer');
    expect(() => exportTrees({ ...model(1), columns: 33 }, 1)).toThrow('32 features');
  });
});
