import {
  LARGEST_CELL,
  type Box,
  type CertificateContent,
  type ObservationTable,
  type Replicates,
} from '../../../extension/core/certificate.ts';
import type { RandomStream } from '../../../extension/core/random.ts';
import type { FixedPointNetwork, Partition, TreeEnsemble } from '../../../extension/core/risk/risk-head.ts';
import { planObligations } from '../../../extension/lean/certificate-source-plan.ts';
import { benchmarkContent } from '../../bench/benchmark-content.ts';
import { greatestScore, truthOf } from './truth.ts';

/** Feature values and errors are this small before scaling, so that values meet bounds, and each other, often. */
const RANGE = 12;
const LARGEST_ERROR = 9;

/**
 * A small certificate that holds, and whose claims hold by a hair: one observation less inside, one failure more, and
 * they do not. So most changes of a number that matters make a theorem false.
 *
 * @param scale what all values are multiplied with; with 2^36 they fill the largest cells
 */
export function tightContent(random: RandomStream, scale: number): CertificateContent {
  const features = 1 + random.integer(3);
  const content = benchmarkContent({ rows: 4, features, validation: 2, seed: 1 });
  const below = (bound: number): number => random.integer(bound + 1);
  content.initial = content.features.map(() => ({ lower: 0, upper: RANGE * scale }));
  const boxes = [content.initial];
  for (let round = 0; round < 1 + random.integer(2); round++) {
    const outer = boxes.at(-1)!;
    boxes.push(
      outer.map(({ lower, upper }) => {
        const span = (upper - lower) / scale;
        const from = below(Math.floor(span / 3));
        return { lower: lower + from * scale, upper: upper - below(Math.floor((span - from) / 3)) * scale };
      }),
    );
  }
  const [first] = content.rounds;
  content.rounds = boxes.slice(1).map((box) => ({ ...first!, box }));
  const threshold = 4 + random.integer(4);
  content.criterion.scaledThreshold = threshold * scale;
  content.search = table(8 + random.integer(8), features, scale, random);
  content.validation = table(12 + random.integer(12), features, scale, random);
  // Failures are rarer than chance would have them, else no failure rate below one could be claimed.
  content.validation.error = content.validation.error.map((error) =>
    random.integer(4) > 0 ? error % (threshold * scale) : error,
  );
  recordCounterexamples(content);
  content.claim.slabs = 1 + random.integer(3);
  content.claim.minimumInside = 0;
  content.claim.minimumPerSlab = 0;
  content.claim.confidence = { numerator: 1 + random.integer(9), denominator: 10 };
  content.replicates = boxReplicates(content, scale, random);
  content.residuals = Array.from({ length: 1 + random.integer(6) }, (_, row) => {
    const tolerance = below(RANGE);
    const place = { file: 0, index: row, line: row + 1 };
    return {
      probe: 'rotation',
      unit: '',
      scale: 1,
      ...place,
      residual: below(tolerance) * scale,
      tolerance: tolerance * scale,
    };
  });
  content.claim.conformal = { miscoverage: { numerator: 1 + random.integer(4), denominator: 5 }, bound: 0 };
  const box = content.rounds.at(-1)!.box;
  content.risk =
    features <= 2 && scale === 1 && random.integer(2) === 0
      ? { head: smallNetwork(features, random), partition: everyPoint(box) }
      : { head: separateTrees(content, random), partition: oneCut(box, random) };
  content.claim.risk = -LARGEST_CELL;
  content.obligations = planObligations(content);
  tighten(content);
  return content;
}

function table(rows: number, features: number, scale: number, random: RandomStream): ObservationTable {
  const index = Array.from({ length: rows }, (_, row) => row);
  const column = (largest: number): number[] => index.map(() => random.integer(largest + 1) * scale);
  return {
    id: index.map((row) => row.toString(16).padStart(16, '0')),
    file: index.map(() => 0),
    index,
    line: index.map((row) => row + 1),
    features: Array.from({ length: features }, () => column(RANGE)),
    error: column(LARGEST_ERROR),
  };
}

/** Lists what fails, each with the last feature that excludes it, and tolerates exactly what none does. */
function recordCounterexamples(content: CertificateContent): void {
  const { search, criterion } = content;
  const box = content.rounds.at(-1)!.box;
  content.counterexamples = search.error.flatMap((error, row) => {
    if (error <= criterion.scaledThreshold) return [];
    const outside = box.findLastIndex(({ lower, upper }, f) => {
      const value = search.features[f]![row]!;
      return value < lower || value > upper;
    });
    return [{ row, separatedBy: outside < 0 ? null : outside }];
  });
  content.claim.violations = content.counterexamples.filter(({ separatedBy }) => separatedBy === null).length;
}

