import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Certificate } from '../../extension/core/certificate.ts';
import type { MinimizedEvent } from '../../extension/protocol/counterexample-events.ts';
import { pythonWithAse } from './oracle-workbench.ts';
import { pcm, problemsOf, resultOf, startPcm, type Run } from './pcm-project.ts';
import { frameOf } from './sweep-workbench.ts';

const LIMIT = 300_000;
const python = pythonWithAse();
const scratch = mkdtempSync(path.join(tmpdir(), 'pcm-minimize-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const minimizedOf = (run: Run): MinimizedEvent[] => run.events.filter((event) => event.kind === 'minimized');

/** Copper cells of four atoms, from compressed to stretched: without forces, by symmetry. */
const copper = Array.from({ length: 40 }, (_, k) => {
  const a = 3.4 + k / 80;
  const half = a / 2;
  const positions = Float64Array.of(0, 0, 0, 0, half, half, half, 0, half, half, half, 0);
  const lattice = Float64Array.of(a, 0, 0, 0, a, 0, 0, 0, a);
  const crystal = {
    species: Uint8Array.of(29, 29, 29, 29),
    lattice,
    positions,
    periodic: [true, true, true] as [boolean, boolean, boolean],
  };
  return frameOf(crystal, new Float64Array(12), -1);
});

describe.skipIf(python === null)('pcm minimize', () => {
  it('finds the least distortion at which a model still fails', { timeout: LIMIT }, async () => {
    const folder = path.join(scratch, 'project');
    mkdirSync(folder);
    const settings = {
      // Nearly free atoms: the error is about the force by EMT, which grows with displacement.
      models: [{ id: 'soft', kind: 'ase', python, factory: 'ase.calculators.lj:LennardJones' }],
      reference: { kind: 'ase', python, factory: 'ase.calculators.emt:EMT' },
      data: ['data.xyz'],
      failure: { kind: 'force-error', threshold: 0.5 },
      features: ['volume_per_atom'],
      search: { strategies: ['random', 'strain-rattle'], budget: 30, seed: 3 },
      refinement: { rounds: 1, replicates: 100 },
    };
    writeFileSync(path.join(folder, 'data.xyz'), copper.join(''));
    writeFileSync(path.join(folder, 'pcm.json'), JSON.stringify(settings));
    const file = resultOf(await pcm('certify', folder, '--no-check')).certificate!;
    const before = readFileSync(file, 'utf8');
    const { content } = JSON.parse(before) as Certificate;
    expect(content.generated?.length).toBeGreaterThan(3);

    const run = await pcm('minimize', file, '--top', '2', '-o', 'small.xyz');
    const events = minimizedOf(run);
    expect([run.code, problemsOf(run), events.length]).toEqual([0, [], 2]);
    expect(readFileSync(file, 'utf8')).toBe(before);
    for (const { error, minimal, distortion, asked, generator, reason } of events) {
      expect(generator).toBe('strain-rattle');
      expect(asked).toBeLessThanOrEqual(60);
      expect(reason).toBe('every single smaller step passes');
      expect(minimal!.distortion).toBeLessThan(distortion!);
      // One step of 1/1024 more or less is all that lies between failing and passing.
      expect(minimal!.error!).toBeGreaterThan(0.5);
      expect(minimal!.error!).toBeLessThan(0.5 + error! / 200);
      // Strain alone leaves every atom at a centre of symmetry.
      expect(minimal!.record).toMatchObject({ generator: 'strain-rattle', strain: [0, 0, 0, 0, 0, 0] });
    }
    const written = readFileSync(path.join(path.dirname(file), 'small.xyz'), 'utf8');
    expect(written.match(/mlip_forces:R:3/g)).toHaveLength(2);
    expect(written).toContain('pcm_error=0.50');

    const again = await pcm('minimize', file, '--top', '2');
    expect(minimizedOf(again)).toEqual(events);
    const short = minimizedOf(await pcm('minimize', file, '--top', '1', '--calls', '4'));
    expect(short[0]).toMatchObject({ asked: 4, reason: 'the calls ran out; --calls allows more' });

    const stopped = startPcm(['minimize', file, '--top', '2']);
    stopped.child.stdout!.once('data', () => stopped.child.kill('SIGINT'));
    const interrupted = await stopped.done;
    expect(interrupted.code).toBe(2);
    expect(problemsOf(interrupted)).toEqual([]);
  });

  it('takes a structure of the data back to the nearest one that passes', { timeout: LIMIT }, async () => {
    const folder = path.join(scratch, 'trajectory');
    mkdirSync(folder);
    // A trajectory: one atom leaves its place. The error is about the force by EMT, which grows with that.
    const lattice = Float64Array.of(3.61, 0, 0, 0, 3.61, 0, 0, 0, 3.61);
    const frames = Array.from({ length: 40 }, (_, k) => {
      const positions = Float64Array.of(0.01 * k, 0, 0, 0, 1.805, 1.805, 1.805, 0, 1.805, 1.805, 1.805, 0);
      const periodic = [true, true, true] as [boolean, boolean, boolean];
      return frameOf(
        { species: Uint8Array.of(29, 29, 29, 29), lattice, positions, periodic },
        new Float64Array(12),
        -1,
      );
    });
    // Gold alone never passes, so that it has nothing to be taken back to.
    frames.push(frames[39]!.replaceAll('Cu', 'Au'));
    writeFileSync(path.join(folder, 'data.xyz'), frames.join(''));
    const settings = {
      models: [{ id: 'soft', kind: 'ase', python, factory: 'ase.calculators.lj:LennardJones' }],
      reference: { kind: 'ase', python, factory: 'ase.calculators.emt:EMT' },
      data: ['data.xyz'],
      failure: { kind: 'force-error', threshold: 0.5 },
      features: ['min_distance_ratio'],
      search: { strategies: ['random'], budget: 41, seed: 3 },
      refinement: { rounds: 1, replicates: 100, validationShare: 0.1 },
    };
    writeFileSync(path.join(folder, 'pcm.json'), JSON.stringify(settings));
    const file = resultOf(await pcm('certify', folder, '--no-check')).certificate!;
    const run = await pcm('minimize', file, '--top', '100', '-o', 'small.xyz');
    const events = minimizedOf(run);
    const gold = events.filter(({ minimal }) => minimal === null);
    const copperOnes = events.filter(({ minimal }) => minimal !== null);
    expect(gold).toMatchObject([{ reason: expect.stringContaining('with the same atoms') as string }]);
    expect(copperOnes.length).toBeGreaterThan(5);
    for (const { generator, minimal, distortion, error, reason } of copperOnes) {
      expect([generator, reason]).toEqual([null, 'every single smaller step passes']);
      expect(minimal!.distortion).toBeLessThanOrEqual(distortion!);
      expect(minimal!.error!).toBeGreaterThan(0.5);
      expect(minimal!.error!).toBeLessThan(0.5 + error! / 100);
    }
    // All of them begin to fail at the same place of the one way that the atom takes.
    const errors = copperOnes.map(({ minimal }) => minimal!.error!);
    expect(Math.max(...errors) - Math.min(...errors)).toBeLessThan(0.01);
    expect(readFileSync(path.join(path.dirname(file), 'small.xyz'), 'utf8').match(/pcm_error=0.5/g)).toHaveLength(
      copperOnes.length,
    );
  });

  it('says why structures of the data cannot be minimised', { timeout: LIMIT }, async () => {
    const folder = path.join(scratch, 'data-only');
    mkdirSync(folder);
    // Every third structure has labels that no model meets.
    const wrong = copper.map((frame, k) => (k % 3 === 0 ? frame.replaceAll(' 0 0 0\n', ' 9 0 0\n') : frame));
    writeFileSync(path.join(folder, 'data.xyz'), wrong.join(''));
    const settings = {
      models: [{ id: 'soft', kind: 'ase', python, factory: 'ase.calculators.lj:LennardJones' }],
      data: ['data.xyz'],
      failure: { kind: 'force-error', threshold: 0.5 },
      features: ['volume_per_atom'],
      search: { budget: 20 },
      refinement: { rounds: 1, replicates: 100 },
    };
    writeFileSync(path.join(folder, 'pcm.json'), JSON.stringify(settings));
    const file = resultOf(await pcm('certify', folder, '--no-check')).certificate!;
    const run = await pcm('minimize', file);
    const events = minimizedOf(run);
    expect([run.code, problemsOf(run), events.length]).toEqual([2, [], 5]);
    for (const event of events)
      expect(event).toMatchObject({ minimal: null, reason: expect.stringContaining('computes labels') as string });
  });
});
