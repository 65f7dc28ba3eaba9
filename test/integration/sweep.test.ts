import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Prediction } from '../../extension/core/criterion.ts';
import { readExtxyz } from '../../extension/core/formats/extxyz.ts';
import { createEvaluator, type EvaluatorOptions } from '../../extension/sweep/evaluator.ts';
import type { Observation } from '../../extension/sweep/observation.ts';
import { openOnnxOracle } from '../../extension/sweep/onnx-oracle.ts';
import { defaultOracleSettings } from '../../extension/sweep/oracle-settings.ts';
import {
  allRows,
  auditedModel,
  bundle,
  distortedFrames,
  fixtures,
  hasRealModels,
  poolOf,
  realModels,
  referenceCrystals,
  remove,
  temporaryFolder,
} from './sweep-workbench.ts';

let worker = '';
let crashingWorker = '';
const folders: string[] = [];

function folder(): string {
  const made = temporaryFolder();
  folders.push(made);
  return made;
}

beforeAll(async () => {
  worker = await bundle('extension/sweep/oracle-worker.ts', 'oracle-worker');
  crashingWorker = await bundle('test/integration/sweep-crashing-worker.ts', 'crashing-worker');
});
afterAll(() => {
  for (const made of [...folders, dirname(worker), dirname(crashingWorker)]) remove(made);
});

async function predict(name: string, settings = defaultOracleSettings): Promise<Prediction[]> {
  const model = await auditedModel(name);
  const oracle = await openOnnxOracle(readFileSync(model.absolute), model.contract, settings);
  const { predictions } = await oracle.predict(referenceCrystals());
  await oracle.close();
  return predictions;
}

function largestError(prediction: Prediction, forces: Float64Array): number {
  if (prediction.kind !== 'predicted') return Number.NaN;
  return Math.max(...prediction.forces.map((force, k) => Math.abs(force - forces[k]!)));
}

describe('the oracle', () => {
  it.each([
    ['harmonic', 1e-5],
    ['harmonic-int32', 1e-5],
    ['harmonic-float64', 1e-12],
    ['racing', 1e-5],
  ])('%s gives the energies and forces of the independent reference', async (name, tolerance) => {
    const predictions = await predict(name);
    referenceCrystals().forEach((crystal, k) => {
      const prediction = predictions[k]!;
      expect(prediction.kind).toBe('predicted');
      if (prediction.kind === 'predicted')
        expect(Math.abs(prediction.energy - crystal.energy)).toBeLessThan(10 * tolerance);
      expect(largestError(prediction, crystal.forces)).toBeLessThan(tolerance);
    });
  });

  it.each([1, 3, 100])('feeds pairs and angles correctly with %i structures per call', async (structuresPerCall) => {
    const predictions = await predict('harmonic-angles', { ...defaultOracleSettings, structuresPerCall });
    referenceCrystals().forEach((crystal, k) => {
      const prediction = predictions[k]!;
      expect(prediction.kind === 'predicted' ? prediction.energy : Number.NaN).toBeCloseTo(crystal.energyWithAngles, 3);
      expect(largestError(prediction, crystal.forces)).toBeLessThan(1e-5);
    });
  });

  it.each([1, 100])('lets one bad crystal fail alone, with %i structures per call', async (structuresPerCall) => {
    for (const [name, reason] of [
      ['nan-for-chlorine', 'not-finite'],
      ['throws-for-chlorine', 'error'],
    ] as const) {
      const predictions = await predict(name, { ...defaultOracleSettings, structuresPerCall });
      referenceCrystals().forEach((crystal, k) => {
        const prediction = predictions[k]!;
        if (crystal.species.includes(17)) expect(prediction).toMatchObject({ kind: 'failed', reason });
        else expect(largestError(prediction, crystal.forces)).toBeLessThan(1e-5);
      });
    }
  });

  it('counts outputs of the wrong size as failures', async () => {
    const [first] = await predict('short-forces');
    expect(first).toMatchObject({
      kind: 'failed',
      reason: 'error',
      detail: 'output forces has 3 numbers instead of 6',
    });
  });

  it('refuses what it must not guess', async () => {
    const { contract, absolute } = await auditedModel('harmonic');
    const oracle = await openOnnxOracle(absolute, contract, { ...defaultOracleSettings, edgesPerStructure: 100 });
    const [si, mgo] = referenceCrystals();
    const cube = Float64Array.of(9, 0, 0, 0, 9, 0, 0, 0, 9);
    const { predictions } = await oracle.predict([
      { ...si!, species: Uint8Array.of(14, 84) },
      mgo!,
      { ...si!, lattice: cube, species: Uint8Array.of(14), positions: new Float64Array(3) },
      { ...si!, lattice: Float64Array.of(3, 0, 0, 6, 0, 0, 0, 0, 3) },
      { ...si!, lattice: cube, positions: new Float64Array(6) },
      si!,
    ]);
    await oracle.close();
    const details = predictions.map((prediction) =>
      prediction.kind === 'refused' ? prediction.detail : prediction.kind,
    );
    expect(details).toEqual([
      'the model does not know Po (Z = 84); it would take it for another element',
      'the structure has more than 100 directed edges within 3.5 Å',
      'no atom has a neighbour within 3.5 Å, so there is nothing to predict',
      'the cell has no volume',
      'atoms 1 and 2 are at one place',
      'predicted',
    ]);
  });
});

