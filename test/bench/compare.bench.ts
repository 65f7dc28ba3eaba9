import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BenchRow } from './bench-row.ts';

const shared = path.resolve('../shared/data');
const cli = path.resolve('dist/pcm.cjs');
const TABLE = 'wbm-predictions.csv';
const CRYSTALS = 'wbm-relaxed.xyz';

/** `pcm compare` on 14 published models and 700 crystals, from the command to its exit. */
export async function run(): Promise<BenchRow[]> {
  if (!existsSync(path.join(shared, TABLE))) {
    process.stdout.write(`skipped: pcm compare of published models, because ${shared} is not there\n`);
    return Promise.resolve([]);
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'pcm-compare-'));
  try {
    mkdirSync(path.join(folder, 'data'));
    for (const file of [TABLE, CRYSTALS]) copyFileSync(path.join(shared, file), path.join(folder, 'data', file));
    const [header] = readFileSync(path.join(shared, TABLE), 'utf8').split(/\r?\n/, 1);
    const columns = header!.split(',').filter((name) => name.startsWith('pred_'));
    const configuration = {
      name: 'wbm',
      models: columns.map((name) => ({
        id: name.slice('pred_'.length),
        kind: 'table',
        path: `data/${TABLE}`,
        key: 'material_id',
        energyPerAtom: name,
        reference: 'dft_e_form_eV_per_atom',
      })),
      data: [`data/${CRYSTALS}`],
      failure: { kind: 'energy-error', threshold: 0.1 },
      features: [
        'volume_per_atom',
        'min_distance_ratio',
        'packing_fraction',
        'electronegativity_mean',
        'electronegativity_range',
        'mendeleev_number_mean',
        'mendeleev_number_range',
      ],
      claim: { failureRate: 0.1 },
    };
    writeFileSync(path.join(folder, 'pcm.json'), JSON.stringify(configuration));
    const started = performance.now();
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'compare', folder, '--json'], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    const seconds = (performance.now() - started) / 1000;
    const last = JSON.parse(stdout.trim().split('\n').at(-1)!) as {
      kind: string;
      models: unknown[];
      structures: number;
    };
    if (status !== 0 || last.kind !== 'comparison')
      throw new Error(`pcm compare ended with ${String(status)}: ${stdout.slice(-1000)} ${stderr}`);
    const row: BenchRow = {
      name: `pcm compare: ${last.models.length} models × ${last.structures} materials, ${configuration.features.length} features`,
      value: seconds,
      unit: 's',
      reach: '≤ 10',
      peer: null,
      peerValue: null,
    };
    return await Promise.resolve([row]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
