import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createEvaluator, type Evaluator } from '../../extension/sweep/evaluator.ts';
import { readAseModel } from '../../extension/sweep/oracles/ase-source.ts';
import type { OracleSource } from '../../extension/sweep/oracles/oracle-source.ts';
import { readTableModel } from '../../extension/sweep/oracles/table-source.ts';
import type { PoolIndex } from '../../extension/sweep/pool-index.ts';
import { aseScript, emtCrystals, oracleFixtures, parquetReader, pythonWithAse } from './oracle-workbench.ts';
import { allRows, frameOf, poolOf } from './sweep-workbench.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'pcm-oracle-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const python = pythonWithAse();
const crystals = emtCrystals().filter(({ periodic }) => periodic.every(Boolean));

async function evaluatorOf(model: OracleSource, pool: PoolIndex, logFolder: string): Promise<Evaluator> {
  const opened = await createEvaluator({ worker: '', model, pool, logFolder, runtime: '', workers: 1 });
  if (opened.kind !== 'ok') throw new Error(opened.problems[0]!.message);
  return opened.value;
}

it.skipIf(python === null)('an ASE calculator is swept like a model, and nothing is asked twice', async () => {
  const zinc = { ...crystals[0]!, species: crystals[0]!.species.map(() => 30) };
  const frames = [...crystals, zinc].map((crystal, k) =>
    frameOf(crystal, crystals[k]?.forces ?? new Float64Array(crystal.positions.length), crystals[k]?.energy ?? 0),
  );
  const pool = await poolOf(frames.join(''), folder);
  const launch = {
    python: python!,
    script: aseScript,
    folder: oracleFixtures,
    factory: 'calculators:misbehaving',
    arguments: { how: 'exception', where: 30 },
  };
  const model = await readAseModel(launch, 'pcm.json');
  if (model.kind !== 'ok') throw new Error(model.problems[0]!.message);
  for (const asked of [crystals.length + 1, 0]) {
    const evaluator = await evaluatorOf(model.value, pool, path.join(folder, 'log'));
    const outcome = await evaluator.evaluate(allRows(pool));
    if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
    outcome.observations.forEach((observation, k) => {
      if (observation.kind !== 'measured') throw new Error(observation.detail);
      if (k < crystals.length) expect(observation.measurement.forceError).toBeLessThan(1e-9);
      else
        expect(observation).toMatchObject({ measurement: { status: 'error' }, detail: 'ValueError: argon is noble' });
    });
    expect(evaluator.statistics()).toMatchObject({ evaluated: asked, restarts: 0 });
    await evaluator.close();
  }
  await pool.close();
});

it('a table answers by the names of the structures, and leaves no log', async () => {
  const frames = crystals
    .slice(0, 3)
    .map((crystal, k) =>
      frameOf(crystal, crystal.forces, crystal.energy).replace(' pbc=', ` material_id=mp-${k} pbc=`),
    );
  const pool = await poolOf(frames.join(''), folder);
  writeFileSync(path.join(folder, 'predictions.csv'), 'material_id,pred,dft\nmp-0,-1.25,-1\nmp-1,nan,-1\n');
  const columns = { key: 'material_id', energyPerAtom: 'pred', reference: 'dft' };
  const model = await readTableModel(folder, 'predictions.csv', columns, parquetReader);
  if (model.kind !== 'ok') throw new Error(model.problems[0]!.message);
  expect(model.value.criteria).toEqual(['energy-error']);
  const evaluator = await evaluatorOf(model.value, pool, path.join(folder, 'no-log'));
  expect(await evaluator.evaluate(allRows(pool))).toMatchObject({
    kind: 'done',
    observations: [
      { kind: 'measured', measurement: { energyError: 0.25 } },
      { kind: 'measured', measurement: { status: 'not-finite' } },
      { kind: 'refused', detail: 'the table has no "mp-2" in column "material_id"' },
    ],
  });
  await evaluator.close();
  await pool.close();
  expect(readdirSync(folder)).not.toContain('no-log');
});

it.each([
  ['../outside.csv', '', /outside the project folder|cannot be read/],
  ['none.csv', null, /ENOENT/],
  ['a.parquet', 'PAR1…', /Parquet file is damaged: it is too short/],
  ['latin.csv', Buffer.from([0x69, 0xe9, 0x0a]), /not UTF-8/],
])('a table in %s is refused', async (file, content, message) => {
  const project = mkdtempSync(path.join(folder, 'project-'));
  if (content !== null) writeFileSync(path.join(project, file), content);
  const read = await readTableModel(project, file, { key: 'a', energyPerAtom: 'b', reference: 'c' }, parquetReader);
  expect(read.kind === 'rejected' && read.problems[0]!.message).toMatch(message);
});
