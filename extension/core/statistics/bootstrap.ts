import { type RandomStream, shuffle } from '../random.ts';
import { bootstrapIntervals } from './bootstrap-intervals.ts';
import type { BootstrapEstimate, BootstrapOptions } from './quantile-bootstrap.ts';

export interface ResamplingOptions extends BootstrapOptions {
  /**
   * Above this many observations the jackknife behind BCa leaves out blocks of a random partition instead of single
   * observations: this many blocks, of equal size up to one.
   */
  readonly jackknifeBlocks: number;
}

/**
 * Percentile and BCa bootstrap of any statistic of n observations, given as a function of the indices drawn (0 to
 * n − 1, with repetition). The index array is reused between calls: the statistic must not keep it.
 *
 * Without observations, or where the statistic is NaN on the data or on any resample, intervals are null.
 */
export function bootstrap(
  size: number,
  statistic: (indices: Int32Array) => number,
  options: ResamplingOptions,
  random: RandomStream,
): BootstrapEstimate {
  if (size === 0) return { estimate: NaN, percentile: null, bca: null };
  const indices = new Int32Array(size).map((_, at) => at);
  const estimate = statistic(indices);
  const replicates = new Float64Array(options.replicates);
  for (let replicate = 0; replicate < options.replicates; replicate++) {
    for (let at = 0; at < size; at++) indices[at] = random.integer(size);
    replicates[replicate] = statistic(indices);
  }
  const jackknife = jackknifeValues(size, statistic, options.jackknifeBlocks, random);
  return { estimate, ...bootstrapIntervals(replicates, estimate, jackknife, options.confidence) };
}

/** The statistic with each observation, or each block of a random partition, left out in turn. */
export function jackknifeValues(
  size: number,
  statistic: (indices: Int32Array) => number,
  blocks: number,
  random: RandomStream,
): Float64Array {
  const order = new Int32Array(size).map((_, at) => at);
  const count = Math.min(size, blocks);
  if (count < 2) return new Float64Array(0);
  if (count < size) shuffle(order, random);
  return Float64Array.from({ length: count }, (_, block) =>
    statistic(order.filter((_index, position) => position % count !== block)),
  );
}
