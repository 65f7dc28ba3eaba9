import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { aseReferenceSchema } from '../../extension/core/dft/ase-settings.ts';
import type { Crystal } from '../../extension/sweep/graph-batch.ts';
import { openAseReference } from '../../extension/sweep/reference/ase-reference.ts';
import type { Reference } from '../../extension/sweep/reference/reference.ts';
import { aseScript, emtCrystals, oracleFixtures, pythonWithAse, withArgon } from './oracle-workbench.ts';
import { pcm, problemsOf, resultOf } from './pcm-project.ts';
import { frameOf } from './sweep-workbench.ts';

const LIMIT = 240_000;
const python = pythonWithAse();
const scratch = mkdtempSync(path.join(tmpdir(), 'pcm-ase-reference-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const { signal } = new AbortController();
const crystals = emtCrystals().filter(({ periodic }) => periodic.every(Boolean));

async function referenceOf(settings: object, store: string): Promise<Reference> {
  const opened = await openAseReference({
    settings: aseReferenceSchema.parse({ kind: 'ase', python, ...settings }),
    projectFolder: oracleFixtures,
    script: aseScript,
    storeFolder: path.join(scratch, store),
    file: 'pcm.json',
    signal,
  });
  if (opened.kind !== 'ok') throw new Error(opened.problems[0]?.message);
  return opened.value;
}

describe.skipIf(python === null)('a calculator of ASE as reference', () => {
  it('computes each structure once, whoever asks later', { timeout: LIMIT }, async () => {
    for (const stored of [false, true]) {
      const reference = await referenceOf({ factory: 'calculators:chatty' }, 'sound');
      const { outcome, ...rest } = await reference.evaluate(crystals[0]!, signal);
      if (outcome.kind !== 'computed') throw new Error(outcome.reason);
      expect(rest.stored).toBe(stored);
      expect(outcome.energy).toBeCloseTo(crystals[0]!.energy, 9);
      expect(outcome.scfSteps).toBeNull();
      await reference.close();
    }
  });

  it.each([
    ['unconverged', /^ConvergenceError: 100 steps were not enough$/, true],
    ['exception', /^ValueError: argon is noble$/, false],
    ['killed', /was killed/, false],
  ] as const)('that ends in %s gives no reference', { timeout: LIMIT }, async (how, reason, lasting) => {
    const reference = await referenceOf({ factory: 'calculators:misbehaving', arguments: { how } }, how);
    const evaluation = await reference.evaluate(withArgon(crystals[0]!), signal);
    expect(evaluation.outcome).toEqual({ kind: 'none', reason: expect.stringMatching(reason) as string });
    const again = await reference.evaluate(withArgon(crystals[0]!), signal);
    // Only what would end the same way again is believed without another try.
    expect(again.stored).toBe(lasting);
    await reference.close();
  });

  it('does not compute what is larger than allowed', { timeout: LIMIT }, async () => {
    const reference = await referenceOf({ factory: 'calculators:chatty', largestStructure: 1 }, 'small');
    const { outcome } = await reference.evaluate(
      crystals.find(({ species }) => species.length > 1)!,
      signal,
    );
    expect(outcome).toMatchObject({ kind: 'none', reason: expect.stringContaining('largestStructure') as string });
    await reference.close();
  });

  it('decides which counterexamples of a certificate are some still', { timeout: LIMIT }, async () => {
    const base = crystals[0]!;
    const stretched = (factor: number): Crystal => ({
      ...base,
      lattice: base.lattice.map((x) => factor * x),
      positions: base.positions.map((x, k) => factor * x + (k === 0 ? 0.2 : 0)),
    });
    // Labels say that all forces are zero, which EMT denies: failures by the data, none by EMT.
    const frames = Array.from({ length: 40 }, (_, k) =>
      frameOf(stretched(1 + k / 400), new Float64Array(base.positions.length), -1),
    );
    const project = path.join(scratch, 'project');
    const settings = (more: object): string =>
      JSON.stringify({
        models: [{ id: 'm', kind: 'ase', python, factory: 'ase.calculators.emt:EMT' }],
        data: ['data.xyz'],
        failure: { kind: 'force-error', threshold: 0.1 },
        features: ['volume_per_atom'],
        search: { budget: 20 },
        refinement: { rounds: 1, replicates: 100 },
        ...more,
      });
    mkdirSync(project);
    writeFileSync(path.join(project, 'data.xyz'), frames.join(''));
    writeFileSync(path.join(project, 'pcm.json'), settings({}));
    const reference = { kind: 'ase', python, factory: 'ase.calculators.emt:EMT' };
    writeFileSync(path.join(project, 'emt.json'), settings({ reference }));
    const certificate = resultOf(await pcm('certify', project, '--no-check')).certificate!;

    const unnamed = await pcm('validate', certificate, '--reference', 'ase');
    expect(unnamed.code).toBe(2);
    expect(problemsOf(unnamed)[0]?.message).toBe('The project names no calculator of ASE as reference.');

    const run = await pcm('validate', certificate, '--top', '3', '--config', 'emt.json');
    expect(run.events.at(-1)).toMatchObject({
      kind: 'validation',
      reference: { kind: 'ase', description: { program: 'ase.calculators.emt:EMT' } },
      structures: 3,
      computed: 3,
      confirmed: 0,
      refuted: 3,
      forceRatio: { median: expect.closeTo(1, 9) as number },
    });
    expect(run.code).toBe(1);
    expect(readdirSync(path.join(project, '.pcm/references'))).toHaveLength(3);
  });
});

/** Why GPAW cannot be tried here, or null. */
function withoutGpaw(): string | null {
  if (python === null) return 'no Python with ASE was found';
  try {
    execFileSync(python, ['-c', 'import gpaw; gpaw.setup_paths[0]'], { stdio: 'ignore', timeout: 60_000 });
    return null;
  } catch {
    return 'no GPAW was found (Debian: apt-get install gpaw gpaw-data)';
  }
}
const missing = withoutGpaw();
if (missing !== null) console.warn(`skipped: ${missing}`);

describe.skipIf(missing !== null)('GPAW as reference', () => {
  const silicon: Crystal = {
    lattice: Float64Array.of(0, 2.715, 2.715, 2.715, 0, 2.715, 2.715, 2.715, 0),
    periodic: [true, true, true],
    species: Uint8Array.of(14, 14),
    positions: Float64Array.of(0.05, 0, 0, 1.3575, 1.3575, 1.3575),
  };
  const settings = {
    factory: 'gpaw:GPAW',
    arguments: { mode: { name: 'pw', ecut: 200 }, xc: 'PBE', kpts: [2, 2, 2], txt: null },
  };

  it('pulls a displaced atom back, and counts its steps', { timeout: LIMIT }, async () => {
    const reference = await referenceOf(settings, 'gpaw');
    const { outcome } = await reference.evaluate(silicon, signal);
    if (outcome.kind !== 'computed') throw new Error(outcome.reason);
    expect(outcome.scfSteps).toBeGreaterThan(3);
    expect(outcome.forces[0]).toBeLessThan(-0.3);
    expect(Math.abs(outcome.forces[0]! + outcome.forces[3]!)).toBeLessThan(1e-3);
    expect(reference.identity.description).toHaveProperty('gpaw');
    await reference.close();
  });

  it('that does not converge gives no reference', { timeout: LIMIT }, async () => {
    const hurried = { ...settings, arguments: { ...settings.arguments, maxiter: 2 } };
    const reference = await referenceOf(hurried, 'hurried');
    const { outcome, stored } = await reference.evaluate(silicon, signal);
    expect([outcome.kind, stored]).toEqual(['none', false]);
    expect((await reference.evaluate(silicon, signal)).stored).toBe(true);
    await reference.close();
  });
});