/** Replicates of both bounds of the first feature, with the ends of percentile intervals and of one other. */
function boxReplicates({ claim }: CertificateContent, scale: number, random: RandomStream): Replicates[] {
  return (['lower', 'upper'] as const).map((side) => {
    const values: number[] = [];
    for (let value = random.integer(3); values.length < 2 + random.integer(4); value += 1 + random.integer(3))
      values.push(value * scale);
    const counts = values.map(() => 1 + random.integer(5));
    const sorted = values.flatMap((value, i) => new Array<number>(counts[i]!).fill(value));
    const { numerator, denominator } = claim.confidence;
    const size = sorted.length + 1;
    const lower = Math.max(1, Math.floor((size * (denominator - numerator)) / (2 * denominator)));
    const upper = Math.min(sorted.length, Math.ceil((size * (denominator + numerator)) / (2 * denominator)));
    const other = 1 + random.integer(sorted.length);
    const end = (method: 'percentile' | 'bca', which: 'lower' | 'upper', rank: number) => ({
      method,
      end: which,
      rank,
      value: sorted[rank - 1]!,
    });
    const ends = [end('percentile', 'lower', lower), end('percentile', 'upper', upper), end('bca', 'lower', other)];
    return { round: 1, feature: 0, side, values, counts, ends };
  });
}

/** A tree per feature that asks for that feature only, so that one box bounds their sum sharply. */
function separateTrees({ features, rounds }: CertificateContent, random: RandomStream): TreeEnsemble {
  const score = (): number => random.integer(41) - 20;
  const trees = features.map((_, f) => {
    const { lower, upper } = rounds.at(-1)!.box[f]!;
    const threshold = lower + random.integer(upper - lower + 1);
    return { feature: [f, -1, -1], number: [threshold, score(), score()] };
  });
  return { kind: 'trees', scale: 1, base: score(), trees };
}

function smallNetwork(inputs: number, random: RandomStream): FixedPointNetwork {
  const number = (most: number): number => random.integer(2 * most + 1) - most;
  const layer = (outputs: number, width: number) => ({
    weights: Array.from({ length: outputs }, () => Array.from({ length: width }, () => number(4))),
    biases: Array.from({ length: outputs }, () => number(RANGE)),
    shift: random.integer(3),
  });
  const hidden = 1 + random.integer(3);
  return { kind: 'network', scale: 1, layers: [layer(hidden, inputs), layer(1, hidden)] };
}

/** Cut until every part is one point, on which interval arithmetic is exact. */
function everyPoint(box: Box): Partition {
  const f = box.findIndex(({ lower, upper }) => lower < upper);
  if (f < 0) return { feature: [-1], at: [0] };
  const { lower, upper } = box[f]!;
  const last = Math.floor((lower + upper) / 2);
  const below = everyPoint(box.with(f, { lower, upper: last }));
  const above = everyPoint(box.with(f, { lower: last + 1, upper }));
  return { feature: [f, ...below.feature, ...above.feature], at: [last, ...below.at, ...above.at] };
}

/** Whole, or cut once, anywhere. */
function oneCut(box: Box, random: RandomStream): Partition {
  if (random.integer(2) === 0) return { feature: [-1], at: [0] };
  const f = random.integer(box.length);
  const { lower, upper } = box[f]!;
  return { feature: [f, -1, -1], at: [lower + random.integer(upper - lower + 1), 0, 0] };
}

/** Claims as much as the data support. */
function tighten({ claim, ...rest }: CertificateContent): void {
  const holds = (theorem: string): boolean => truthOf({ claim, ...rest }).get(theorem) === true;
  for (const name of ['minimumInside', 'minimumPerSlab'] as const) {
    while (holds('coverage')) claim[name]++;
    claim[name]--;
  }
  const errors = [0, ...rest.validation.error].sort((a, b) => a - b);
  claim.conformal!.bound =
    errors.find((bound) => {
      claim.conformal!.bound = bound;
      return holds('conformal');
    }) ?? errors.at(-1)!;
  claim.risk = greatestScore({ claim, ...rest });
  claim.significance = { numerator: 1, denominator: 5 };
  claim.failureRate = { numerator: 0, denominator: 40 };
  do claim.failureRate.numerator++;
  while (!holds('confidence') && claim.failureRate.numerator < 39);
}
