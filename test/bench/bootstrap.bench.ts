import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { randomStream } from '../../extension/core/random.ts';
import { bootstrapBounds } from '../../extension/core/refinement/bound-bootstrap.ts';
import { refineRound } from '../../extension/core/refinement/refine-round.ts';
import { normalQuantile } from '../../extension/core/statistics/normal.ts';
import { quantileBootstrap } from '../../extension/core/statistics/quantile-bootstrap.ts';
import { exp } from '../../extension/core/statistics/elementary.ts';
import type { BenchRow } from './bench-row.ts';

const SIZE = 1000;
const REPLICATES = 10_000;
const QUANTILE = 0.9;
const CONFIDENCE = 0.95;
const PASSES = 15;
const peerScript = path.resolve('test/bench/peers/bootstrap.py');

interface PeerReport {
  readonly version: string;
  readonly seconds: number;
  readonly intervals: readonly (readonly [number, number])[];
}

/** SciPy's figures by the first Python that has SciPy; null where none has. */
async function peer(values: Float64Array): Promise<PeerReport | null> {
  for (const python of ['python3', '/usr/bin/python3']) {
    try {
      await promisify(execFile)(python, ['-c', 'import scipy.stats'], { timeout: 60_000 });
    } catch {
      continue;
    }
    const words = [peerScript, `${REPLICATES}`, `${QUANTILE}`, `${CONFIDENCE}`, '7'];
    const running = promisify(execFile)(python, words, { timeout: 300_000 });
    running.child.stdin?.end(JSON.stringify([...values]));
    return JSON.parse((await running).stdout) as PeerReport;
  }
  return null;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}

function meanAndVariance(numbers: readonly number[]): { mean: number; variance: number } {
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  return { mean, variance: numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (numbers.length - 1) };
}

/** Difference of two means in units of its own Monte-Carlo error; 0 where both are without spread and equal. */
function deviation(ours: readonly number[], theirs: readonly number[]): number {
  const a = meanAndVariance(ours);
  const b = meanAndVariance(theirs);
  const error = Math.sqrt(a.variance / ours.length + b.variance / theirs.length);
  const difference = Math.abs(a.mean - b.mean);
  return difference === 0 ? 0 : difference / error;
}

/** A planted box in eight features with 2 % noise: what a refinement round costs at the size of a usual search split. */
function refinementRows(): BenchRow[] {
  const random = randomStream(5, 'planted');
  const columns = Array.from({ length: 8 }, () => Float64Array.from({ length: 700 }, () => random.integer(10_001)));
  const failed = Uint8Array.from({ length: 700 }, (_, row) => {
    const isSafe = columns[0]![row]! > 2000 && columns[1]![row]! < 8000;
    return (random.uniform() < 0.02 ? !isSafe : isSafe) ? 0 : 1;
  });
  const box = columns.map(() => ({ lower: 0, upper: 10_000 }));
  const start = performance.now();
  const round = refineRound({ columns, failed }, box, {
    violations: 5,
    roundsLeft: 1,
    minimumInside: 50,
    slabs: 4,
    minimumPerSlab: 1,
    failureRate: 0.1,
    significance: 0.05,
    seed: 1,
    round: 4,
  });
  let step = round.next();
  while (step.done !== true) step = round.next();
  const refined = performance.now();
  if (step.value.kind !== 'envelope') throw new Error(step.value.reason);
  const bounds = bootstrapBounds({ columns, failed }, step.value, {
    replicates: 1000,
    confidence: CONFIDENCE,
    seed: 1,
    round: 4,
  });
  while (bounds.next().done !== true);
  const done = performance.now();
  const row = (name: string, value: number): BenchRow => ({
    name: `bootstrap: ${name}, 700 observations × 8 features`,
    value,
    unit: 'ms',
    reach: 'a few seconds for four rounds',
    peer: null,
    peerValue: null,
  });
  return [
    row('one refinement round', refined - start),
    row('intervals of its 16 bounds, 1,000 replicates', done - refined),
  ];
}

/** BCa bootstrap of a quantile against SciPy's on the same values in the same run, and the bootstrap of the bounds. */
export async function run(): Promise<BenchRow[]> {
  const deviates = randomStream(20, 'bench', 'bootstrap');
  const values = Float64Array.from({ length: SIZE }, () =>
    exp(0.9 * normalQuantile(deviates.uniform() + 2 ** -54) - 1.2),
  );
  const times: number[] = [];
  const lows: number[] = [];
  const highs: number[] = [];
  for (let pass = 0; pass < PASSES; pass++) {
    const start = performance.now();
    const { bca } = quantileBootstrap(
      values,
      QUANTILE,
      { replicates: REPLICATES, confidence: CONFIDENCE },
      randomStream(pass, 'bench', 'replicates'),
    );
    times.push(performance.now() - start);
    lows.push(bca!.lower);
    highs.push(bca!.upper);
  }
  const report = await peer(values);
  const name = report === null ? 'SciPy (not installed)' : `SciPy ${report.version} stats.bootstrap`;
  const rows: BenchRow[] = [
    {
      name: `bootstrap of a quantile, ${SIZE} values, ${REPLICATES} replicates, BCa`,
      value: median(times),
      unit: 'ms',
      reach: 'a fifth of the peer',
      peer: name,
      peerValue: report === null ? null : 1000 * report.seconds,
    },
  ];
  if (report !== null) {
    rows.push(
      {
        name: 'bootstrap of a quantile, speed-up over SciPy',
        value: (1000 * report.seconds) / median(times),
        unit: '×',
        reach: '≥ 5',
        peer: name,
        peerValue: 1,
      },
      {
        name: 'bootstrap of a quantile, largest difference of the interval ends in Monte-Carlo errors',
        value: Math.max(
          deviation(
            lows,
            Array.from(report.intervals, ([low]) => low),
          ),
          deviation(
            highs,
            Array.from(report.intervals, ([, high]) => high),
          ),
        ),
        unit: 'σ',
        reach: '≤ 4',
        peer: name,
        peerValue: null,
      },
    );
  }
  return [...rows, ...refinementRows()];
}
