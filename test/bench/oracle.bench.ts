import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { defaultFeatures } from '../../extension/core/features.ts';
import { findDataFiles } from '../../extension/sweep/data-files.ts';
import { createEvaluator, type SweepStatistics } from '../../extension/sweep/evaluator.ts';
import { readModelFile, type AuditedModel } from '../../extension/sweep/model-file.ts';
import { buildPoolIndex } from '../../extension/sweep/pool-index.ts';
import type { BenchRow } from './bench-row.ts';
import { writeRepeated } from './repeated-structures.ts';
import { residentMegabytes } from './resident-memory.ts';

export interface OracleBenchOptions {
  /** Structures of the memory measurement; 0 leaves it out. */
  readonly memoryStructures?: number;
}

const WORKERS = 2;
const PEER_STRUCTURES = 100;
/** Structures evaluated before the clock starts, so that both workers have loaded the model. */
const WARM_UP = 24;
const sample = path.resolve('media/sample-project');
const shared = path.resolve('../shared/data');
const peerScript = path.resolve('test/bench/peers/onnx_ase.py');
const library = path.resolve(`node_modules/onnxruntime-node/bin/napi-v6/linux/${process.arch}/libonnxruntime.so.1`);

async function bundledWorker(folder: string): Promise<string> {
  const outfile = path.join(folder, 'oracle-worker.cjs');
  const entryPoints = [path.resolve('extension/sweep/oracle-worker.ts')];
  await build({
    entryPoints,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['onnxruntime-node'],
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

interface Measured {
  readonly statistics: SweepStatistics;
  readonly size: number;
}

/** Sweeps all structures of `data.xyz` in a project folder, in order. */
async function sweep(
  project: string,
  model: AuditedModel,
  worker: string,
  onProgress?: (known: number, total: number) => void,
): Promise<Measured> {
  const files = await findDataFiles(project, ['data.xyz'], 'pcm.json');
  if (files.kind !== 'ok') throw new Error(files.problems[0]!.message);
  const pool = await buildPoolIndex({
    files: files.value,
    features: defaultFeatures,
    spoolFolder: path.join(project, 'spool'),
  });
  if (pool.kind !== 'ok') throw new Error(pool.problems[0]!.message);
  const evaluator = await createEvaluator({
    worker,
    model,
    pool: pool.value,
    logFolder: mkdtempSync(path.join(project, 'log-')),
    runtime: 'bench',
    workers: WORKERS,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  if (evaluator.kind !== 'ok') throw new Error(evaluator.problems[0]!.message);
  const rows = Int32Array.from({ length: pool.value.size }, (_, row) => row);
  let before = evaluator.value.statistics();
  // The peer's times begin with a loaded model, and so do ours.
  const started = rows.subarray(0, Math.min(WARM_UP, rows.length));
  for (const part of [started, rows]) {
    if (part === rows) before = evaluator.value.statistics();
    for await (const item of evaluator.value.stream(part)) {
      if (item.kind !== 'observed') throw new Error(JSON.stringify(item));
    }
  }
  const after = evaluator.value.statistics();
  const statistics: SweepStatistics = {
    ...after,
    evaluated: after.evaluated - before.evaluated,
    insideSeconds: after.insideSeconds - before.insideSeconds,
    wallSeconds: after.wallSeconds - before.wallSeconds,
  };
  await evaluator.value.close();
  await pool.value.close();
  return { statistics, size: statistics.evaluated };
}

interface PeerReport {
  readonly peer: string;
  readonly structures: number;
  readonly neighbours: number;
  readonly inputs: number;
  readonly inside: number;
}

/** The same model from Python; null where no Python has ASE. */
async function peerReport(model: AuditedModel, data: string): Promise<PeerReport | null> {
  const words = [
    peerScript,
    model.absolute,
    data,
    String(model.contract.cutoff),
    JSON.stringify(model.contract.inputs),
    String(PEER_STRUCTURES),
    library,
  ];
  for (const python of ['python3', '/usr/bin/python3']) {
    try {
      const { stdout } = await promisify(execFile)(python, words, { timeout: 300_000, maxBuffer: 1 << 26 });
      return JSON.parse(stdout) as PeerReport;
    } catch {
      continue;
    }
  }
  return null;
}

/** @param least the data are repeated to this many structures, where a sweep over them would be too short to time; 0: as they are. */
async function speed(
  label: string,
  model: AuditedModel,
  data: string,
  worker: string,
  reach: { share: string; ratio: string },
  least: number,
): Promise<BenchRow[]> {
  const project = mkdtempSync(path.join(tmpdir(), 'pcm-bench-'));
  try {
    if (least === 0) copyFileSync(data, path.join(project, 'data.xyz'));
    else await writeRepeated(data, path.join(project, 'data.xyz'), least);
    const { statistics, size } = await sweep(project, model, worker);
    const { insideSeconds, wallSeconds } = statistics;
    const peer = await peerReport(model, data);
    const peerRate = peer === null ? null : peer.structures / (peer.neighbours + peer.inputs + peer.inside);
    return [
      {
        name: `oracle: share of wall time inside ONNX Runtime, ${label}`,
        value: insideSeconds / (wallSeconds * WORKERS),
        unit: '1',
        reach: reach.share,
        peer: null,
        peerValue: null,
      },
      {
        name: `oracle: sweep on ${WORKERS} workers, ${label}`,
        value: size / wallSeconds,
        unit: 'structures/s',
        reach: reach.ratio,
        peer: peer?.peer ?? 'Python with ASE (not installed)',
        peerValue: peerRate,
      },
    ];
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

async function memory(model: AuditedModel, data: string, worker: string, count: number): Promise<BenchRow[]> {
  const project = mkdtempSync(path.join(tmpdir(), 'pcm-bench-'));
  try {
    await writeRepeated(data, path.join(project, 'data.xyz'), count);
    const samples: number[] = [];
    await sweep(project, model, worker, (known) => {
      if (known >= (samples.length * count) / 200) samples.push(residentMegabytes(process.pid));
    });
    const peak = Math.max(...samples);
    const early = Math.max(...samples.slice(0, Math.ceil(samples.length / 4)));
    const unit = 'MB';
    const name = `oracle: peak memory of a sweep over ${count} structures`;
    return [
      { name, value: peak, unit, reach: '≤ 600', peer: null, peerValue: null },
      {
        name: `${name}: growth after the first quarter`,
        value: peak - early,
        unit,
        reach: 'flat',
        peer: null,
        peerValue: null,
      },
    ];
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

async function audited(folder: string, file: string): Promise<AuditedModel> {
  const model = await readModelFile(folder, file);
  if (model.kind !== 'ok') throw new Error(model.problems[0]!.message);
  return model.value;
}

/** Speed, share of time inside ONNX Runtime, and memory of sweeps, against Python with the same runtime and one thread. */
export async function run(options: OracleBenchOptions = {}): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  mkdirSync('dist', { recursive: true });
  const folder = mkdtempSync(path.resolve('dist/bench-'));
  try {
    const worker = await bundledWorker(folder);
    const screen = path.join(sample, 'data/screen.xyz');
    const names = existsSync(screen)
      ? readdirSync(path.join(sample, 'models')).filter((name) => name.endsWith('.onnx'))
      : [];
    if (names.length === 0) console.warn('oracle: the sample project is missing, so its models are not measured');
    for (const name of names) {
      const model = await audited(sample, `models/${name}`);
      rows.push(
        ...(await speed(`sample ${name}`, model, screen, worker, { share: '≥ 0.75', ratio: '≥ 3 × peer' }, 5000)),
      );
    }
    const published = path.join(shared, 'models/tensornet-matpes-pbe.onnx');
    if (existsSync(published)) {
      const model = await audited(path.join(shared, 'models'), 'tensornet-matpes-pbe.onnx');
      const data = path.join(shared, 'mptrj-random-1k.xyz');
      rows.push(
        ...(await speed('published potential', model, data, worker, { share: '≥ 0.95', ratio: '≥ 1.7 × peer' }, 0)),
      );
    } else {
      console.warn(`oracle: ${published} is missing, so the published potential is not measured`);
    }
    const count = options.memoryStructures ?? 100_000;
    if (count > 0 && names[0] !== undefined && process.platform === 'linux') {
      rows.push(...(await memory(await audited(sample, `models/${names[0]}`), screen, worker, count)));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return rows;
}
