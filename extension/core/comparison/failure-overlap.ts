import { randomStream } from '../random.ts';
import { bootstrapIntervals } from '../statistics/bootstrap-intervals.ts';
import type { Estimate } from '../report/report-numbers.ts';

/** Structures by who fails on them. */
export interface Overlap {
  readonly both: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly neither: number;
}

/** Counts who fails on what; anything but 0 is a failure. */
export function overlapOf(first: ArrayLike<number>, second: ArrayLike<number>): Overlap {
  let both = 0;
  let onlyFirst = 0;
  let onlySecond = 0;
  for (let row = 0; row < first.length; row++) {
    if (first[row] !== 0 && second[row] !== 0) both++;
    else if (first[row] !== 0) onlyFirst++;
    else if (second[row] !== 0) onlySecond++;
  }
  return { both, onlyFirst, onlySecond, neither: first.length - both - onlyFirst - onlySecond };
}

/** Groups as numbers 0, 1, … in the order of their first row. */
export function numberedGroups(keys: readonly string[]): { readonly group: Int32Array; readonly groups: number } {
  const numbers = new Map<string, number>();
  const group = Int32Array.from(keys, (key) => {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, numbers.size);
    return numbers.size - 1;
  });
  return { group, groups: numbers.size };
}

/** How often each group is drawn in each replicate of a bootstrap over groups: replicate × groups + group. */
export function groupResamples(groups: number, replicates: number, seed: number): Uint16Array {
  const random = randomStream(seed, 'failure overlap');
  const drawn = new Uint16Array(replicates * groups);
  for (let replicate = 0; replicate < replicates; replicate++) {
    for (let draw = 0; draw < groups; draw++) drawn[replicate * groups + random.integer(groups)]!++;
  }
  return drawn;
}

/**
 * Share of the failures of either model that both have (P. Jaccard, New Phytol. 11, 37, 1912), with the percentile interval
 * of a bootstrap over groups of structures. Null where nobody fails; no interval where a resample is without failures.
 *
 * @param group per structure, 0 to groups − 1
 * @param resamples of `groupResamples`
 */
export function jaccardIndex(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  { group, groups }: { readonly group: Int32Array; readonly groups: number },
  resamples: Uint16Array,
  confidence: number,
): Estimate | null {
  const both = new Float64Array(groups);
  const either = new Float64Array(groups);
  for (let row = 0; row < group.length; row++) {
    const fails = Number(first[row] !== 0) + Number(second[row] !== 0);
    const at = group[row]!;
    if (fails === 2) both[at]!++;
    if (fails > 0) either[at]!++;
  }
  const failing = Int32Array.from(either, (_, at) => at).filter((at) => either[at]! > 0);
  if (failing.length === 0) return null;
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  const value = sum(both) / sum(either);
  const replicates = Float64Array.from({ length: resamples.length / groups }, (_, replicate) => {
    let shared = 0;
    let all = 0;
    for (const at of failing) {
      const times = resamples[replicate * groups + at]!;
      shared += times * both[at]!;
      all += times * either[at]!;
    }
    return shared / all;
  });
  const { percentile } = bootstrapIntervals(replicates, value, new Float64Array(0), confidence);
  return { value, interval: percentile === null ? null : { lower: percentile.lower, upper: percentile.upper } };
}
