import type { Box } from '../certificate.ts';
import type { FixedPointLayer, FixedPointNetwork } from './risk-head.ts';

/**
 * Networks in fixed point, evaluated as Lean does (lean-project/PCM/Network.lean and NetworkBounds.lean), digit by digit.
 */

/** Bounds on a score, ends included. */
export interface ScoreRange {
  readonly lower: number;
  readonly upper: number;
}

/**
 * A network made ready for points with coordinates in [0, largest]. Scores beyond ±(2^53 − 1), which no claim reaches, are
 * given as ±(2^53 − 1) at a point; a range is widened to ±Infinity there.
 */
export interface PreparedNetwork {
  readonly inputs: number;
  /** The score at a point of whole coordinates. */
  readonly score: (point: ArrayLike<number>) => number;
  /** Interval arithmetic: bounds on the score in a box that is not empty. */
  readonly range: (box: Box) => ScoreRange;
  /**
   * For every input: how much the score may change per step of that input anywhere in a box, at most; only whether one is
   * greater than another matters.
   */
  readonly influence: (box: Box) => Float64Array;
  /** For every input: how the score would change per step at this point, were nothing rounded. */
  readonly slope: (point: ArrayLike<number>) => Float64Array;
}

export type NetworkOutcome =
  | { readonly kind: 'ready'; readonly network: PreparedNetwork }
  | { readonly kind: 'malformed'; readonly reason: string };

/** Why a network does not read that many features and give one score; null if it does. */
export function networkFault({ layers }: FixedPointNetwork, features: number): string | null {
  let inputs = features;
  for (const [l, { weights, biases }] of layers.entries()) {
    if (weights.length !== biases.length) {
      return `layer ${l + 1} has ${weights.length} rows of weights and ${biases.length} biases`;
    }
    const row = weights.findIndex(({ length }) => length !== inputs);
    if (row >= 0) return `row ${row + 1} of layer ${l + 1} has ${weights[row]!.length} weights for ${inputs} inputs`;
    inputs = weights.length;
  }
  if (layers.length === 0) return 'it has no layers';
  return inputs === 1 ? null : `its last layer has ${inputs} outputs instead of 1`;
}

/**
 * Makes a network ready. Where no sum can reach 2^53 for such points, doubles are exact and used; elsewhere bigints are.
 *
 * @param largest greatest coordinate of any point or box that will be asked about, a natural number
 */
export function prepareNetwork(network: FixedPointNetwork, features: number, largest: number): NetworkOutcome {
  const reason = networkFault(network, features);
  if (reason !== null) return { kind: 'malformed', reason };
  const exact = largestSums(network.layers, BigInt(largest)).every((sum) => sum < 2n ** 53n);
  const layers = network.layers.map(flatLayer);
  return {
    kind: 'ready',
    network: {
      inputs: features,
      score: exact ? (point) => scoreInDoubles(layers, point) : (point) => scoreInBigints(network.layers, point),
      range: exact ? (box) => rangeInDoubles(layers, box) : (box) => rangeInBigints(network.layers, box),
      influence: (box) => influence(layers, box),
      slope: (point) => slope(layers, point),
    },
  };
}

/** For each layer: a number that no sum of it, bias included, exceeds in absolute value, for inputs up to `largest`. */
export function largestSums(layers: readonly FixedPointLayer[], largest: bigint): bigint[] {
  let most = largest;
  return layers.map(({ weights, biases, shift }) => {
    let sum = 0n;
    for (const [j, row] of weights.entries()) {
      const total = row.reduce((size, weight) => size + BigInt(Math.abs(weight)), 0n);
      const reach = total * most + BigInt(Math.abs(biases[j]!));
      if (reach > sum) sum = reach;
    }
    most = sum >> BigInt(shift);
    return sum;
  });
}

interface FlatLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** outputs × inputs, row by row. */
  readonly weights: Float64Array;
  readonly biases: Float64Array;
  /** 2^shift. */
  readonly divisor: number;
}

function flatLayer({ weights, biases, shift }: FixedPointLayer): FlatLayer {
  return {
    inputs: weights[0]!.length,
    outputs: weights.length,
    weights: Float64Array.from(weights.flat()),
    biases: Float64Array.from(biases),
    divisor: 2 ** shift,
  };
}

function scoreInDoubles(layers: readonly FlatLayer[], point: ArrayLike<number>): number {
  let values = Float64Array.from(point);
  for (const [l, { inputs, outputs, weights, biases, divisor }] of layers.entries()) {
    const next = new Float64Array(outputs);
    for (let j = 0; j < outputs; j++) {
      let sum = biases[j]!;
      for (let i = 0; i < inputs; i++) sum += weights[j * inputs + i]! * values[i]!;
      const value = Math.floor(sum / divisor);
      next[j] = l < layers.length - 1 ? Math.max(0, value) : value;
    }
    values = next;
  }
  return values[0]!;
}

