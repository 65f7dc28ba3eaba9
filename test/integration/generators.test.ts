import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Certificate } from '../../extension/core/certificate.ts';
import { generatorIds } from '../../extension/core/generators/table.ts';
import { pythonWithAse } from './oracle-workbench.ts';
import { pcm, problemsOf, resultOf } from './pcm-project.ts';
import { frameOf } from './sweep-workbench.ts';

const LIMIT = 300_000;
const python = pythonWithAse();
const scratch = mkdtempSync(path.join(tmpdir(), 'pcm-generators-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const [nickel, copper, silver, gold] = [28, 29, 47, 79];

/** Cells of three copper atoms and one of nickel, from compressed to stretched. */
const alloys = Array.from({ length: 40 }, (_, k) => {
  const a = 3.4 + k / 80;
  const half = a / 2;
  const crystal = {
    species: Uint8Array.of(copper, copper, copper, nickel),
    lattice: Float64Array.of(a, 0, 0, 0, a, 0, 0, 0, a),
    positions: Float64Array.of(0, 0, 0, 0, half, half, half, 0, half, half, half, 0),
    periodic: [true, true, true] as [boolean, boolean, boolean],
  };
  return frameOf(crystal, new Float64Array(12), -1);
});

/** The certificate of EMT held against itself, and what the round said of each strategy. */
async function certified(name: string, answerer: object) {
  const folder = path.join(scratch, name);
  mkdirSync(folder);
  const emt = { kind: 'ase', python, factory: 'ase.calculators.emt:EMT', ...answerer };
  const settings = {
    models: [{ id: 'emt', ...emt }],
    reference: emt,
    data: ['data.xyz'],
    failure: { kind: 'force-error', threshold: 0.1 },
    features: ['volume_per_atom'],
    search: { strategies: ['random', ...generatorIds], budget: 60, seed: 3 },
    refinement: { rounds: 1, replicates: 100 },
  };
  writeFileSync(path.join(folder, 'data.xyz'), alloys.join(''));
  writeFileSync(path.join(folder, 'pcm.json'), JSON.stringify(settings));
  const run = await pcm('certify', folder, '--no-check');
  const file = resultOf(run).certificate!;
  const { content } = JSON.parse(readFileSync(file, 'utf8')) as Certificate;
  const round = run.events.find((event) => event.kind === 'round');
  return { file, run, content, strategies: round?.strategies ?? [] };
}

const elementsOf = ({ generated }: Certificate['content']): number[] =>
  [...new Set(generated!.flatMap(({ record }) => (record.generator === 'substitution' ? [record.to] : [])))].sort(
    (a, b) => a - b,
  );

describe.skipIf(python === null)('generators in pcm certify', () => {
  it('bring in no element that nobody has declared or shown', { timeout: LIMIT }, async () => {
    // EMT raises for iron and zinc, which could take nickel's place; against itself it fails on nothing else.
    const { file, content, strategies, run } = await certified('undeclared', {});
    expect([problemsOf(run), content.refused]).toEqual([[], []]);
    const active = strategies.filter(({ proposals }) => proposals > 0).map(({ strategy }) => strategy);
    expect(active).toEqual(['random', ...generatorIds]);
    expect(Math.max(...content.search.error)).toBe(0);
    expect(elementsOf(content)).toEqual([nickel, copper]);

    const verification = (await pcm('verify', file)).events.find((event) => event.kind === 'verification');
    const outcomes = new Map(verification!.checks.map(({ check, outcome }) => [check, outcome]));
    // Rebuilt from their records, and asked about again.
    expect([outcomes.get('features'), outcomes.get('replay')]).toEqual(['passed', 'passed']);
  });

  it('are shown as what they made, with the labels of the reference', { timeout: LIMIT }, async () => {
    const { file, content } = await certified('shown', {});
    const shown = async (structure: string) => {
      const { events } = await pcm('structure', file, '--structure', structure);
      return events.find((event) => event.kind === 'structure')!;
    };
    const { row } = content.generated!.find(({ record }) => record.generator === 'strain-rattle')!;
    const made = await shown(content.search.id[row]!);
    const base = await shown(`data.xyz#${content.search.index[row]!}`);
    expect([made.generator, base.generator]).toEqual(['strain-rattle', null]);
    expect(made.line).toBe(base.line);
    expect(made.lattice).not.toEqual(base.lattice);
    const rowsMade = new Set(content.generated!.map((each) => each.row));
    const tested = content.search.id.findIndex((_, at) => !rowsMade.has(at));
    const drawn = await shown(content.search.id[tested]!);
    expect(drawn.generator).toBeNull();
    // The data say that all forces are zero; the reference is EMT, as the model is.
    for (const { referenceForces, modelForces, referenceEnergy } of [made, drawn]) {
      expect(referenceForces).toEqual(modelForces);
      expect(referenceEnergy).not.toBe(-1);
    }
    expect(Math.max(...made.referenceForces!.map(Math.abs))).toBeGreaterThan(0.01);
    expect((await pcm('structure', file, '--structure', '0'.repeat(16))).code).toBe(2);

    const rows = (await pcm('replay', file)).events.filter((event) => event.kind === 'rows');
    expect(rows.flatMap((part) => part.made).filter((one) => one > 0)).toHaveLength(content.generated!.length);
    expect(rows.flatMap((part) => part.formula)).not.toContain('');
    const report = (await pcm('report', file)).events.find((event) => event.kind === 'report')!;
    expect(report.failureModes!.softening!.slope.value).toBeCloseTo(1, 6);
  });

  it('bring in elements of the same class that model and reference declare', { timeout: LIMIT }, async () => {
    const { content, run } = await certified('declared', { elements: ['Cu', 'Ni', 'Ag', 'Au'] });
    expect(problemsOf(run)).toEqual([]);
    expect(Math.max(...content.search.error)).toBe(0);
    expect(elementsOf(content)).toEqual([nickel, copper, silver, gold]);
  });
});
