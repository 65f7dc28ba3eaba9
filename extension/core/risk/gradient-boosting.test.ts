import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import reference from '../../../test/fixtures/risk/boosting.json' with { type: 'json' };
import { randomStream, shuffle } from '../random.ts';
import { trainBoosting } from './gradient-boosting.ts';
import { type BoostedModel, predictProbability, predictRaw } from './gradient-boosting-model.ts';
import { type BoostingOptions, type Columns, MOST_ROWS } from './gradient-boosting-options.ts';
import { crossValidatedScores } from './grouped-cross-validation.ts';
import { areaUnderRoc } from './ranking.ts';
import { boostedFit } from './risk-fits.ts';

function finished<T>(steps: Generator<number, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

function train(columns: Columns, target: ArrayLike<number>, options?: Partial<BoostingOptions>): BoostedModel {
  return finished(trainBoosting(columns, target, options));
}

/** Numbers with ties, missing values, infinities and a constant column; failures that depend on some of them. */
function table(rows: number, seed: number): { columns: Float64Array[]; failed: Uint8Array } {
  const random = randomStream(seed, 'boosting');
  const columns = [
    Float64Array.from({ length: rows }, () => random.uniform() * 10 - 5),
    Float64Array.from({ length: rows }, () => random.integer(4)),
    Float64Array.from({ length: rows }, () => (random.uniform() < 0.2 ? NaN : random.uniform())),
    new Float64Array(rows).fill(3),
    Float64Array.from({ length: rows }, () => [-Infinity, 0, Infinity][random.integer(3)]!),
  ];
  const failed = Uint8Array.from({ length: rows }, (_, row) => {
    const odds = columns[0]![row]! + columns[1]![row]! - 1.5 + (Number.isNaN(columns[2]![row]!) ? 2 : 0);
    return odds + random.uniform() * 4 - 2 > 0 ? 1 : 0;
  });
  return { columns, failed };
}

const small = { trees: 15, minimumPerLeaf: 3, maximumLeaves: 8 };

describe('against scikit-learn on the same folds', () => {
  it.each(reference.cases.map((one, at) => [at, one] as const))('case %i ranks no worse', (_, one) => {
    const columns = one.columns.map((column) => column.map((value) => value ?? NaN));
    const fold = Int32Array.from(one.failed, (_mark, row) => row % 5);
    const { options } = one;
    const fit = boostedFit({
      trees: options.max_iter,
      ...(options.max_depth === undefined ? {} : { maximumDepth: options.max_depth }),
      ...(options.l2_regularization === undefined ? {} : { l2: options.l2_regularization }),
      ...(options.max_leaf_nodes === undefined ? {} : { maximumLeaves: options.max_leaf_nodes }),
      ...(options.min_samples_leaf === undefined ? {} : { minimumPerLeaf: options.min_samples_leaf }),
    });
    const scores = finished(crossValidatedScores(columns, one.failed, { kind: 'folds', fold, folds: 5 }, fit));
    expect(areaUnderRoc(scores, one.failed)).toBeGreaterThan(one.area - 0.01);
  });
});

describe('a boosted model', () => {
  it('does not depend on the order of rows, to the last bit, whatever the loss', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 120 }), fc.integer(), fc.boolean(), (rows, seed, isLogistic) => {
        const { columns, failed } = table(rows, seed);
        const order = new Int32Array(rows).map((_, row) => row);
        shuffle(order, randomStream(seed, 'order'));
        const target = isLogistic ? failed : columns[0]!.map((value) => value * value * 1e-3 + 7);
        const heldOut = Uint8Array.from({ length: rows }, (_, row) => (row % 4 === 0 ? 1 : 0));
        const permuted = (values: ArrayLike<number>) => Float64Array.from(order, (row) => values[row]!);
        const options = { ...small, loss: isLogistic ? ('logistic' as const) : ('squared-error' as const) };
        const model = train(columns, target, { ...options, earlyStopping: { heldOut, patience: 3 } });
        const other = train(columns.map(permuted), permuted(target), {
          ...options,
          earlyStopping: { heldOut: permuted(heldOut), patience: 3 },
        });
        expect(other).toEqual(model);
      }),
      { numRuns: 40 },
    );
  });

  it('does not change when a column is stretched by a power of two, or joined by a constant one', () => {
    const { columns, failed } = table(200, 1);
    const raw = predictRaw(train(columns, failed, small), columns);
    const stretched = columns.map((column, at) => column.map((value) => value * [8, 0.5, 1, 4, 1][at]!));
    expect(predictRaw(train(stretched, failed, small), stretched)).toEqual(raw);
    const more = [...columns, new Float64Array(200).fill(NaN), new Float64Array(200)];
    expect(predictRaw(train(more, failed, small), more)).toEqual(raw);
  });

  it('obeys monotone constraints everywhere', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(1, -1), fc.constantFrom(1, -1), (seed, first, second) => {
        const { columns, failed } = table(150, seed);
        const model = train(columns, failed, { ...small, monotone: [first, second, 0, 0, 0] });
        const random = randomStream(seed, 'monotone');
        for (const [column, sign] of [
          [0, first],
          [1, second],
        ] as const) {
          const grid = [-Infinity, -6, -3.3, -1, -0.2, 0, 0.5, 1, 1.5, 2, 3, 4.5, 6, Infinity];
          const fixed = columns.map((values) => values[random.integer(150)]!);
          const raw = predictRaw(
            model,
            fixed.map((value, at) => grid.map((step) => (at === column ? step : value))),
          );
          for (let at = 1; at < grid.length; at++) expect(sign * (raw[at]! - raw[at - 1]!)).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('follows a constraint only as far as it is one: the free model breaks it', () => {
    const { columns, failed } = table(400, 2);
    const grid = Float64Array.from({ length: 50 }, (_, at) => at / 5 - 5);
    const falling = (monotone: readonly number[]): number => {
      const model = train(columns, failed, { ...small, monotone });
      const raw = predictRaw(model, [grid, ...[1, 0.5, 3, 0].map((value) => new Float64Array(50).fill(value))]);
      return raw.reduce((most, value, at) => Math.min(most, at === 0 ? 0 : value - raw[at - 1]!), 0);
    };
    expect(falling([1, 0, 0, 0, 0])).toBeGreaterThanOrEqual(0);
    expect(falling([])).toBeLessThan(-0.01);
  });

  it('learns where missing values belong, and takes them for failures where it saw none', () => {
    const x = Float64Array.from({ length: 200 }, (_, row) => (row % 4 === 0 ? NaN : row % 10));
    const failed = Uint8Array.from(x, (value) => (value >= 8 || Number.isNaN(value) ? 1 : 0));
    const learned = train([x], failed, small);
    const [missing, low, high] = predictProbability(learned, [[NaN, 1, 9]]);
    expect(low).toBeLessThan(0.35);
    expect([missing! > 0.7, high! > 0.7]).toEqual([true, true]);
    // The same the other way round, so that no side is favoured.
    const passes = predictProbability(
      train(
        [x],
        failed.map((mark) => 1 - mark),
        small,
      ),
      [[NaN, 1, 9]],
    );
    expect(passes[0]).toBeLessThan(0.3);
    const full = x.map((value, row) => (Number.isNaN(value) ? row % 10 : value));
    for (const sign of [1, -1]) {
      const column = full.map((value) => value * sign);
      const model = train(
        [column],
        full.map((value) => (value >= 8 ? 1 : 0)),
        small,
      );
      const [unknown, safe, risky] = predictRaw(model, [[NaN, sign, 9 * sign]]);
      expect(unknown).toBe(risky);
      expect(safe).toBeLessThan(risky!);
    }
  });

  it('fits what can be fitted: raw predictions in training are those of the model', () => {
    const x = Float64Array.from({ length: 300 }, (_, row) => row);
    const target = x.map((value) => (value < 100 ? -5 : value < 200 ? 40 : 7));
    const model = train([x], target, { loss: 'squared-error', trees: 300, minimumPerLeaf: 1, learningRate: 0.3 });
    const raw = predictRaw(model, [x]);
    expect(raw.every((value, row) => Math.abs(value - target[row]!) < 1e-9)).toBe(true);
    expect(() => predictProbability(model, [x])).toThrow('logistic');
    expect(() => predictRaw(model, [x, x])).toThrow('1 columns');
  });

  it('stops early where more trees do harm, and not otherwise', () => {
    const random = randomStream(8, 'noise');
    const noise = Array.from({ length: 5 }, () => Float64Array.from({ length: 300 }, () => random.uniform()));
    const failed = Uint8Array.from({ length: 300 }, () => random.integer(2));
    const heldOut = Uint8Array.from({ length: 300 }, (_, row) => row % 2);
    const options = { trees: 60, minimumPerLeaf: 5 };
    expect(train(noise, failed, options).trees).toHaveLength(60);
    expect(train(noise, failed, { ...options, earlyStopping: { heldOut, patience: 5 } }).trees.length).toBeLessThan(20);
  });

  it('keeps depth, leaves and leaf sizes', () => {
    const { columns, failed } = table(500, 3);
    for (const [maximumDepth, maximumLeaves, minimumPerLeaf] of [
      [2, 31, 5],
      [20, 6, 5],
      [20, 31, 60],
    ] as const) {
      const { trees } = train(columns, failed, { trees: 5, maximumDepth, maximumLeaves, minimumPerLeaf });
      expect(trees).toHaveLength(5);
      for (const tree of trees) {
        const depthOf = (node: number): number =>
          tree.feature[node]! < 0 ? 0 : 1 + Math.max(depthOf(node + 1), depthOf(tree.second[node]!));
        expect(depthOf(0)).toBeLessThanOrEqual(maximumDepth);
        expect(tree.feature.filter((feature) => feature < 0).length).toBeLessThanOrEqual(maximumLeaves);
        const rows = new Map<number, number>();
        const leaves = predictRaw({ loss: 'logistic', columns: 5, base: 0, trees: [tree] }, columns);
        for (const leaf of leaves) rows.set(leaf, (rows.get(leaf) ?? 0) + 1);
        for (const count of rows.values()) expect(count).toBeGreaterThanOrEqual(minimumPerLeaf);
      }
    }
  });

  it('refuses what makes no sense', () => {
    const bad: readonly [Columns, ArrayLike<number>, Partial<BoostingOptions>, string][] = [
      [[[1, 2]], [0, 2], {}, 'Target 2 in row 1'],
      [[[1, 2]], [0, NaN], { loss: 'squared-error' }, 'Target NaN in row 1'],
      [[[1]], [0, 1], {}, 'one value per row'],
      [[], [], {}, `1 to ${MOST_ROWS} rows`],
      [[[1, 2]], [0, 1], { monotone: [1, 1] }, 'one sign per column'],
      [[[1, 2]], [0, 1], { monotone: [2] }, '−1, 0 or 1'],
      [[[1, 2]], [0, 1], { learningRate: 0 }, 'learning rate'],
      [[[1, 2]], [0, 1], { maximumBins: 256 }, 'bins'],
      [[[1, 2]], [0, 1], { l2: NaN }, 'L2'],
      [[[1, 2]], [0, 1], { earlyStopping: { heldOut: [1, 1], patience: 1 } }, 'both sides'],
    ];
    for (const [columns, target, options, message] of bad)
      expect(() => train(columns, target, options)).toThrow(message);
  });

  it('is a constant where all rows are of one class', () => {
    const model = train([[1, 2, 3]], [1, 1, 1]);
    expect(model.trees).toEqual([]);
    expect(predictProbability(model, [[9]])[0]).toBeCloseTo(3.5 / 4, 12);
  });
});
