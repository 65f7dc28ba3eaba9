import type { Box } from '../certificate.ts';
import type { FixedPointLayer, FixedPointNetwork } from './risk-head.ts';

/** One layer in floating point: outputs × inputs weights, row by row. */
export interface FloatLayer {
  readonly outputs: number;
  readonly weights: Float64Array;
  readonly biases: Float64Array;
}

/** A ReLU network that reads (value − mean) / deviation of every feature, values in feature units, and gives log-odds. */
export interface FloatNetwork {
  readonly mean: Float64Array;
  /** Positive. */
  readonly deviation: Float64Array;
  /** Every layer but the last is followed by max(0, ·); the last has one output. */
  readonly layers: readonly FloatLayer[];
}

export interface NetworkExportOptions {
  /** Integer steps per unit of each feature, as in the certificate. */
  readonly featureScales: readonly number[];
  /** Scaled feature values for which the deviation is bounded. */
  readonly box: Box;
  /** Steps of the score per unit of log-odds; 10,000 by default. */
  readonly scale?: number;
  /** Bits behind the point of hidden values; 16 by default, at most 24. */
  readonly fractionBits?: number;
  /** Bits of the largest weight of a layer; 20 by default, so that its rounding is small against that of the values. */
  readonly weightBits?: number;
}

export type NetworkExportOutcome =
  | {
      readonly kind: 'exported';
      readonly network: FixedPointNetwork;
      /**
       * For every point of the box: bound of |score − scale × log-odds|, in steps of the score; the rounding of doubles in
       * the network that was given is not counted.
       */
      readonly largestDeviation: number;
    }
  | { readonly kind: 'unfit'; readonly reason: string };

const LARGEST = 2 ** 40 - 1;
const LARGEST_SHIFT = 40;

/**
 * Rounds a network to fixed point. Normalisation becomes part of the first layer, so that it reads the certificate's
 * integers. The deviation is propagated layer by layer from the rounding of weights, biases and values, with the greatest
 * values that interval arithmetic allows in the box.
 */
export function exportNetwork(source: FloatNetwork, options: NetworkExportOptions): NetworkExportOutcome {
  const { featureScales, box, scale = 10_000, fractionBits = 16, weightBits = 20 } = options;
  const features = box.length;
  if (source.mean.length !== features || source.deviation.length !== features || featureScales.length !== features) {
    return { kind: 'unfit', reason: `the network, the scales and the box do not agree on ${features} features` };
  }
  if (source.layers.length === 0) return { kind: 'unfit', reason: 'the network has no layers' };
  const layers: FixedPointLayer[] = [];
  // Of the values that a layer reads, as integers: bounds, how far they may be from the true ones, and their scale.
  let lower = Float64Array.from(box, (interval) => interval.lower);
  let upper = Float64Array.from(box, (interval) => interval.upper);
  let error = new Float64Array(features);
  for (const [l, given] of source.layers.entries()) {
    const inputs = lower.length;
    const isLast = l === source.layers.length - 1;
    if (given.weights.length !== given.outputs * inputs || given.biases.length !== given.outputs) {
      return { kind: 'unfit', reason: `layer ${l + 1} does not read ${inputs} values` };
    }
    const outputScale = isLast ? scale : 2 ** fractionBits;
    const { weights, biases } = inSteps(given, inputs, outputScale, l === 0 ? { source, featureScales } : fractionBits);
    const shift = chooseShift(weights, biases, weightBits);
    if (shift === null) return { kind: 'unfit', reason: `a number of layer ${l + 1} does not fit into 40 bits` };
    const factor = 2 ** shift;
    const rounded = weights.map((weight) => Math.round(weight * factor) + 0);
    const roundedBiases = biases.map((bias) => Math.round(bias * factor) + 0);

    const next = { lower: new Float64Array(given.outputs), upper: new Float64Array(given.outputs) };
    const nextError = new Float64Array(given.outputs);
    for (let j = 0; j < given.outputs; j++) {
      let low = roundedBiases[j]!;
      let high = low;
      // Rounding down is off by less than one step.
      let deviation = 1 + Math.abs(roundedBiases[j]! / factor - biases[j]!);
      for (let i = 0; i < inputs; i++) {
        const weight = rounded[j * inputs + i]!;
        low += weight * (weight >= 0 ? lower[i]! : upper[i]!);
        high += weight * (weight >= 0 ? upper[i]! : lower[i]!);
        const exact = weights[j * inputs + i]!;
        const size = Math.max(Math.abs(lower[i]!), Math.abs(upper[i]!));
        deviation += Math.abs(weight / factor - exact) * size + Math.abs(exact) * error[i]!;
      }
      next.lower[j] = Math.max(isLast ? -Infinity : 0, Math.floor(low / factor));
      next.upper[j] = Math.max(isLast ? -Infinity : 0, Math.floor(high / factor));
      nextError[j] = deviation;
    }
    ({ lower, upper } = next);
    error = nextError;
    layers.push({
      weights: Array.from({ length: given.outputs }, (_, j) => [...rounded.slice(j * inputs, (j + 1) * inputs)]),
      biases: [...roundedBiases],
      shift,
    });
  }
  if (lower.length !== 1) return { kind: 'unfit', reason: `the last layer has ${lower.length} outputs instead of 1` };
  return { kind: 'exported', network: { kind: 'network', scale, layers }, largestDeviation: error[0]! };
}

/** Weights and biases that take steps of the inputs to steps of the outputs. */
function inSteps(
  { outputs, weights, biases }: FloatLayer,
  inputs: number,
  outputScale: number,
  from: number | { readonly source: FloatNetwork; readonly featureScales: readonly number[] },
): { readonly weights: Float64Array; readonly biases: Float64Array } {
  const stepped = new Float64Array(weights.length);
  const moved = Float64Array.from(biases, (bias) => bias * outputScale);
  for (let j = 0; j < outputs; j++) {
    for (let i = 0; i < inputs; i++) {
      const weight = weights[j * inputs + i]! * outputScale;
      if (typeof from === 'number') stepped[j * inputs + i] = weight / 2 ** from;
      else {
        const { mean, deviation } = from.source;
        stepped[j * inputs + i] = weight / (deviation[i]! * from.featureScales[i]!);
        moved[j]! -= (weight * mean[i]!) / deviation[i]!;
      }
    }
  }
  return { weights: stepped, biases: moved };
}

/** The finest power of two for which the largest weight keeps to its bits and everything fits; null if nothing does. */
function chooseShift(weights: Float64Array, biases: Float64Array, weightBits: number): number | null {
  let largestWeight = 0;
  let largestBias = 0;
  for (const weight of weights) if (!(Math.abs(weight) <= largestWeight)) largestWeight = Math.abs(weight);
  for (const bias of biases) if (!(Math.abs(bias) <= largestBias)) largestBias = Math.abs(bias);
  for (let shift = LARGEST_SHIFT; shift >= 0; shift--) {
    const factor = 2 ** shift;
    const fits = largestWeight * factor < LARGEST && largestBias * factor < LARGEST;
    if (fits && (largestWeight * factor < 2 ** weightBits || shift === 0)) return shift;
  }
  return null;
}
