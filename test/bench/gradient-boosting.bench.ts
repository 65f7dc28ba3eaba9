import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { randomStream } from '../../extension/core/random.ts';
import { trainBoosting } from '../../extension/core/risk/gradient-boosting.ts';
import { type BoostedModel, predictRaw } from '../../extension/core/risk/gradient-boosting-model.ts';
import { areaUnderRoc } from '../../extension/core/risk/ranking.ts';
import { normalQuantile } from '../../extension/core/statistics/normal.ts';
import type { BenchRow } from './bench-row.ts';

const ROWS = 20_000;
const COLUMNS = 30;
const TREES = 200;
const PASSES = 5;
const peerScript = path.resolve('test/bench/peers/gradient_boosting.py');

interface PeerReport {
  readonly version: string;
  readonly seconds: number;
  readonly area: number;
}

/** scikit-learn's figures, on two threads, by the first Python that has it; null where none has. */
async function peer(columns: readonly Float64Array[], target: Float64Array): Promise<PeerReport | null> {
  for (const python of ['python3', '/usr/bin/python3']) {
    try {
      await promisify(execFile)(python, ['-c', 'import sklearn'], { timeout: 60_000 });
    } catch {
      continue;
    }
    const words = [peerScript, `${ROWS}`, `${COLUMNS}`, `${TREES}`, `${PASSES}`];
    const env = { ...process.env, OMP_NUM_THREADS: '2' };
    const running = promisify(execFile)(python, words, { timeout: 600_000, env });
    running.child.stdin?.end(Buffer.concat([...columns, target].map(({ buffer }) => Buffer.from(buffer))));
    return JSON.parse((await running).stdout) as PeerReport;
  }
  return null;
}

function train(columns: readonly Float64Array[], target: Float64Array): BoostedModel {
  const training = trainBoosting(columns, target, { trees: TREES });
  let step = training.next();
  while (step.done !== true) step = training.next();
  return step.value;
}

/** Training time and held-out ranking against scikit-learn, on the same table in the same run. */
export async function run(): Promise<BenchRow[]> {
  const random = randomStream(11, 'bench', 'gradient boosting');
  const normal = (): number => normalQuantile(random.uniform() + 2 ** -54);
  // The second half is held out.
  const columns = Array.from({ length: COLUMNS }, () => Float64Array.from({ length: 2 * ROWS }, normal));
  const target = Float64Array.from({ length: 2 * ROWS }, (_, row) => {
    const [a, b, c, d] = columns.map((column) => column[row]!);
    return a! * b! + c! + (d! > 1 ? 1 : 0) + normal() > 0.5 ? 1 : 0;
  });
  const half = (from: number): Float64Array[] => columns.map((column) => column.slice(from, from + ROWS));
  const training = half(0);
  const held = half(ROWS);
  const report = await peer(columns, target);
  const times: number[] = [];
  let model = train(training, target.slice(0, ROWS));
  for (let pass = 0; pass < PASSES; pass++) {
    const start = performance.now();
    model = train(training, target.slice(0, ROWS));
    times.push((performance.now() - start) / 1000);
  }
  const seconds = times.sort((a, b) => a - b)[Math.floor(PASSES / 2)]!;
  const area = areaUnderRoc(predictRaw(model, held), target.slice(ROWS));
  const name =
    report === null ? 'scikit-learn (not installed)' : `scikit-learn ${report.version} HistGradientBoosting, 2 threads`;
  const subject = `boosted trees, ${ROWS} × ${COLUMNS}, ${TREES} trees`;
  const rows: BenchRow[] = [
    { name: subject, value: seconds, unit: 's', reach: '', peer: name, peerValue: report?.seconds ?? null },
    {
      name: `${subject}, AUC on as many held-out rows`,
      value: area,
      unit: '',
      reach: "peer's − 0.01",
      peer: name,
      peerValue: report?.area ?? null,
    },
  ];
  if (report !== null) {
    rows.push({
      name: `${subject}, time over peer's`,
      value: seconds / report.seconds,
      unit: '×',
      reach: '≤ 2',
      peer: name,
      peerValue: 1,
    });
  }
  return rows;
}
