import type { RandomStream } from '../random.ts';
import { betaDeviate } from './beta-deviate.ts';
import { type BootstrapIntervals, bootstrapIntervals } from './bootstrap-intervals.ts';
import { exp, log } from './elementary.ts';
import { interpolate, quantileOfSorted, quantilePosition } from './quantile.ts';

export interface BootstrapOptions {
  /** Number of resamples B. */
  readonly replicates: number;
  /** Two-sided level in (0, 1). */
  readonly confidence: number;
}

export interface BootstrapEstimate extends BootstrapIntervals {
  readonly estimate: number;
}

/**
 * Bootstrap intervals of a quantile without drawing the resamples. A resample of n values is n ranks ⌊n U⌋ of
 * independent uniforms, so its k-th smallest value has rank ⌊n U₍ₖ₎⌋ with U₍ₖ₎ ~ Beta(k, n − k + 1), and given U₍ₖ₎ = u the next
 * order statistic is u plus (1 − u) times the smallest of n − k uniforms. Two deviates replace n draws and a selection,
 * and the replicates have exactly the distribution that resampling gives them.
 *
 * The jackknife is exact too: leaving out any value below the quantile's neighbours gives the same number.
 *
 * @param values n ≥ 1 numbers in any order; a NaN makes everything NaN or null
 * @param q quantile in [0, 1], by linear interpolation (type 7)
 * @see scipy.stats.bootstrap with np.quantile as the statistic
 */
export function quantileBootstrap(
  values: Float64Array,
  q: number,
  options: BootstrapOptions,
  random: RandomStream,
): BootstrapEstimate {
  // The numeric sort puts NaN last, where it would go unnoticed.
  if (values.length === 0 || !(q >= 0 && q <= 1) || values.some(Number.isNaN)) {
    return { estimate: NaN, percentile: null, bca: null };
  }
  const sorted = Float64Array.from(values).sort();
  const estimate = quantileOfSorted(sorted, q);
  const replicates = quantileReplicates(sorted, q, options.replicates, random);
  return { estimate, ...bootstrapIntervals(replicates, estimate, quantileJackknife(sorted, q), options.confidence) };
}

/** The q-quantile of `count` resamples of the sorted values. */
export function quantileReplicates(sorted: Float64Array, q: number, count: number, random: RandomStream): Float64Array {
  const size = sorted.length;
  const { rank, weight } = quantilePosition(size, q);
  const order = rank + 1;
  const draw = betaDeviate(order, size - order + 1, random);
  const valueAt = (u: number): number => sorted[Math.min(size - 1, Math.floor(size * u))]!;
  const replicates = new Float64Array(count);
  for (let at = 0; at < count; at++) {
    const u = draw();
    const low = valueAt(u);
    if (weight === 0) {
      replicates[at] = low;
      continue;
    }
    // The smallest of n − k uniforms is 1 − V^(1/(n − k)); 1 − V is uniform as well, and never 0.
    const next = 1 - (1 - u) * exp(log(1 - random.uniform()) / (size - order));
    replicates[at] = interpolate(low, valueAt(Math.max(u, next)), weight);
  }
  return replicates;
}

/** The q-quantile with each of the sorted values left out in turn; empty for a single value. */
export function quantileJackknife(sorted: Float64Array, q: number): Float64Array {
  const size = sorted.length;
  if (size < 2) return new Float64Array(0);
  const { rank, weight } = quantilePosition(size - 1, q);
  return Float64Array.from(sorted, (_, left) => {
    const low = sorted[rank < left ? rank : rank + 1]!;
    return weight === 0 ? low : interpolate(low, sorted[rank + 1 < left ? rank + 1 : rank + 2]!, weight);
  });
}
