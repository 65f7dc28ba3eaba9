import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readStructures } from '../core/formats/detect.ts';
import { lintStructures } from '../core/formats/lint.ts';
import { writeExtxyz } from '../core/formats/write-extxyz.ts';
import { supercell } from '../core/generators/supercell.ts';
import { prototypeCrystals } from '../core/physics/prototypes.ts';
import { randomStream } from '../core/random.ts';
import type { Structure } from '../core/structure.ts';
import { findDataFiles } from './data-files.ts';
import { buildPoolIndex } from './pool-index.ts';
import { firstCrystals } from './same-crystals.ts';
import { structureId } from './structure-id.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'pcm-crystals-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const crystals = prototypeCrystals([8, 12, 30, 16], 12, randomStream(3, 'same'));
const labelled = (structure: Structure): Structure => ({
  ...structure,
  energy: -structure.species.length,
  forces: new Float64Array(structure.positions.length),
});
const enlarged = { ...crystals[4]!, ...supercell(crystals[4]!, [2, 1, 2]) };
const text = [...crystals, enlarged, crystals[7]!, enlarged].map((each) => writeExtxyz(labelled(each))).join('');

it('finds crystals again in other cells, and follows their copies', async () => {
  writeFileSync(path.join(folder, 'pool.xyz'), text);
  const files = await findDataFiles(folder, ['pool.xyz'], 'pcm.json');
  if (files.kind !== 'ok') throw new Error(files.problems[0]!.message);
  const features = ['volume_per_atom', 'electronegativity_mean', 'mean_coordination'];
  const pool = await buildPoolIndex({ files: files.value, features, spoolFolder: folder });
  if (pool.kind !== 'ok') throw new Error(pool.problems[0]!.message);
  const first = await firstCrystals(pool.value);
  expect([...first]).toEqual([...crystals.keys(), 4, 7, 4]);
  const controller = new AbortController();
  controller.abort(new Error('enough'));
  await expect(firstCrystals(pool.value, controller.signal)).rejects.toThrow('enough');
  await pool.value.close();
});

it('is reported by the lint, beside copies of the same content', async () => {
  const read = readStructures(
    (async function* () {
      yield await Promise.resolve(Buffer.from(text));
    })(),
    'pool.xyz',
    'extxyz',
  );
  const messages: string[] = [];
  for await (const { message } of lintStructures(read, 'pool.xyz', {
    needsEnergy: true,
    needsForces: true,
    contentKey: structureId,
  }))
    messages.push(message);
  expect(messages.filter((message) => message.includes('same crystal'))).toEqual([
    expect.stringMatching(/^The same crystal as an earlier one, .*: 2 structures;/) as string,
  ]);
  expect(messages.filter((message) => message.includes('Exactly the same as an earlier one'))).toHaveLength(1);
});
