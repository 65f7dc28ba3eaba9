import type { RandomStream } from '../random.ts';
import { bootstrap, type ResamplingOptions } from './bootstrap.ts';
import { bootstrapIntervals, type ConfidenceInterval } from './bootstrap-intervals.ts';
import type { BootstrapEstimate, BootstrapOptions } from './quantile-bootstrap.ts';

/** The rows of each group, groups in the order in which they first occur. */
export function groupMembers(keys: ArrayLike<string>): Int32Array[] {
  const members = new Map<string, number[]>();
  for (let row = 0; row < keys.length; row++) {
    const rows = members.get(keys[row]!);
    if (rows === undefined) members.set(keys[row]!, [row]);
    else rows.push(row);
  }
  return Array.from(members.values(), (rows) => Int32Array.from(rows));
}

/**
 * Percentile and BCa bootstrap of a statistic of rows, resampling whole groups (Davison & Hinkley, Bootstrap Methods and
 * their Application, 1997, section 3.8): near-duplicates are one piece of evidence, not several. With groups of one row
 * it is the ordinary bootstrap.
 *
 * @param statistic of the rows drawn, with repetition; must not keep the array
 */
export function groupBootstrap(
  members: readonly Int32Array[],
  statistic: (rows: Int32Array) => number,
  options: ResamplingOptions,
  random: RandomStream,
): BootstrapEstimate {
  const gather = rowGatherer(members);
  return bootstrap(members.length, (groups) => statistic(gather(groups)), options, random);
}

/**
 * Percentile intervals of several statistics at once, from the same resamples of whole groups. Null for a statistic that
 * is NaN on some resample.
 *
 * @param statistics of the rows drawn, always as many numbers
 * @param estimates the statistics of the data
 */
export function groupIntervals(
  members: readonly Int32Array[],
  statistics: (rows: Int32Array) => readonly number[],
  estimates: readonly number[],
  { replicates, confidence }: BootstrapOptions,
  random: RandomStream,
): (ConfidenceInterval | null)[] {
  const gather = rowGatherer(members);
  const drawn = estimates.map(() => new Float64Array(replicates));
  const groups = new Int32Array(members.length);
  for (let replicate = 0; replicate < replicates; replicate++) {
    for (let at = 0; at < groups.length; at++) groups[at] = random.integer(groups.length);
    const values = statistics(gather(groups));
    for (const [at, column] of drawn.entries()) column[replicate] = values[at]!;
  }
  return drawn.map((column, at) => {
    const found = bootstrapIntervals(column, estimates[at]!, new Float64Array(0), confidence).percentile;
    return found === null ? null : { lower: found.lower, upper: found.upper };
  });
}

/** The rows of the given groups, one group after another; the array is used again by the next call. */
function rowGatherer(members: readonly Int32Array[]): (groups: Int32Array) => Int32Array {
  let rows = new Int32Array(members.reduce((sum, { length }) => sum + length, 0));
  return (groups) => {
    let length = 0;
    for (const group of groups) length += members[group]!.length;
    if (length > rows.length) rows = new Int32Array(2 * length);
    let at = 0;
    for (const group of groups) {
      const part = members[group]!;
      for (let member = 0; member < part.length; member++) rows[at++] = part[member]!;
    }
    return rows.subarray(0, length);
  };
}
