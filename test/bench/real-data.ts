import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { failureRateInterval } from '../../extension/core/statistics/clopper-pearson.ts';

/**
 * Certifies a published universal potential on published DFT data, twice: where there is an envelope to find, and where
 * an honest tool must say that there is none. The data lie beside the repository and are not part of it.
 */

const shared = path.resolve('../shared/data');
const model = 'tensornet-matpes-pbe.onnx';
const cli = path.resolve('dist/pcm.cjs');

/** Always defined, also for noble gases and actinides up to curium. */
const features = [
  'volume_per_atom',
  'min_distance_ratio',
  'mendeleev_number_mean',
  'mendeleev_number_range',
  'mean_coordination',
];

function pcm(...words: string[]): { status: number | null; seconds: number } {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, [cli, ...words], { stdio: 'inherit' });
  return { status, seconds: (performance.now() - started) / 1000 };
}

function project(folder: string, file: string): string {
  const place = path.join(folder, path.basename(file, '.xyz'));
  for (const name of ['models', 'data']) mkdirSync(path.join(place, name), { recursive: true });
  copyFileSync(path.join(shared, 'models', model), path.join(place, 'models', model));
  copyFileSync(path.join(shared, file), path.join(place, 'data', path.basename(file)));
  const configuration = {
    name: path.basename(file, '.xyz'),
    models: [{ id: 'tensornet-matpes-pbe', kind: 'onnx', path: `models/${model}` }],
    data: [`data/${path.basename(file)}`],
    failure: { kind: 'force-error', threshold: 0.5 },
    features,
    search: { seed: 7 },
    claim: { violations: 2, failureRate: 0.1, significance: 0.05, minimumInside: 50 },
  };
  writeFileSync(path.join(place, 'pcm.json'), JSON.stringify(configuration, null, 2));
  return place;
}

/** What `pcm errors` says about every structure of a project. */
function errorsOf(place: string): { error: number; failed: boolean }[] {
  const { stdout } = spawnSync(process.execPath, [cli, 'errors', place, '--json'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{"kind":"observation"'))
    .map((line) => JSON.parse(line) as { error: number | null; failed: boolean | null })
    .map(({ error, failed }) => ({ error: error ?? Number.POSITIVE_INFINITY, failed: failed !== false }));
}

/** Largest deviation of our forces from those delivered beside the model. */
function printAgreement(folder: string): void {
  const errors = errorsOf(project(folder, 'models/tensornet-matpes-pbe.reference.xyz')).map(({ error }) => error);
  const largest = Math.max(...errors);
  process.stdout.write(
    `Forces against the reference: ${errors.length} crystals, largest deviation ${largest.toExponential(1)} eV/Å (tolerance 1e-4)\n`,
  );
  if (!(errors.length > 0 && largest <= 1e-4)) process.exitCode = 1;
}

/** Failure rate over all structures, which no search has chosen, with its exact interval. */
function printFailureRate(place: string): void {
  const errors = errorsOf(place);
  const failures = errors.filter(({ failed }) => failed).length;
  const { lower, upper } = failureRateInterval(failures, errors.length, 0.95);
  const percent = (rate: number): string => `${(100 * rate).toFixed(1)} %`;
  const above = [0.1, 0.25, 0.5, 1].map(
    (threshold) => `${errors.filter(({ error }) => !(error <= threshold)).length} above ${threshold}`,
  );
  process.stdout.write(
    `Failure rate of all structures: ${failures} of ${errors.length}, ${percent(failures / errors.length)} ` +
      `(95 % Clopper–Pearson ${percent(lower)} to ${percent(upper)}); ${above.join(', ')} eV/Å\n`,
  );
}

if (!existsSync(shared)) {
  process.stdout.write(`The published data are not beside this repository (${shared}), so nothing is certified.\n`);
} else {
  const folder = mkdtempSync(path.join(tmpdir(), 'pcm-real-'));
  try {
    printAgreement(folder);
    for (const file of ['mptrj-random-1k.xyz', 'random-TP.xyz']) {
      process.stdout.write(`\n── ${file} ──\n`);
      const place = project(folder, file);
      const { status, seconds } = pcm('certify', place);
      printFailureRate(place);
      process.stdout.write(`  exit code ${String(status)}, ${seconds.toFixed(1)} s\n`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
