import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Structure } from '../structure.ts';
import { formatOfContent, formatOfName, readStructures } from './detect.ts';
import type { StructureItem } from './item.ts';

const fixtures = join(import.meta.dirname, '../../../test/fixtures/formats');
const shared = join(import.meta.dirname, '../../../../shared/data');

async function readFile(path: string): Promise<StructureItem[]> {
  const bytes = path.endsWith('.gz') ? gunzipSync(readFileSync(path)) : readFileSync(path);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    await Promise.resolve();
    for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
  }
  const items: StructureItem[] = [];
  for await (const item of readStructures(chunks(), path, formatOfName(path)!)) items.push(item);
  return items;
}

interface Expected {
  readonly lattice: readonly number[];
  readonly periodic: readonly boolean[];
  readonly species: readonly number[];
  readonly positions: readonly number[];
  readonly energy?: number;
  readonly forces?: readonly number[];
  readonly stress?: readonly number[];
}

const expected = JSON.parse(readFileSync(join(fixtures, 'expected.json'), 'utf8')) as Record<string, Expected[]>;

function expectClose(actual: Float64Array | undefined, wanted: readonly number[] | undefined, tolerance: number): void {
  expect(actual?.length).toBe(wanted?.length);
  actual?.forEach((value, at) => expect(Math.abs(value - wanted![at]!)).toBeLessThanOrEqual(tolerance));
}

function expectStructure(structure: Structure, wanted: Expected, tolerance: number): void {
  expect(structure.periodic).toEqual(wanted.periodic);
  expect([...structure.species]).toEqual(wanted.species);
  expectClose(structure.lattice, wanted.lattice, tolerance);
  expectClose(structure.positions, wanted.positions, tolerance);
  expect(structure.energy).toBe(wanted.energy);
  expectClose(structure.forces, wanted.forces, 0);
  // A virial over the volume may round differently.
  expectClose(structure.stress, wanted.stress, 1e-15);
}

describe('files written by ASE read as ASE reads them', () => {
  for (const [name, frames] of Object.entries(expected)) {
    it(name, async () => {
      const items = await readFile(join(fixtures, name));
      expect(items.filter((item) => item.kind === 'problem')).toEqual([]);
      expect(items).toHaveLength(frames.length);
      items.forEach((item, index) => {
        if (item.kind !== 'structure') throw new Error('not a structure');
        // XYZ numbers are taken as they stand; POSCAR and CIF are computed from factors and angles.
        expectStructure(item.structure, frames[index]!, name.endsWith('.xyz') ? 0 : 1e-12);
      });
      expect(formatOfContent(readFileSync(join(fixtures, name), 'utf8').slice(0, 4096))).toBe(formatOfName(name));
    });
  }

  it('keeps labels with quotes', async () => {
    const [, salt] = await readFile(join(fixtures, 'ase-crystals.xyz'));
    expect(salt?.kind === 'structure' && salt.structure.label).toBe('x-1');
  });
});

/** Frames and atoms as documented beside the data. */
const documented: Record<string, readonly [number, number | null]> = {
  'mptrj-random-1k.xyz': [1000, 31312],
  'mptrj-highest-stress-1k.xyz': [1000, null],
  'mpf-TP.xyz': [1069, null],
  'random-TP.xyz': [693, null],
  'wbm-relaxed.xyz': [700, null],
  'mlearn-Cu-Si-Mo.xyz.gz': [749, null],
};

const hasShared = existsSync(shared);
if (!hasShared) console.warn('skipped: reading real data sets, because ../shared/data is not there');

describe.skipIf(!hasShared)('real data sets read completely', () => {
  for (const name of hasShared ? readdirSync(shared).filter((file) => formatOfName(file) === 'extxyz') : []) {
    it(name, async () => {
      const items = await readFile(join(shared, name));
      const structures = items.flatMap((item) => (item.kind === 'structure' ? [item.structure] : []));
      expect(items.length).toBe(structures.length);
      const [frames, atoms] = documented[name]!;
      expect(structures.length).toBe(frames);
      if (atoms !== null) expect(structures.reduce((sum, { species }) => sum + species.length, 0)).toBe(atoms);
      if (name !== 'wbm-relaxed.xyz')
        expect(structures.every(({ energy, forces }) => energy !== undefined && forces !== undefined)).toBe(true);
      expect(structures.every(({ label }) => label !== undefined)).toBe(true);
    });
  }
});
