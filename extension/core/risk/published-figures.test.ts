import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { failureRateInterval } from '../statistics/clopper-pearson.ts';
import { pearson } from '../statistics/correlation.ts';
import { modelDisagreement } from './baseline-scores.ts';
import { delongInterval } from './delong.ts';

const shared = new URL('../../../../shared/data/wbm-predictions.csv', import.meta.url);
const isThere = existsSync(shared);
if (!isThere) console.warn('skipped: published figures, because ../shared/data/wbm-predictions.csv is not there');

/**
 * Figures that the data's own description states for all 972 crystals, of which 700 are at hand: failure = formation
 * energy off by more than 0.1 eV/atom. Ours must lie where a sample of that size can. Three of the four models that the spread is
 * of are those that it is held against; which the fourth is, is not stated, so it has to hold for every model that was
 * trained on the same data, and not for one that knows compositions alone.
 */
const fourths = ['sevennet-0', 'sevennet-l3i5', 'grace-2l', 'orb-mptrj-v2', 'dpa3-mptrj'] as const;

/** Areas by the rank sums of SciPy's `rankdata`, in the order of `fourths` and of the first three of `stated`. */
const byRankSums = [
  [0.7909, 0.788899, 0.838545],
  [0.821809, 0.804278, 0.856328],
  [0.79578, 0.769968, 0.827127],
  [0.819064, 0.824028, 0.857814],
  [0.820237, 0.822621, 0.869687],
];

const stated = [
  { model: 'chgnet', failureRate: 0.21, spreadArea: 0.81 },
  { model: 'mace-mp-0', failureRate: 0.17, spreadArea: 0.79 },
  { model: 'm3gnet', failureRate: 0.25, spreadArea: 0.85 },
  { model: 'mace-mpa-0', failureRate: 0.04, spreadArea: null },
];

describe.skipIf(!isThere)('on 700 crystals of WBM', () => {
  const [header, ...lines] = readFileSync(isThere ? shared : '/dev/null', 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  const column = (name: string): Float64Array =>
    Float64Array.from(lines, (line) => {
      const text = line[header!.indexOf(name)];
      if (text === undefined) throw new Error(`There is no column ${name}.`);
      return text === '' ? NaN : Number(text);
    });
  const truth = column('dft_e_form_eV_per_atom');
  const predictions = stated.map(({ model }) => column(`pred_${model}`));
  const spreadWith = (model: string): Float64Array =>
    modelDisagreement([...predictions.slice(0, 3), column(`pred_${model}`)])!;
  const failedOf = (at: number): Uint8Array =>
    Uint8Array.from(truth, (value, row) => (Math.abs(predictions[at]![row]! - value) <= 0.1 ? 0 : 1));

  it.each(stated.map((figures, at) => ({ ...figures, at })))(
    '$model fails as often as is stated, and the spread of four models ranks its failures as is stated, whichever the fourth is',
    ({ at, failureRate, spreadArea, model }) => {
      const failed = failedOf(at);
      const failures = failed.reduce((sum, mark) => sum + mark, 0);
      const interval = failureRateInterval(failures, failed.length, 0.999);
      // Stated to whole percents.
      expect(failureRate + 0.005).toBeGreaterThan(interval.lower);
      expect(failureRate - 0.005).toBeLessThan(interval.upper);
      const areas = fourths.map((fourth) => delongInterval(spreadWith(fourth), failed, 0.999));
      console.info(
        `${model}: ${failures} of ${failed.length} fail; spread of four models ranks them with AUC ${areas.map(({ area }) => area.toFixed(3)).join(', ')}`,
      );
      if (spreadArea === null) return;
      for (const [which, { area, interval }] of areas.entries()) {
        expect(area).toBeCloseTo(byRankSums[which]![at]!, 6);
        expect(spreadArea).toBeGreaterThan(interval!.lower);
        expect(spreadArea).toBeLessThan(interval!.upper);
      }
      const other = delongInterval(spreadWith('voronoi-rf'), failed, 0.999);
      expect(other.interval!.upper, 'a fourth model that knows compositions alone').toBeLessThan(spreadArea);
    },
  );

  it('has errors of CHGNet and MACE that correlate as is stated', () => {
    const errors = [0, 1].map((at) => predictions[at]!.map((value, row) => value - truth[row]!));
    const both = Array.from(truth.keys()).filter((row) => errors.every((one) => Number.isFinite(one[row]!)));
    const [first, second] = errors.map((one) => both.map((row) => one[row]!));
    const { value } = pearson(first!, second!, 0.95);
    console.info(`CHGNet and MACE-MP-0: error correlation ${value.toFixed(3)} on ${both.length} crystals`);
    // Stated as 0.82 for all 972; errors have heavy tails, so Fisher's interval would be too narrow.
    expect(Math.abs(value - 0.82)).toBeLessThan(0.1);
  });
});
