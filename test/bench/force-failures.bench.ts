import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { featureIds } from '../../extension/core/features.ts';
import { crossValidatedScores, groupedFolds } from '../../extension/core/risk/grouped-cross-validation.ts';
import { areaUnderRoc } from '../../extension/core/risk/ranking.ts';
import { boostedFit } from '../../extension/core/risk/risk-fits.ts';
import type { BenchRow } from './bench-row.ts';

/** Lies beside the repository and is not part of it. */
const shared = path.resolve('../shared/data');
const model = 'tensornet-matpes-pbe.onnx';
const data = 'mptrj-random-1k.xyz';
const peerScript = path.resolve('test/bench/peers/pooled_area.py');
const SEEDS = [0, 1, 2, 3];

const features = featureIds.filter((id) => !id.startsWith('electronegativity'));

interface Observed {
  readonly failed: Uint8Array;
  readonly columns: Float64Array[];
  readonly keys: string[];
}

/** Force errors above 0.5 eV/Å of a published potential on 1,000 frames of MPtrj, and every feature that all of them have. */
async function observe(): Promise<Observed> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pcm-force-failures-'));
  try {
    for (const name of ['models', 'data']) mkdirSync(path.join(folder, name));
    copyFileSync(path.join(shared, 'models', model), path.join(folder, 'models', model));
    copyFileSync(path.join(shared, data), path.join(folder, 'data', data));
    const project = {
      models: [{ id: 'published', kind: 'onnx', path: `models/${model}` }],
      data: [`data/${data}`],
      failure: { kind: 'force-error', threshold: 0.5 },
      features: features.slice(0, 32),
    };
    writeFileSync(path.join(folder, 'pcm.json'), JSON.stringify(project));
    const words = [path.resolve('dist/pcm.cjs'), 'errors', folder, '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, words, { maxBuffer: 2 ** 28 });
    const observations = stdout
      .split('\n')
      .filter((line) => line.startsWith('{"kind":"observation"'))
      .map((line) => JSON.parse(line) as { failed: boolean | null; features: Record<string, number> })
      .filter(({ failed }) => failed !== null);
    const columns = project.features.map((id) =>
      Float64Array.from(observations, (observation) => observation.features[id] ?? NaN),
    );
    const ofComposition = project.features.flatMap((id, f) =>
      /mean|range|spread|fraction/.test(id) ? [columns[f]!] : [],
    );
    return {
      failed: Uint8Array.from(observations, ({ failed }) => (failed === true ? 1 : 0)),
      columns,
      keys: observations.map((_, row) => ofComposition.map((column) => column[row]).join(' ')),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Mean over several foldings of the pooled AUC of scikit-learn's HistGradientBoosting; null where it is not installed. */
async function peer({ failed, columns }: Observed, folds: readonly Int32Array[]): Promise<number | null> {
  for (const python of ['python3', '/usr/bin/python3']) {
    try {
      await promisify(execFile)(python, ['-c', 'import sklearn'], { timeout: 60_000 });
    } catch {
      continue;
    }
    const running = promisify(execFile)(python, [peerScript], { timeout: 600_000 });
    const table = { columns: columns.map((column) => Array.from(column, (x) => (Number.isNaN(x) ? null : x))) };
    running.child.stdin?.end(
      JSON.stringify({ ...table, failed: Array.from(failed), folds: folds.map((fold) => Array.from(fold)) }),
    );
    return JSON.parse((await running).stdout) as number;
  }
  return null;
}

/** The ranking of force failures by our trees and by scikit-learn's, with the same options on the same folds. */
export async function run(): Promise<BenchRow[]> {
  if (!existsSync(shared)) {
    process.stderr.write(`force-failures: skipped, because ${shared} is not there.\n`);
    return [];
  }
  const observed = await observe();
  const groupings = SEEDS.map((seed) => {
    const grouped = groupedFolds(observed.keys, 5, seed);
    if (grouped.kind !== 'folds') throw new Error('There are too few compositions.');
    return grouped;
  });
  const areas = groupings.map((grouped) => {
    const fit = boostedFit({ trees: 100, maximumDepth: 3, l2: 1 });
    const steps = crossValidatedScores(observed.columns, observed.failed, grouped, fit);
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    return areaUnderRoc(step.value, observed.failed);
  });
  return [
    {
      name: `force failures of a published potential (${observed.failed.reduce((sum, mark) => sum + mark, 0)} of ${observed.failed.length}), AUC`,
      value: areas.reduce((sum, area) => sum + area, 0) / areas.length,
      unit: '',
      reach: "peer's − 0.01",
      peer: 'scikit-learn HistGradientBoosting, same folds',
      peerValue: await peer(
        observed,
        groupings.map(({ fold }) => fold),
      ),
    },
  ];
}
