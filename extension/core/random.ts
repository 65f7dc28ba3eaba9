import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { mixWords, wordsOfInteger } from './word-mixing.ts';

/** A stream of pseudo-random numbers: the same seed and labels give the same numbers on every machine. */
export interface RandomStream {
  /** Uniform in [0, 1), a multiple of 2^-53. */
  uniform(): number;
  /** Uniform integer in [0, bound), without bias; 1 ≤ bound ≤ 2^53, anything else throws. */
  integer(bound: number): number;
}

/**
 * An independent stream for each combination of seed and labels, so that a part that draws more numbers than before
 * does not shift the numbers of any other part. xoroshiro128+ (Blackman & Vigna), started from a mixed 128-bit state.
 *
 * @param seed any safe integer
 * @param labels names of the purpose, e.g. 'strategy', 'local-search', 'round 2'; order counts, and ('ab') ≠ ('a', 'b')
 */
export function randomStream(seed: number, ...labels: string[]): RandomStream {
  const words: number[] = wordsOfInteger(seed);
  for (const label of labels) {
    words.push(label.length);
    for (let at = 0; at < label.length; at++) words.push(label.charCodeAt(at));
  }
  const [a, b, c, d] = mixWords(words);
  // The all-zero state is the generator's only fixed point.
  const state = (a | b | c | d) === 0 ? [1, 0, 0, 0] : [a | 0, b | 0, c | 0, d | 0];
  const generator = xoroshiro128plusFromState(state);

  // The generator hands out the low half of its 64-bit sum, whose lowest bits are the weakest: they are dropped.
  const uniform = (): number => {
    const high = generator.next() >>> 5;
    const low = generator.next() >>> 6;
    return (high * 2 ** 26 + low) * 2 ** -53;
  };

  const integer = (bound: number): number => {
    if (!(Number.isInteger(bound) && bound >= 1 && bound <= 2 ** 53)) {
      throw new RangeError(`A random integer needs a bound between 1 and 2^53, not ${bound}.`);
    }
    // Values at and above the largest multiple of the bound would favour small remainders: draw again.
    const limit = 2 ** 53 - (2 ** 53 % bound);
    for (;;) {
      const value = uniform() * 2 ** 53;
      if (value < limit) return value % bound;
    }
  };

  return { uniform, integer };
}

/** Reorders `values` in place, every order equally likely (Fisher & Yates). */
export function shuffle(values: Int32Array, random: RandomStream): void {
  for (let last = values.length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    const moved = values[last]!;
    values[last] = values[other]!;
    values[other] = moved;
  }
}

/** `count` of the given values, without replacement, in random order; all of them if there are fewer. */
export function sampleWithoutReplacement(values: Int32Array, count: number, random: RandomStream): Int32Array {
  const copy = Int32Array.from(values);
  const size = Math.min(count, copy.length);
  for (let at = 0; at < size; at++) {
    const other = at + random.integer(copy.length - at);
    const moved = copy[at]!;
    copy[at] = copy[other]!;
    copy[other] = moved;
  }
  return copy.slice(0, size);
}
