import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { oracleFixtures, pythonWithAse } from './oracle-workbench.ts';
import {
  pcm,
  problemsOf,
  startPcm,
  sweepOf,
  temporaryProject,
  type Run,
  type TemporaryProject,
} from './pcm-project.ts';
import { frameOf, jitter } from './sweep-workbench.ts';

const python = pythonWithAse();
/** Each sweep starts Python twice or more. */
const LIMIT = 600_000;
const STRUCTURES = 60;
/** Every fifth has lithium, for which the reference does not converge. */
const hasLithium = (k: number): boolean => k % 5 === 4;
const UNCONVERGED = Array.from({ length: STRUCTURES }, (_, k) => k).filter(hasLithium).length;

/** Rattled cells of aluminium with carbon, or lithium; labelled with what no reference would say. */
function frames(): string {
  const next = jitter(3);
  return Array.from({ length: STRUCTURES }, (_, k) => {
    const a = 4.05 * (1 + k / 2000);
    const sites = [0, 0, 0, 0, a / 2, a / 2, a / 2, 0, a / 2, a / 2, a / 2, 0];
    const crystal = {
      lattice: Float64Array.of(a, 0, 0, 0, a, 0, 0, 0, a),
      periodic: [true, true, true] as [boolean, boolean, boolean],
      species: Uint8Array.of(13, 13, 13, hasLithium(k) ? 3 : k % 2 === 0 ? 13 : 6),
      positions: Float64Array.from(sites, (x) => x + 0.2 * next()),
    };
    return frameOf(crystal, new Float64Array(12).fill(50), -99);
  }).join('');
}

const settingsFor = (factory: string): object => ({
  models: [
    { id: 'moments', kind: 'onnx', path: 'models/moments.onnx' },
    { id: 'emt', kind: 'ase', python, factory: 'ase.calculators.emt:EMT' },
  ],
  data: ['data/screen.xyz'],
  reference: { kind: 'ase', python, factory },
  failure: { kind: 'force-error', threshold: 0.5 },
  features: ['volume_per_atom'],
  cluster: { pollSeconds: 0.5 },
});

const projects: TemporaryProject[] = [];
afterAll(() => projects.forEach((project) => project.remove()));
function newProject(factory = 'sweep_reference:diary'): TemporaryProject {
  const project = temporaryProject(settingsFor(factory), 1);
  projects.push(project);
  project.write('data/screen.xyz', frames());
  copyFileSync(path.join(oracleFixtures, 'sweep_reference.py'), path.join(project.folder, 'sweep_reference.py'));
  return project;
}

/** What the reference was asked to compute, one entry each time. */
function computed(folder: string): string[] {
  const diary = path.join(folder, 'computed.txt');
  return existsSync(diary) ? readFileSync(diary, 'utf8').split('\n').slice(0, -1) : [];
}
const logsIn = (folder: string): string => path.join(folder, '.pcm/observations');
function linesIn(folder: string, pattern = /^observations-[0-9a-f]{16}\.jsonl$/): string[] {
  if (!existsSync(logsIn(folder))) return [];
  const name = readdirSync(logsIn(folder)).find((each) => pattern.test(each));
  return name === undefined
    ? []
    : readFileSync(path.join(logsIn(folder), name), 'utf8')
        .split('\n')
        .slice(0, -1);
}
const sweep = (folder: string, model: string, ...words: string[]): Promise<Run> =>
  pcm('sweep', 'run', folder, '--workers', '1', '--model', model, ...words);

