import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { AuditedModel } from '../../extension/sweep/model-file.ts';
import { readModelFile } from '../../extension/sweep/model-file.ts';
import type { Crystal } from '../../extension/sweep/graph-batch.ts';
import { findDataFiles } from '../../extension/sweep/data-files.ts';
import { buildPoolIndex, type PoolIndex } from '../../extension/sweep/pool-index.ts';
import { symbolOf } from '../../extension/core/element-symbols.ts';

/** What tests of the sweep share: fixtures, bundled entry points, and projects in temporary folders. */

export const repository = fileURLToPath(new URL('../..', import.meta.url));
export const fixtures = join(repository, 'test/fixtures/models');
export const realModels = join(repository, '../shared/data/models');

/** Crystals with what NumPy and ASE compute for the spring potential; see harmonic_reference.py. */
export interface ReferenceCrystal extends Crystal {
  readonly energy: number;
  readonly energyWithAngles: number;
  readonly edges: number;
  readonly angles: number;
  readonly forces: Float64Array;
}

export function referenceCrystals(): ReferenceCrystal[] {
  const rows = JSON.parse(readFileSync(join(fixtures, 'harmonic.reference.json'), 'utf8')) as {
    species: number[];
    lattice: number[];
    periodic: [boolean, boolean, boolean];
    positions: number[];
    energy: number;
    energyWithAngles: number;
    edges: number;
    angles: number;
    forces: number[][];
  }[];
  return rows.map((row) => ({
    ...row,
    species: Uint8Array.from(row.species),
    lattice: Float64Array.from(row.lattice),
    positions: Float64Array.from(row.positions),
    forces: Float64Array.from(row.forces.flat()),
  }));
}

/** Bundles an entry point as the build does, into a folder inside node_modules so that the runtime is found from there. */
export async function bundle(entry: string, name: string): Promise<string> {
  const folder = join(repository, 'node_modules/.cache/sweep-tests');
  mkdirSync(folder, { recursive: true });
  const outfile = join(mkdtempSync(join(folder, 'bundle-')), `${name}.cjs`);
  await build({
    entryPoints: [join(repository, entry)],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['onnxruntime-node'],
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

export async function auditedModel(name: string, folder = fixtures): Promise<AuditedModel> {
  const model = await readModelFile(folder, `${name}.onnx`);
  if (model.kind !== 'ok') throw new Error(model.problems.map(({ message }) => message).join('\n'));
  return model.value;
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'pcm-sweep-'));
}

/** Deterministic numbers in [−0.5, 0.5), for distortions only. */
export function jitter(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

/** A crystal as one extended-XYZ frame. */
export function frameOf(crystal: Crystal, forces: ArrayLike<number>, energy: number): string {
  const lines = [
    String(crystal.species.length),
    `Lattice="${crystal.lattice.join(' ')}" Properties=species:S:1:pos:R:3:forces:R:3 pbc="${crystal.periodic.map((p) => (p ? 'T' : 'F')).join(' ')}" energy=${energy}`,
  ];
  crystal.species.forEach((z, i) => {
    const row = [
      ...crystal.positions.subarray(3 * i, 3 * i + 3),
      forces[3 * i]!,
      forces[3 * i + 1]!,
      forces[3 * i + 2]!,
    ];
    lines.push(`${symbolOf(z)} ${row.join(' ')}`);
  });
  return `${lines.join('\n')}\n`;
}

/** `count` distorted fixtures as extended XYZ, labelled with zero energy and forces. */
export function distortedFrames(count: number, seed: number): string {
  const next = jitter(seed);
  const crystals = referenceCrystals().filter(({ periodic }) => periodic.every(Boolean));
  return Array.from({ length: count }, (_, k) => {
    const crystal = crystals[k % crystals.length]!;
    const positions = crystal.positions.map((x) => x + 0.2 * next());
    return frameOf({ ...crystal, positions }, new Float64Array(positions.length), 0);
  }).join('');
}

/** A pool over the text of one extended-XYZ file. */
export async function poolOf(text: string, folder: string): Promise<PoolIndex> {
  writeFileSync(join(folder, 'pool.xyz'), text);
  const files = await findDataFiles(folder, ['pool.xyz'], 'pcm.json');
  if (files.kind !== 'ok') throw new Error(files.problems[0]!.message);
  const pool = await buildPoolIndex({
    files: files.value,
    features: ['volume_per_atom', 'electronegativity_mean'],
    spoolFolder: join(folder, 'spool'),
  });
  if (pool.kind !== 'ok') throw new Error(pool.problems[0]!.message);
  return pool.value;
}

export function allRows(pool: PoolIndex): Int32Array {
  return Int32Array.from({ length: pool.size }, (_, row) => row);
}

export function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Whether the real models are here; says so once if not. */
export function hasRealModels(): boolean {
  const found = existsSync(realModels);
  if (!found) console.warn('skipped: ../shared/data/models is not here, so published forces cannot be compared');
  return found;
}
