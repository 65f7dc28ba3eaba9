import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Crystal } from '../../extension/sweep/graph-batch.ts';

/** What tests of the oracles share. */

const repository = fileURLToPath(new URL('../..', import.meta.url));
export const oracleFixtures = path.join(repository, 'test/fixtures/oracles');
export const aseScript = path.join(repository, 'extension/python/ase_oracle.py');
export const parquetReader = path.join(repository, 'dist/parquet-reader.cjs');

/** The first Python that has ASE, or null, which is said once. */
export function pythonWithAse(): string | null {
  for (const python of ['python3', '/usr/bin/python3']) {
    try {
      execFileSync(python, ['-c', 'import ase, numpy'], { stdio: 'ignore', timeout: 60_000 });
      return python;
    } catch {
      continue;
    }
  }
  console.warn('skipped: no Python with ASE was found (Debian: apt-get install python3-ase)');
  return null;
}

/** A crystal with what ASE's EMT gives for it when called directly; see emt_reference.py. */
export interface EmtCrystal extends Crystal {
  readonly energy: number;
  readonly forces: Float64Array;
}

export function emtCrystals(): EmtCrystal[] {
  const rows = JSON.parse(readFileSync(path.join(oracleFixtures, 'emt.reference.json'), 'utf8')) as {
    species: number[];
    lattice: number[];
    periodic: [boolean, boolean, boolean];
    positions: number[];
    energy: number;
    forces: number[];
  }[];
  return rows.map((row) => ({
    ...row,
    species: Uint8Array.from(row.species),
    lattice: Float64Array.from(row.lattice),
    positions: Float64Array.from(row.positions),
    forces: Float64Array.from(row.forces),
  }));
}

/** The crystal with its last atom turned into argon, which the misbehaving fixtures cannot stand. */
export function withArgon(crystal: Crystal): Crystal {
  const species = crystal.species.slice();
  species[species.length - 1] = 18;
  return { ...crystal, species };
}
