import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Box } from '../../extension/core/certificate.ts';
import { featureById, scaledFeature } from '../../extension/core/features.ts';
import { randomStream } from '../../extension/core/random.ts';
import { bootstrap } from '../../extension/core/statistics/bootstrap.ts';
import { credited, openLedger, sharesOf } from '../../extension/core/strategies/portfolio.ts';
import { poolStrategies, poolStrategyIds, type PoolStrategyId } from '../../extension/core/strategies/table.ts';
import type { BenchRow } from './bench-row.ts';

const shared = path.resolve('../shared/data');
const model = 'tensornet-matpes-pbe.onnx';
const files = ['mptrj-random-1k.xyz', 'random-TP.xyz'];

/** As in the certification of real data: always defined, also for noble gases and actinides up to curium. */
const features = [
  'volume_per_atom',
  'min_distance_ratio',
  'mendeleev_number_mean',
  'mendeleev_number_range',
  'mean_coordination',
];

/** Failures are so rare that random draws find this share. */
const FAILING = 0.05;
/** As in a campaign: four rounds of four generations. */
const GENERATIONS = 16;
const SEEDS = 20;

interface Observation {
  readonly file: string;
  readonly error: number | null;
  readonly features: Readonly<Record<string, number>>;
}

/** The model's error for every structure of both files, computed once by `pcm errors`. */
function observe(): Observation[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'pcm-strategies-'));
  try {
    for (const name of ['models', 'data']) mkdirSync(path.join(folder, name));
    copyFileSync(path.join(shared, 'models', model), path.join(folder, 'models', model));
    for (const file of files) copyFileSync(path.join(shared, file), path.join(folder, 'data', file));
    const configuration = {
      models: [{ id: 'tensornet', kind: 'onnx', path: `models/${model}` }],
      data: files.map((file) => `data/${file}`),
      failure: { kind: 'force-error', threshold: 0.5 },
      features,
    };
    writeFileSync(path.join(folder, 'pcm.json'), JSON.stringify(configuration));
    const { stdout, status } = spawnSync(process.execPath, [path.resolve('dist/pcm.cjs'), 'errors', folder, '--json'], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    if (status !== 0) throw new Error(`pcm errors ended with ${String(status)}.`);
    return stdout
      .split('\n')
      .filter((line) => line.startsWith('{"kind":"observation"'))
      .map((line) => JSON.parse(line) as Observation);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Table {
  readonly columns: readonly Float64Array[];
  readonly errors: Float64Array;
  readonly threshold: number;
  readonly box: Box;
}

function tableOf(observations: readonly Observation[]): Table {
  const errors = Float64Array.from(observations, ({ error }) => error ?? Infinity);
  const columns = features.map((id) =>
    Float64Array.from(observations, (each) => scaledFeature(each.features[id]!, featureById(id)!.scale)),
  );
  return {
    columns,
    errors,
    threshold: Float64Array.from(errors).sort()[Math.ceil((1 - FAILING) * errors.length) - 1]!,
    box: columns.map((column) => ({ lower: Math.min(...column), upper: Math.max(...column) })),
  };
}

/** Failures that a search of `budget` structures finds, the strategies sharing it equally or by what they find. */
function search(
  { columns, errors, threshold, box }: Table,
  chosen: readonly PoolStrategyId[],
  portfolio: 'equal' | 'thompson',
  budget: number,
  seed: number,
): number {
  const untested = new Set(errors.keys());
  const tested: number[] = [];
  const failed = (row: number): boolean => !(errors[row]! <= threshold);
  const part = (whole: number, parts: number, at: number): number =>
    Math.floor(whole / parts) + (at < whole % parts ? 1 : 0);
  let ledger = openLedger(chosen);
  for (let generation = 0; generation < GENERATIONS; generation++) {
    const label = String(generation);
    const count = part(budget, GENERATIONS, generation);
    const shares =
      portfolio === 'thompson'
        ? sharesOf(ledger, count, randomStream(seed, 'portfolio', label))
        : Int32Array.from(chosen, (_, position) => part(count, chosen.length, position));
    const known = {
      rows: Int32Array.from(tested),
      errors: Float64Array.from(tested, (row) => errors[row]!),
      failed: Uint8Array.from(tested, (row) => (failed(row) ? 1 : 0)),
    };
    const yields = chosen.map((id, position) => {
      const context = { candidates: Int32Array.from(untested), columns, box, tested: known };
      const rows = poolStrategies[id].propose(context, shares[position]!, randomStream(seed, id, label));
      for (const row of rows) untested.delete(row);
      tested.push(...rows);
      const unique = rows.filter(failed).length;
      return { proposals: rows.length, counterexamples: unique, unique };
    });
    ledger = credited(ledger, yields);
  }
  return tested.filter(failed).length;
}

/** Failures found over those of random draws, over seeds, with a bootstrap interval over the same seeds. */
function measure(table: Table, name: string, budget: number): BenchRow[] {
  const found = (chosen: readonly PoolStrategyId[], portfolio: 'equal' | 'thompson'): Float64Array =>
    Float64Array.from({ length: SEEDS }, (_, seed) => search(table, chosen, portfolio, budget, seed));
  const mean = (values: Float64Array, indices: Int32Array): number =>
    indices.reduce((sum, at) => sum + values[at]!, 0) / indices.length;
  const everyone = new Int32Array(SEEDS).map((_, seed) => seed);
  const random = found(['random'], 'equal');
  const failing = table.errors.filter((error) => !(error <= table.threshold)).length;
  const row = (subject: string, values: Float64Array, reach: string): BenchRow => {
    const { estimate, percentile } = bootstrap(
      SEEDS,
      (indices) => mean(values, indices) / mean(random, indices),
      { replicates: 2000, confidence: 0.95, jackknifeBlocks: SEEDS },
      randomStream(1, 'bench', 'strategies', subject),
    );
    const ends = percentile === null ? 'none' : `${percentile.lower.toFixed(2)} to ${percentile.upper.toFixed(2)}`;
    return {
      name: `${name}: ${subject}, ${mean(values, everyone).toFixed(1)} of ${failing} (95 % CI ${ends})`,
      value: estimate,
      unit: '×',
      reach,
      peer: `random finds ${mean(random, everyone).toFixed(1)} with ${budget} of ${table.errors.length}`,
      peerValue: 1,
    };
  };
  const single = poolStrategyIds
    .filter((id) => id !== 'random')
    .map((id) => row(id, found([id], 'equal'), ''))
    .sort((a, b) => b.value - a.value)
    .map((each, at) => (at === 0 ? { ...each, reach: '≥ 2' } : each));
  return [
    ...single,
    row('all six, equal shares', found(poolStrategyIds, 'equal'), ''),
    row('all six, shares by what they find', found(poolStrategyIds, 'thompson'), ''),
  ];
}

/** What each strategy finds, from the errors of every structure; nothing else depends on the model. */
export function strategyRows(observations: readonly Observation[]): BenchRow[] {
  const relaxed = observations.filter(({ file }) => file.includes('mptrj'));
  return [
    ...measure(tableOf(observations), 'mptrj-random-1k + random-TP', 100),
    ...measure(tableOf(observations), 'mptrj-random-1k + random-TP', 340),
    ...measure(tableOf(relaxed), 'mptrj-random-1k', 200),
  ];
}

/**
 * Counterexamples of a published potential found at equal budget, where random draws find about 5 %. The published data
 * lie beside the repository and are not part of it.
 */
export function run(): Promise<BenchRow[]> {
  if (existsSync(shared)) return Promise.resolve(strategyRows(observe()));
  const reason = `The published data are not beside this repository (${shared}), so no strategy is measured.`;
  process.stderr.write(`${reason}\n`);
  return Promise.resolve([]);
}
