import { randomStream, type RandomStream } from '../../extension/core/random.ts';
import { delongInterval } from '../../extension/core/risk/delong.ts';
import { areaBootstrap } from '../../extension/core/risk/ranking.ts';
import { binomialProbability } from '../../extension/core/statistics/binomial.ts';
import {
  bootstrapIntervals,
  type BootstrapIntervals,
  type ConfidenceInterval,
} from '../../extension/core/statistics/bootstrap-intervals.ts';
import { failureRateInterval } from '../../extension/core/statistics/clopper-pearson.ts';
import { exp, log } from '../../extension/core/statistics/elementary.ts';
import { normalCdf, normalQuantile } from '../../extension/core/statistics/normal.ts';
import { quantileBootstrap } from '../../extension/core/statistics/quantile-bootstrap.ts';
import type { BenchRow } from './bench-row.ts';

const SETS = 1000;
const REPLICATES = 1000;
const CONFIDENCE = 0.95;
const SIZES = [50, 200, 1000];

interface Law {
  readonly name: string;
  readonly draw: (random: RandomStream) => number;
  readonly mean: number;
  /** Population quantile; of the discrete law the smallest value that reaches the level. */
  readonly quantile: (q: number) => number;
  /** A failing structure's score, and the area that it makes with a passing one's (`draw`). */
  readonly drawFailing: (random: RandomStream) => number;
  readonly area: number;
}

const uniform = (random: RandomStream): number => random.uniform() + 2 ** -54;

function poisson(mean: number, random: RandomStream): number {
  let count = 0;
  for (let product = random.uniform(); product > exp(-mean); product *= random.uniform()) count++;
  return count;
}

function poissonShare(mean: number, k: number): number {
  let share = exp(-mean);
  for (let i = 1; i <= k; i++) share *= mean / i;
  return share;
}

/** P(X > Y) + P(X = Y)/2 for Poisson counts X and Y. */
function poissonArea(failing: number, passing: number): number {
  let area = 0;
  for (let x = 0; x < 60; x++) {
    for (let y = 0; y <= x; y++) {
      area += poissonShare(failing, x) * poissonShare(passing, y) * (x === y ? 0.5 : 1);
    }
  }
  return area;
}

const laws: readonly Law[] = [
  {
    name: 'normal',
    draw: (random) => normalQuantile(uniform(random)),
    mean: 0,
    quantile: normalQuantile,
    drawFailing: (random) => 1 + normalQuantile(uniform(random)),
    area: normalCdf(Math.SQRT1_2),
  },
  {
    name: 'skewed',
    draw: (random) => -log(uniform(random)),
    mean: 1,
    quantile: (q) => -log(1 - q),
    drawFailing: (random) => -2.5 * log(uniform(random)),
    area: 2.5 / 3.5,
  },
  {
    name: 'discrete',
    draw: (random) => poisson(3, random),
    mean: 3,
    quantile: (q) => {
      let k = 0;
      for (let sum = poissonShare(3, 0); sum < q; sum += poissonShare(3, ++k));
      return k;
    },
    drawFailing: (random) => poisson(4.5, random),
    area: poissonArea(4.5, 3),
  },
];

interface Tally {
  readonly statistic: string;
  readonly interval: string;
  readonly law: string;
  readonly size: number;
  held: number;
  missing: number;
}

/** Percentile and BCa intervals of a mean; sums instead of index arrays, which is all that a mean needs. */
function meanIntervals(values: Float64Array, random: RandomStream): BootstrapIntervals {
  const size = values.length;
  const sumOf = (chosen: Float64Array): number => chosen.reduce((sum, value) => sum + value, 0);
  const total = sumOf(values);
  const means = new Float64Array(REPLICATES);
  for (let replicate = 0; replicate < REPLICATES; replicate++) {
    let sum = 0;
    for (let draw = 0; draw < size; draw++) sum += values[random.integer(size)]!;
    means[replicate] = sum / size;
  }
  const jackknife = values.map((value) => (total - value) / (size - 1));
  return bootstrapIntervals(means, total / size, jackknife, CONFIDENCE);
}

function simulate(law: Law, size: number): Tally[] {
  const tallies = new Map<string, Tally>();
  const count = (statistic: string, name: string, interval: ConfidenceInterval | null, truth: number): void => {
    const key = `${statistic} ${name}`;
    const tally = tallies.get(key) ?? { statistic, interval: name, law: law.name, size, held: 0, missing: 0 };
    tallies.set(key, tally);
    if (interval === null) tally.missing++;
    else if (interval.lower <= truth && truth <= interval.upper) tally.held++;
  };
  for (let set = 0; set < SETS; set++) {
    const random = randomStream(set, 'interval coverage', law.name, `${size}`);
    const values = Float64Array.from({ length: size }, () => law.draw(random));
    const mean = meanIntervals(values, random);
    count('mean', 'percentile', mean.percentile, law.mean);
    count('mean', 'BCa', mean.bca, law.mean);
    for (const [name, q] of [
      ['median', 0.5],
      ['90 % quantile', 0.9],
    ] as const) {
      const drawn = quantileBootstrap(values, q, { replicates: REPLICATES, confidence: CONFIDENCE }, random);
      count(name, 'percentile', drawn.percentile, law.quantile(q));
      count(name, 'BCa', drawn.bca, law.quantile(q));
    }
    const failed = Uint8Array.from({ length: size }, () => (random.uniform() < 0.3 ? 1 : 0));
    const scores = Float64Array.from(failed, (mark) => (mark === 1 ? law.drawFailing(random) : law.draw(random)));
    count('AUC', 'DeLong', delongInterval(scores, failed, CONFIDENCE).interval, law.area);
    const options = { replicates: REPLICATES, confidence: CONFIDENCE, jackknifeBlocks: 200 };
    const area = areaBootstrap(scores, failed, options, random);
    count('AUC', 'percentile', area.percentile, law.area);
    count('AUC', 'BCa', area.bca, law.area);
  }
  return [...tallies.values()];
}

/** Exact coverage of the Clopper–Pearson interval: a sum over all counts, nothing simulated. */
function exactCoverage(size: number, rate: number): number {
  let coverage = 0;
  for (let failures = 0; failures <= size; failures++) {
    const { lower, upper } = failureRateInterval(failures, size, CONFIDENCE);
    if (lower <= rate && rate <= upper) coverage += binomialProbability(failures, size, rate);
  }
  return coverage;
}

/**
 * How often 95 % intervals hold the truth: over simulated data sets of 50, 200 and 1,000 values, normal, skewed
 * (exponential) and discrete (Poisson of mean 3). docs/STATISTICS.md holds the table and says why some miss.
 */
export function run(): Promise<BenchRow[]> {
  const row = (name: string, share: number): BenchRow => ({
    name,
    value: 100 * share,
    unit: '%',
    reach: '93 to 97',
    peer: null,
    peerValue: null,
  });
  const tallies = laws.flatMap((law) => SIZES.flatMap((size) => simulate(law, size)));
  const exact = [0.01, 0.05, 0.3].flatMap((rate) =>
    SIZES.map((size) =>
      row(`failure rate ${100 * rate} %, Clopper–Pearson, exact, n = ${size}`, exactCoverage(size, rate)),
    ),
  );
  return Promise.resolve([
    ...tallies.map(({ statistic, interval, law, size, held, missing }) =>
      row(`${statistic}, ${interval}, ${law}, n = ${size}${missing > 0 ? ` (${missing} none)` : ''}`, held / SETS),
    ),
    ...exact,
  ]);
}
