import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { atomicNumberOf } from '../element-symbols.ts';
import { compositionOf, propertyStatistic } from '../features/composition.ts';
import { randomStream } from '../random.ts';
import { compareModels } from './compare-models.ts';
import type { ComparedModel, ComparisonInput } from './compared-models.ts';
import { comparisonSchema, type Comparison } from './comparison-schema.ts';
import { groupResamples, jaccardIndex, numberedGroups } from './failure-overlap.ts';

function compared(input: ComparisonInput): Comparison {
  const work = compareModels(input);
  let step = work.next();
  for (; step.done !== true; step = work.next()) expect(step.value).toBeLessThanOrEqual(1);
  return step.value;
}

const criterion = { kind: 'energy-error', unit: 'eV/atom', threshold: 0.5 };
const judged = (id: string, errors: Float64Array): ComparedModel => ({
  id,
  kind: 'table',
  errors,
  failed: Uint8Array.from(errors, (error) => (error <= criterion.threshold ? 0 : 1)),
  signed: null,
});

/** Two models that fail where the first feature is large, and one that fails anywhere. */
function synthetic(rows: number): ComparisonInput {
  const random = randomStream(3, 'comparison');
  const columns = [0, 1, 2].map(() => Float64Array.from({ length: rows }, () => random.uniform()));
  const noisy = (row: number): number => columns[0]![row]! * 0.8 + 0.2 * random.uniform();
  const places = Array.from({ length: rows }, (_, row) => row);
  return {
    project: 'synthetic',
    criterion,
    models: [
      judged('first', Float64Array.from(places, noisy)),
      judged('second', Float64Array.from(places, noisy)),
      judged(
        'other',
        Float64Array.from(places, (row) => (row === 5 ? NaN : random.uniform())),
      ),
    ],
    groups: places.map((row) => `group ${row >> 1}`),
    features: ['a', 'b', 'c'].map((id) => ({ id, unit: '1' })),
    columns,
    leftOut: 0,
    seed: 1,
    notes: [],
  };
}

describe('models compared', () => {
  const input = synthetic(400);
  const comparison = compared(input);
  const pair = (first: number, second: number) =>
    comparison.pairs.find((one) => one.first === first && one.second === second)!;
  const area = (from: number, to: number) =>
    comparison.riskTransfer.find((one) => one.from === from && one.to === to)!.area!;

  it('fit the schema, and are the same each time', () => {
    expect(comparisonSchema.parse(JSON.parse(JSON.stringify(comparison)))).toEqual(comparison);
    expect(compared(input)).toEqual(comparison);
  });

  it('find who fails alike', () => {
    expect(pair(0, 1).jaccard!.value).toBeGreaterThan(pair(0, 2).jaccard!.value);
    expect(pair(0, 1).pearson!.interval!.lower).toBeGreaterThan(pair(0, 2).pearson!.interval!.upper);
    expect(pair(0, 1).pearson!.test.holm).toBeLessThan(1e-10);
    expect(pair(0, 2).structuresWithErrors, 'a missing prediction is a failure without an error').toBe(399);
    expect(comparison.models[2]).toMatchObject({ notFinite: 1 });
    for (const { first, second, both, onlyFirst, onlySecond, neither } of comparison.pairs) {
      expect(both + onlyFirst).toBe(comparison.models[first]!.rate.failures);
      expect(both + onlySecond).toBe(comparison.models[second]!.rate.failures);
      expect(both + onlyFirst + onlySecond + neither).toBe(400);
    }
  });

  it('carry a risk over where failures have one cause, and nowhere else', () => {
    expect(area(0, 1).interval!.lower).toBeGreaterThan(0.8);
    expect(area(0, 2).interval!.lower).toBeLessThan(0.5);
    expect(area(0, 2).interval!.upper).toBeGreaterThan(0.5);
    expect(comparison.models[0]!.importance![0]!.interval!.lower).toBeGreaterThan(0.1);
    expect(comparison.models[0]!.importance![1]!.value).toBeLessThan(0.1);
  });

  it('hand failures on at the rate at which the other fails, if they have nothing in common', () => {
    const { lift, rate } = comparison.transfer.find(({ from, to }) => from === 0 && to === 2)!;
    expect(lift).toBeGreaterThan(0.7);
    expect(lift).toBeLessThan(1.3);
    expect(rate.structures).toBe(comparison.models[0]!.rate.failures);
  });

  it('that never fail are compared without a risk model', () => {
    const perfect = judged('perfect', new Float64Array(400));
    const { riskTransfer, models, notes, pairs } = compared({ ...input, models: [input.models[0]!, perfect] });
    expect(riskTransfer.map((one) => one.area === null)).toEqual([false, true, true, true]);
    expect(models[1]!.importance).toBeNull();
    expect(pairs[0]!.pearson).toBeNull();
    expect(notes.some((note) => note.includes('perfect'))).toBe(true);
  });
});