describe.skipIf(python === null)('a sweep with labels computed on demand', () => {
  it('computes each label once, for all models, in shards and after kill -9', { timeout: LIMIT }, async () => {
    const whole = newProject();
    const run = await sweep(whole.folder, 'moments');
    expect([run.code, problemsOf(run)]).toEqual([0, []]);
    expect(sweepOf(run).statistics).toMatchObject({ structures: STRUCTURES, stored: STRUCTURES, refused: UNCONVERGED });
    expect(computed(whole.folder)).toHaveLength(STRUCTURES);
    const lines = linesIn(whole.folder);
    expect(JSON.parse(lines[0]!)).toHaveProperty('referenceSha256');
    const observations = lines
      .slice(1)
      .map((line) => JSON.parse(line) as { forceError: number | null; detail?: string });
    const unlabelled = observations.filter(({ forceError }) => forceError === null);
    expect(unlabelled.map(({ detail }) => detail)).toEqual(
      Array.from({ length: UNCONVERGED }, () => 'ConvergenceError: lithium goes on and on'),
    );
    // The labels of the data say 50 eV/Å, EMT says something else of everything.
    expect(Math.max(...observations.map(({ forceError }) => forceError ?? 0))).toBeLessThan(40);

    // The reference's own calculator as a model: no error at all, and nothing computed again.
    const same = sweepOf(await sweep(whole.folder, 'emt'));
    // EMT knows no lithium, which is a failure whatever the labels.
    const expected = { failed: UNCONVERGED, refused: 0, errors: { max: 0, notFinite: UNCONVERGED } };
    expect(same.statistics).toMatchObject(expected);
    expect(computed(whole.folder)).toHaveLength(STRUCTURES);

    const parts = newProject();
    for (let attempt = 0; attempt < 2; attempt++) {
      const before = computed(parts.folder).length;
      const { child, done } = startPcm([
        'sweep',
        'run',
        parts.folder,
        '--workers',
        '1',
        '--model',
        'moments',
        '--shard',
        '1/2',
      ]);
      while (child.exitCode === null && computed(parts.folder).length < before + 4) await wait(5);
      child.kill('SIGKILL');
      await done;
    }
    for (const shard of ['1/2', '2/2']) expect((await sweep(parts.folder, 'moments', '--shard', shard)).code).toBe(0);
    // What a kill took was at most the one calculation that was under way.
    const asked = computed(parts.folder);
    expect(new Set(asked).size).toBe(STRUCTURES);
    expect(asked.length).toBeLessThanOrEqual(STRUCTURES + 2);
    const merged = await pcm('sweep', 'merge', parts.folder, '--model', 'moments');
    expect(sweepOf(merged)).toMatchObject({ complete: true, observations: STRUCTURES, disagreements: 0 });
    expect(linesIn(parts.folder).slice(1).sort()).toEqual(lines.slice(1).sort());

    rmSync(logsIn(parts.folder), { recursive: true });
    const anew = await pcm('sweep', 'submit', parts.folder, '--model', 'moments', '--engine', 'local', '--shards', '2');
    expect([anew.code, sweepOf(anew).observations]).toEqual([0, STRUCTURES]);
    expect(computed(parts.folder)).toHaveLength(asked.length);
  });

  it('does not mix labels of different references', { timeout: LIMIT }, async () => {
    const here = newProject();
    const there = newProject('ase.calculators.emt:EMT');
    for (const { folder } of [here, there]) expect((await sweep(folder, 'moments', '--shard', '1-2/2')).code).toBe(0);
    const usb = path.join(here.folder, 'usb');
    mkdirSync(usb);
    for (const name of readdirSync(logsIn(there.folder)))
      copyFileSync(path.join(logsIn(there.folder), name), path.join(usb, name));
    const refused = await pcm('sweep', 'merge', here.folder, usb, '--model', 'moments');
    expect(refused.code).toBe(2);
    expect(problemsOf(refused)[0]!.message).toBe('This log is not merged: its labels are those of another reference.');
  });

  it(
    'stops where the reference breaks, and takes nothing for unlabelled that it was not asked about',
    { timeout: LIMIT },
    async () => {
      const project = newProject('sweep_reference:mortal');
      const { folder } = project;
      project.write('sick', '');
      const broken = await sweep(folder, 'moments');
      expect(broken.code).toBe(2);
      expect(problemsOf(broken).at(-1)!.message).toMatch(/^The reference computes nothing any more: /);
      expect(linesIn(folder).slice(1)).toEqual([]);
      rmSync(path.join(folder, 'sick'));
      const mended = await sweep(folder, 'moments');
      expect([mended.code, sweepOf(mended).statistics!.stored]).toEqual([0, STRUCTURES]);
    },
  );
});
