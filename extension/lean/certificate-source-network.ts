import type { Box } from '../core/certificate.ts';
import { largestSums } from '../core/risk/network-evaluation.ts';
import type { FixedPointNetwork, Partition } from '../core/risk/risk-head.ts';
import { integer, kernelEvaluation, natural } from './certificate-source-text.ts';

/** Bits of one literal of packed cuts, about: Lean reads a literal in time quadratic in its length. */
const LITERAL_BITS = 4096;
/** Literals of cuts whose parts are checked together. */
const LITERALS_PER_BLOCK = 4;
/** Low bits of an entry: 0, or one more than the feature that is cut. */
const FEATURE_BITS = 6;

/** A network, a partition, and the theorem about them, as Lean source. */
export interface NetworkSource {
  /** Definitions `network` and `cuts`, with their comments. */
  readonly definitions: readonly string[];
  /** The statement: what stands between the theorem's colon and `:=`. */
  readonly statement: string;
  /** The proof: what stands after `:=`. */
  readonly proof: string;
  /** `bits` of `Network.check`: sums are kept in lanes of one more. */
  readonly bits: number;
}

/**
 * The Lean source of `universal` for a network. Numbers only; nothing in it is text from data.
 *
 * @param box named `envelope` in the Lean file
 * @throws RangeError for numbers that no certificate of ours holds
 */
export function networkSource(
  network: FixedPointNetwork,
  partition: Partition,
  box: Box,
  bound: number,
): NetworkSource {
  const cutBits = bitsOfCuts(partition, box);
  const bits = laneBitsOf(network, cutBits, bound);
  const layers = network.layers.map(({ weights, biases, shift }) => {
    const weightBits = signedBits(weights.flat());
    const biasBits = signedBits(biases);
    const rows = weights.map((row) => packSigned(row, weightBits)).join(',\n      ');
    return `  .packed ${weights[0]!.length} ${weightBits} [\n      ${rows}]\n    ${biasBits} ${packSigned(biases, biasBits)} ${natural(shift)}`;
  });
  return {
    definitions: [
      `/-- The risk model: a network in fixed point, its score in steps of 1/${natural(network.scale)} log-odds. -/`,
      `def network : Network := ⟨[\n${layers.join(',\n')}]⟩`,
      '',
      '/-- How the envelope is cut into parts small enough to bound the score on. -/',
      `def cuts : Cuts := ⟨${cutBits}, [\n${packCuts(partition, cutBits).join(',\n')}]⟩`,
      '',
    ],
    statement: `Universal network.eval ${integer(bound)} envelope`,
    proof: `Network.of_check (bits := ${bits}) cuts (${kernelEvaluation(`Network.check ${bits} network ${integer(bound)} envelope cuts`)})`,
    bits,
  };
}

/** Such that every end of the box is at most 2^bits, and every place of a cut less. */
function bitsOfCuts({ at }: Partition, box: Box): number {
  let largest = 0;
  for (const last of at) largest = Math.max(largest, last);
  for (const { lower, upper } of box) largest = Math.max(largest, lower, upper);
  return bitLength(BigInt(natural(largest)));
}

/** Such that no sum of any layer reaches 2^bits, and no shift exceeds it: what `NetworkFast.run` asks for. */
function laneBitsOf(network: FixedPointNetwork, cutBits: number, bound: number): number {
  const last = network.layers.at(-1)!;
  const most = (BigInt(bound) + 1n) * 2n ** BigInt(last.shift) - 1n;
  const sums = largestSums(network.layers, 2n ** BigInt(cutBits));
  // The last layer's sums are compared with the bound: its bias is less by `most`.
  const excess = sums.at(-1)! + (most < 0n ? -most : most);
  const reach = [...sums.slice(0, -1), excess].reduce((a, b) => (a > b ? a : b), 0n);
  return Math.max(bitLength(reach), ...network.layers.map(({ shift }) => shift));
}

/** Blocks of literals of entries, the first entry lowest. */
function packCuts({ feature, at }: Partition, bits: number): string[] {
  if (feature.length !== at.length) throw new RangeError('The columns of the partition differ in length.');
  const width = bits + FEATURE_BITS;
  const perLiteral = Math.max(1, Math.floor(LITERAL_BITS / width));
  const literals: string[] = [];
  for (let from = 0; from < feature.length; from += perLiteral) {
    const to = Math.min(from + perLiteral, feature.length);
    const entries: string[] = [];
    for (let i = to - 1; i >= from; i--) {
      const number = feature[i]! < 0 ? 0n : (BigInt(natural(at[i]!)) << BigInt(FEATURE_BITS)) + BigInt(feature[i]! + 1);
      entries.push(number.toString(2).padStart(width, '0'));
    }
    literals.push(`⟨${to - from}, 0x${BigInt(`0b${entries.join('')}`).toString(16)}⟩`);
  }
  const blocks: string[] = [];
  for (let from = 0; from < literals.length; from += LITERALS_PER_BLOCK) {
    blocks.push(`  [${literals.slice(from, from + LITERALS_PER_BLOCK).join(',\n    ')}]`);
  }
  return blocks;
}

/** Bits of a lane that holds every one of these numbers plus 2^(bits − 1). */
function signedBits(values: readonly number[]): number {
  let bits = 1;
  for (const value of values) {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no whole number.`);
    bits = Math.max(bits, bitLength(BigInt(value < 0 ? -value - 1 : value)) + 1);
  }
  return bits;
}

/** One literal, the first number lowest, each greater by 2^(bits − 1). */
function packSigned(values: readonly number[], bits: number): string {
  const offset = 2n ** BigInt(bits - 1);
  const lanes = values.map((value) => (BigInt(value) + offset).toString(2).padStart(bits, '0'));
  return `0x${BigInt(`0b${lanes.reverse().join('')}`).toString(16)}`;
}

const bitLength = (value: bigint): number => (value === 0n ? 0 : value.toString(2).length);