async function sweep(text: string, options: Partial<EvaluatorOptions> & { name?: string } = {}) {
  const place = options.logFolder ?? folder();
  const pool = await poolOf(text, place);
  const opened = await createEvaluator({
    worker,
    model: await auditedModel(options.name ?? 'harmonic'),
    pool,
    logFolder: place,
    runtime: 'test',
    workers: 2,
    ...options,
  });
  if (opened.kind !== 'ok') throw new Error(opened.problems[0]!.message);
  const outcome = await opened.value.evaluate(allRows(pool));
  const statistics = opened.value.statistics();
  await opened.value.close();
  await pool.close();
  return { outcome, statistics, observations: outcome.kind === 'done' ? outcome.observations : ([] as Observation[]) };
}

describe('a sweep', () => {
  it('gives the same bits with one, two and three workers, and asks nothing twice', async () => {
    const text = distortedFrames(120, 5);
    const one = await sweep(text, { workers: 1 });
    expect(one.observations.every(({ kind }) => kind === 'measured')).toBe(true);
    for (const workers of [2, 3]) expect((await sweep(text, { workers })).observations).toStrictEqual(one.observations);

    const place = folder();
    await sweep(text, { logFolder: place });
    const again = await sweep(text, { logFolder: place });
    expect(again.statistics.evaluated).toBe(0);
    expect(again.observations).toStrictEqual(one.observations);
  });

  it('survives a structure that kills its worker, and says so', async () => {
    const incidents: string[] = [];
    const { observations, statistics } = await sweep(distortedFrames(12, 7), {
      worker: crashingWorker,
      onIncident: (what) => incidents.push(what),
    });
    const crashed = observations.filter((o) => o.kind === 'measured' && o.measurement.status === 'crashed');
    expect(observations).toHaveLength(12);
    expect(crashed.map(({ detail }) => detail)).toEqual(Array(2).fill("the model's process ended with SIGSEGV"));
    expect(observations.filter((o) => o.kind === 'measured' && o.measurement.status === 'predicted')).toHaveLength(10);
    expect(statistics.restarts).toBe(incidents.length);
    expect(incidents.length).toBeGreaterThan(0);
  });

  it('kills a model that hangs and goes on', async () => {
    const { observations } = await sweep(distortedFrames(10, 9), {
      name: 'hangs-for-chlorine',
      timeLimit: { baseMs: 1500, perStructureMs: 0 },
    });
    const statuses = observations.map((o) => (o.kind === 'measured' ? o.measurement.status : o.kind));
    expect(statuses).toEqual([0, 1].flatMap(() => ['predicted', 'predicted', 'predicted', 'timed-out', 'predicted']));
  });

  it('reports a model that ONNX Runtime cannot load', async () => {
    const model = { ...(await auditedModel('harmonic')), sha256: '0'.repeat(64) };
    const { outcome } = await sweep(distortedFrames(2, 1), { model });
    expect(outcome).toMatchObject({
      kind: 'problem',
      problem: { message: expect.stringContaining('changed') as string },
    });
  });

  it('stops when asked, keeps what is done, and resumes', async () => {
    const text = distortedFrames(400, 3);
    const place = folder();
    const controller = new AbortController();
    const stopped = await sweep(text, {
      logFolder: place,
      signal: controller.signal,
      onProgress: (known) => {
        if (known >= 100) controller.abort();
      },
    });
    expect(stopped.outcome.kind).toBe('stopped');
    const rest = await sweep(text, { logFolder: place });
    expect(rest.statistics.evaluated).toBeLessThanOrEqual(300);
    expect(rest.observations).toStrictEqual((await sweep(text)).observations);
  });
});

describe.skipIf(!hasRealModels())('the published potential', () => {
  it('gives the forces delivered beside it within 1e-4', { timeout: 120_000 }, async () => {
    const model = await auditedModel('tensornet-matpes-pbe', realModels);
    const oracle = await openOnnxOracle(readFileSync(model.absolute), model.contract, defaultOracleSettings);
    const file = readFileSync(join(realModels, 'tensornet-matpes-pbe.reference.xyz'));
    const chunks = (async function* () {
      yield await Promise.resolve(file);
    })();
    let compared = 0;
    for await (const item of readExtxyz(chunks, 'reference.xyz')) {
      if (item.kind !== 'structure') continue;
      const [prediction] = (await oracle.predict([item.structure])).predictions;
      expect(largestError(prediction!, item.structure.forces!)).toBeLessThan(1e-4);
      if (prediction?.kind !== 'predicted') throw new Error('no prediction');
      const perAtom = Math.abs(prediction.energy - item.structure.energy!) / item.structure.species.length;
      expect(perAtom).toBeLessThan(1e-4);
      compared++;
    }
    await oracle.close();
    expect(compared).toBe(64);
  });
});

it('has fixtures to work on', () => {
  expect(referenceCrystals()).toHaveLength(6);
  expect(fixtures).toContain('fixtures');
});
