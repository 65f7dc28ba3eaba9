import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { Crystal } from '../../extension/sweep/graph-batch.ts';
import { openAsePool } from '../../extension/sweep/oracles/ase-source.ts';
import type { BenchRow } from './bench-row.ts';

const STRUCTURES = 60;
/** Passes of either side, in turns; the median ratio is reported. */
const PASSES = 5;
/** Structures per request, as in a sweep. */
const CHUNK = 32;
const A = 3.61;

/** Rattled copies of a 2 × 2 × 2 cell of copper with some gold: 32 atoms. */
function rattled(): Crystal[] {
  const sites: number[] = [];
  for (let cell = 0; cell < 8; cell++)
    for (const [x, y, z] of [
      [0, 0, 0],
      [0, 0.5, 0.5],
      [0.5, 0, 0.5],
      [0.5, 0.5, 0],
    ] as const)
      sites.push(A * (x + (cell & 1)), A * (y + ((cell >> 1) & 1)), A * (z + (cell >> 2)));
  const species = Uint8Array.from({ length: 32 }, (_, k) => (k % 5 === 0 ? 79 : 29));
  let state = 17;
  const jitter = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 0.2 * (state / 2 ** 32 - 0.5);
  };
  return Array.from({ length: STRUCTURES }, () => ({
    lattice: Float64Array.of(2 * A, 0, 0, 0, 2 * A, 0, 0, 0, 2 * A),
    periodic: [true, true, true],
    species,
    positions: Float64Array.from(sites, (x) => x + jitter()),
  }));
}

interface PeerReport {
  readonly version: string;
  readonly seconds: number;
  readonly energies: readonly number[];
}

function direct(python: string, crystals: readonly Crystal[]): PeerReport {
  const { species, lattice } = crystals[0]!;
  const input = JSON.stringify({
    numbers: Array.from(species),
    cell: Array.from(lattice),
    structures: crystals.map(({ positions }) => Array.from(positions)),
  });
  const words = [path.resolve('test/bench/peers/ase_direct.py')];
  const env = { ...process.env, OMP_NUM_THREADS: '1' };
  return JSON.parse(
    execFileSync(python, words, { input, env, encoding: 'utf8', maxBuffer: 1 << 26, timeout: 300_000 }),
  ) as PeerReport;
}

async function bridged(python: string, crystals: readonly Crystal[]): Promise<{ seconds: number; energies: number[] }> {
  const pool = openAsePool(
    {
      python,
      script: path.resolve('extension/python/ase_oracle.py'),
      folder: path.resolve('.'),
      factory: 'ase.calculators.emt:EMT',
      arguments: {},
    },
    null,
    { workers: 1 },
  );
  try {
    await pool.predict(crystals.slice(0, 5));
    const start = performance.now();
    const chunks: Promise<number[]>[] = [];
    for (let k = 0; k < crystals.length; k += CHUNK) {
      chunks.push(
        pool
          .predict(crystals.slice(k, k + CHUNK))
          .then((answers) => answers.map((answer) => (answer.kind === 'predicted' ? answer.energy : Number.NaN))),
      );
    }
    const energies = (await Promise.all(chunks)).flat();
    return { seconds: (performance.now() - start) / 1000, energies };
  } finally {
    await pool.close();
  }
}

function pythonWithAse(): string | null {
  for (const python of ['python3', '/usr/bin/python3']) {
    try {
      execFileSync(python, ['-c', 'import ase'], { stdio: 'ignore', timeout: 60_000 });
      return python;
    } catch {
      continue;
    }
  }
  return null;
}

/** Structures per second through one worker of the ASE bridge, against a Python loop over the same structures. */
export async function run(): Promise<BenchRow[]> {
  const python = pythonWithAse();
  if (python === null) {
    console.warn('ase-bridge: no Python with ASE was found, so the bridge is not measured');
    return [];
  }
  const crystals = rattled();
  const rates: { ours: number; theirs: number }[] = [];
  let version = '';
  for (let pass = 0; pass < PASSES; pass++) {
    const peer = direct(python, crystals);
    const own = await bridged(python, crystals);
    if (own.energies.some((energy, k) => energy !== peer.energies[k]))
      throw new Error('the bridge gave other energies than the calculator itself');
    version = peer.version;
    rates.push({ ours: crystals.length / own.seconds, theirs: crystals.length / peer.seconds });
  }
  rates.sort((a, b) => a.ours / a.theirs - b.ours / b.theirs);
  const { ours, theirs } = rates[Math.floor(PASSES / 2)]!;
  return [
    {
      name: 'ase bridge: EMT, 32 atoms, one worker',
      value: ours,
      unit: 'structures/s',
      reach: '≥ 0.7 × peer',
      peer: `ASE ${version}, called directly`,
      peerValue: theirs,
    },
  ];
}