function rangeInDoubles(layers: readonly FlatLayer[], box: Box): ScoreRange {
  const { lower, upper } = hiddenRanges(layers, box).at(-1)!;
  return { lower: lower[0]!, upper: upper[0]! };
}

/** Bounds on every layer's outputs; those of all but the last are cut off at 0. */
function hiddenRanges(
  layers: readonly FlatLayer[],
  box: Box,
): { readonly lower: Float64Array; readonly upper: Float64Array }[] {
  let lower = Float64Array.from(box, (interval) => interval.lower);
  let upper = Float64Array.from(box, (interval) => interval.upper);
  return layers.map(({ inputs, outputs, weights, biases, divisor }, l) => {
    const least = l < layers.length - 1 ? 0 : -Infinity;
    const nextLower = new Float64Array(outputs);
    const nextUpper = new Float64Array(outputs);
    for (let j = 0; j < outputs; j++) {
      let low = biases[j]!;
      let high = low;
      for (let i = 0; i < inputs; i++) {
        const weight = weights[j * inputs + i]!;
        low += weight * (weight >= 0 ? lower[i]! : upper[i]!);
        high += weight * (weight >= 0 ? upper[i]! : lower[i]!);
      }
      nextLower[j] = Math.max(least, Math.floor(low / divisor));
      nextUpper[j] = Math.max(least, Math.floor(high / divisor));
    }
    lower = nextLower;
    upper = nextUpper;
    return { lower, upper };
  });
}

function scoreInBigints(layers: readonly FixedPointLayer[], point: ArrayLike<number>): number {
  let values = Array.from(point, BigInt);
  for (const [l, { weights, biases, shift }] of layers.entries()) {
    values = weights.map((row, j) => {
      let sum = BigInt(biases[j]!);
      for (const [i, weight] of row.entries()) sum += BigInt(weight) * values[i]!;
      // Shifting a bigint to the right rounds down.
      const value = sum >> BigInt(shift);
      return l < layers.length - 1 && value < 0n ? 0n : value;
    });
  }
  const score = values[0]!;
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Number(score)));
}

function rangeInBigints(layers: readonly FixedPointLayer[], box: Box): ScoreRange {
  let ranges = box.map(({ lower, upper }) => ({ lower: BigInt(lower), upper: BigInt(upper) }));
  for (const [l, { weights, biases, shift }] of layers.entries()) {
    ranges = weights.map((row, j) => {
      let lower = BigInt(biases[j]!);
      let upper = lower;
      for (const [i, weight] of row.entries()) {
        const { lower: low, upper: high } = ranges[i]!;
        lower += BigInt(weight) * (weight >= 0 ? low : high);
        upper += BigInt(weight) * (weight >= 0 ? high : low);
      }
      lower >>= BigInt(shift);
      upper >>= BigInt(shift);
      if (l === layers.length - 1) return { lower, upper };
      return { lower: lower < 0n ? 0n : lower, upper: upper < 0n ? 0n : upper };
    });
  }
  const { lower, upper } = ranges[0]!;
  const largest = Number.MAX_SAFE_INTEGER;
  return {
    lower: lower < -largest ? -Infinity : Math.min(Number(lower), largest),
    upper: upper > largest ? Infinity : Math.max(Number(upper), -largest),
  };
}

/** Backwards through the layers: a neuron that cannot be above 0 in the box passes nothing on. */
function influence(layers: readonly FlatLayer[], box: Box): Float64Array {
  const ranges = hiddenRanges(layers, box);
  let change = Float64Array.of(1);
  for (let l = layers.length - 1; l >= 0; l--) {
    const { inputs, outputs, weights, divisor } = layers[l]!;
    const before = new Float64Array(inputs);
    for (let j = 0; j < outputs; j++) {
      if (l < layers.length - 1 && !(ranges[l]!.upper[j]! > 0)) continue;
      for (let i = 0; i < inputs; i++) before[i]! += (Math.abs(weights[j * inputs + i]!) * change[j]!) / divisor;
    }
    change = before;
  }
  return change;
}

function slope(layers: readonly FlatLayer[], point: ArrayLike<number>): Float64Array {
  const box = Array.from(point, (value) => ({ lower: value, upper: value }));
  const values = hiddenRanges(layers, box);
  let change = Float64Array.of(1);
  for (let l = layers.length - 1; l >= 0; l--) {
    const { inputs, outputs, weights, divisor } = layers[l]!;
    const before = new Float64Array(inputs);
    for (let j = 0; j < outputs; j++) {
      if (l < layers.length - 1 && !(values[l]!.upper[j]! > 0)) continue;
      for (let i = 0; i < inputs; i++) before[i]! += (weights[j * inputs + i]! * change[j]!) / divisor;
    }
    change = before;
  }
  return change;
}
