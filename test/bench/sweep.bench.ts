import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventSchema, type SweepEvent } from '../../extension/protocol/events.ts';
import type { BenchRow } from './bench-row.ts';
import { writeRepeated } from './repeated-structures.ts';
import { residentMegabytes } from './resident-memory.ts';

/** How many structures are swept, such as 250000; takes minutes, so that nothing is measured without it. */
const VARIABLE = 'PCM_BENCH_SWEEP';
const WORKERS = 2;
const sample = path.resolve('media/sample-project');

interface Run {
  readonly seconds: number;
  readonly peak: number;
  readonly sweep: SweepEvent;
}

/** Runs `pcm sweep ACTION` to its end, looking at its memory every half second. */
function pcmSweep(folder: string, action: string, ...words: readonly string[]): Promise<Run> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, [path.resolve('dist/pcm.cjs'), 'sweep', action, folder, ...words, '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let peak = 0;
    const timer = setInterval(() => (peak = Math.max(peak, residentMegabytes(child.pid!))), 500);
    let last = '';
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      last = lines.findLast((line) => line.startsWith('{"kind":"sweep"')) ?? last;
    });
    child.once('close', (code) => {
      clearInterval(timer);
      const seconds = (performance.now() - started) / 1000;
      if (code !== 0 || last === '') {
        reject(new Error(`pcm sweep ${action} ended with ${String(code)}`));
        return;
      }
      const event = eventSchema.parse(JSON.parse(last));
      if (event.kind !== 'sweep') {
        reject(new Error(`pcm sweep ${action} ended with ${event.kind}`));
        return;
      }
      resolve({ seconds, peak, sweep: event });
    });
  });
}

async function measure(folder: string, count: number): Promise<BenchRow[]> {
  mkdirSync(path.join(folder, 'data'));
  cpSync(path.join(sample, 'models'), path.join(folder, 'models'), { recursive: true });
  await writeRepeated(path.join(sample, 'data/screen.xyz'), path.join(folder, 'data/screen.xyz'), count);
  const settings = {
    models: [{ id: 'moments', kind: 'onnx', path: 'models/moments.onnx' }],
    data: ['data/screen.xyz'],
    failure: { kind: 'force-error', threshold: 0.5 },
  };
  writeFileSync(path.join(folder, 'pcm.json'), JSON.stringify(settings));
  const first = await pcmSweep(folder, 'run', '--workers', String(WORKERS));
  const again = await pcmSweep(folder, 'run', '--workers', String(WORKERS));
  const status = await pcmSweep(folder, 'status');
  for (const { sweep } of [first, again, status])
    if (sweep.observations !== count || sweep.statistics?.stored !== count)
      throw new Error(`${String(sweep.observations)} observations of ${count} structures`);
  const logs = path.join(folder, '.pcm/observations');
  const bytes = (ending: string): number =>
    readdirSync(logs)
      .filter((name) => name.endsWith(ending))
      .reduce((sum, name) => sum + statSync(path.join(logs, name)).size, 0);
  const row = (name: string, value: number, unit: string, reach = ''): BenchRow => ({
    name: `sweep of ${count} structures: ${name}`,
    value,
    unit,
    reach,
    peer: null,
    peerValue: null,
  });
  return [
    row(`reading, ${WORKERS} workers, log and state`, count / first.seconds, 'structures/s'),
    row('time', first.seconds / 60, 'min'),
    row('peak memory of all processes', first.peak, 'MB', '≤ 600'),
    row('log', bytes('.jsonl') / 1e6, 'MB'),
    row('index of the log', bytes('.index') / 1e6, 'MB'),
    row('state', bytes('.state.json') / 1e3, 'kB', '≤ 64'),
    row('the same once more, asking nothing', again.seconds, 's'),
    row('pcm sweep status', status.seconds, 's', '≤ 2'),
  ];
}

/** A whole sweep by the command line, of as many structures as the environment says. */
export async function run(): Promise<BenchRow[]> {
  const count = Number(process.env[VARIABLE] ?? 0);
  if (!(Number.isInteger(count) && count > 0)) {
    process.stderr.write(
      `sweep: set ${VARIABLE} to a number of structures, such as 250000, to measure a large sweep.\n`,
    );
    return [];
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'pcm-bench-'));
  try {
    return await measure(folder, count);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