describe('Jaccard’s index', () => {
  const index = (first: ArrayLike<number>, second: ArrayLike<number>, keys: readonly string[]) => {
    const grouping = numberedGroups(keys);
    return jaccardIndex(first, second, grouping, groupResamples(grouping.groups, 500, 2), 0.95);
  };

  it('is the shared part, with an interval around it', () => {
    const first = Uint8Array.from({ length: 300 }, (_, row) => (row < 120 ? 1 : 0));
    const second = Uint8Array.from({ length: 300 }, (_, row) => (row >= 60 && row < 180 ? 1 : 0));
    const keys = Array.from(first, (_, row) => `${row}`);
    const { value, interval } = index(first, second, keys)!;
    expect(value).toBeCloseTo(60 / 180, 12);
    expect(interval!.lower).toBeLessThan(value);
    expect(interval!.upper).toBeGreaterThan(value);
    // As a binomial share of 180 structures: a standard error of 0.035.
    expect(interval!.upper - interval!.lower).toBeGreaterThan(0.11);
    expect(interval!.upper - interval!.lower).toBeLessThan(0.17);
  });

  it('widens where structures come in groups', () => {
    const alternating = Uint8Array.from({ length: 300 }, (_, row) => (row % 30 < 15 ? 1 : 0));
    const mostly = Uint8Array.from({ length: 300 }, (_, row) => (row % 30 < 15 && row % 60 < 30 ? 1 : 0));
    const width = (keys: string[]): number => {
      const { lower, upper } = index(alternating, mostly, keys)!.interval!;
      return upper - lower;
    };
    const single = Array.from(mostly, (_, row) => `${row}`);
    expect(width(Array.from(mostly, (_, row) => `${Math.floor(row / 30)}`))).toBeGreaterThan(2 * width(single));
  });

  it('is nothing where nobody fails', () => {
    expect(index([0, 0], [0, 0], ['a', 'b'])).toBeNull();
  });
});

const table = path.resolve('../shared/data/wbm-predictions.csv');
const isThere = existsSync(table);
if (!isThere) console.warn(`Comparison of published models is skipped: ${table} is not there.`);

function speciesOf(formula: string): Uint8Array {
  return Uint8Array.from(
    [...formula.matchAll(/([A-Z][a-z]?)(\d*)/g)].flatMap(([, symbol, count]) =>
      new Array<number>(count === '' ? 1 : Number(count)).fill(atomicNumberOf(symbol!)!),
    ),
  );
}

describe.skipIf(!isThere)('fourteen published models on 700 materials', () => {
  it('have the rates and correlations that pandas finds', { timeout: 120_000 }, () => {
    const [header, ...lines] = readFileSync(table, 'utf8').trim().split(/\r?\n/);
    const names = header!.split(',');
    const cells = lines.map((line) => line.split(','));
    const column = (name: string) =>
      Float64Array.from(cells, (row) => (row[names.indexOf(name)] === '' ? NaN : Number(row[names.indexOf(name)])));
    const truth = column('dft_e_form_eV_per_atom');
    const models = names
      .filter((name) => name.startsWith('pred_'))
      .map((name): ComparedModel => {
        const signed = column(name).map((value, row) => value - truth[row]!);
        const errors = signed.map(Math.abs);
        const failed = Uint8Array.from(errors, (error) => (error <= 0.1 ? 0 : 1));
        return { id: name.slice(5), kind: 'table', errors, failed, signed };
      });
    const compositions = cells.map((row) => compositionOf(speciesOf(row[names.indexOf('formula')]!)));
    const properties = ['electronegativity', 'covalent_radius', 'atomic_number'] as const;
    const columns = properties.flatMap((property) =>
      (['mean', 'range'] as const).map((statistic) =>
        Float64Array.from(compositions, (one) => {
          const value = propertyStatistic(one, property, statistic);
          return typeof value === 'number' ? value : NaN;
        }),
      ),
    );
    columns.push(column('volume_per_atom_A3'));
    const comparison = compared({
      project: 'wbm',
      criterion: { kind: 'energy-error', unit: 'eV/atom', threshold: 0.1 },
      models,
      groups: cells.map((row) => row[names.indexOf('formula')]!),
      features: columns.map((_, at) => ({ id: `feature ${at}`, unit: '1' })),
      columns,
      leftOut: 0,
      seed: 0,
      notes: [],
    });
    const at = (id: string): number => comparison.models.findIndex((model) => model.id === id);
    const rate = (id: string): number => comparison.models[at(id)]!.rate.rate!;
    expect(rate('chgnet')).toBeCloseTo(157 / 700, 12);
    expect(rate('mace-mp-0')).toBeCloseTo(128 / 700, 12);
    expect(rate('m3gnet')).toBeCloseTo(176 / 700, 12); // One prediction is missing, which is a failure.
    expect(rate('mace-mpa-0')).toBeCloseTo(30 / 700, 12);
    const { pearson, spearman, signed } = comparison.pairs.find(
      ({ first, second }) => first === at('chgnet') && second === at('mace-mp-0'),
    )!;
    expect(pearson!.value).toBeCloseTo(0.7774574217578635, 10);
    expect(spearman!.value).toBeCloseTo(0.5805932552244175, 10);
    expect(signed!.value).toBeCloseTo(0.7764069998798396, 10);
    const area = (from: string, to: string): number =>
      comparison.riskTransfer.find((one) => one.from === at(from) && one.to === at(to))!.area!.value;
    expect(area('chgnet', 'chgnet')).toBeGreaterThan(0.6);
    expect(area('chgnet', 'mace-mp-0')).toBeGreaterThan(0.6);
    expect(comparison.pairs).toHaveLength(91);
  });
});
