import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { residualSchema } from '../../extension/core/certificate.ts';
import type { ProbeAnswer } from '../../extension/core/physics/probe.ts';
import { toResiduals } from '../../extension/core/physics/residuals.ts';
import type { Ask, ProbeReport } from '../../extension/core/physics/suite.ts';
import { probes } from '../../extension/core/physics/table.ts';
import type { Structure } from '../../extension/core/structure.ts';
import { eventSchema, type ProbeEvent } from '../../extension/protocol/events.ts';
import { matrix, measured, potentials, structuresOf, suite, violated } from './physics-workbench.ts';
import { bundle, hasRealModels, realModels, remove, repository, temporaryFolder } from './sweep-workbench.ts';

let worker = '';
let crystals: Structure[] = [];
const rows = new Map<string, readonly string[]>();
const folders: string[] = [];

beforeAll(async () => {
  worker = await bundle('extension/sweep/oracle-worker.ts', 'oracle-worker');
  crystals = await structuresOf(join(potentials, 'crystals.xyz'));
});
afterAll(() => {
  console.log(matrix(rows));
  for (const folder of [dirname(worker), ...folders]) remove(folder);
});

/** The worst residual over tolerance of one measurement. */
function excess(reports: readonly ProbeReport[], id: string): number {
  const found = reports.flatMap(({ outcome }) => (outcome.kind === 'measured' ? outcome.measurements : []));
  return Math.max(...found.filter((one) => one.id === id).map(({ residual, tolerance }) => residual / tolerance));
}

describe('a sound potential', () => {
  it.each(['sound', 'sound-float64'])('%s keeps every law that is measured, and every law is', async (name) => {
    const reports = await suite(worker, name, potentials, crystals);
    rows.set(name, violated(reports));
    expect(violated(reports)).toEqual([]);
    expect(measured(reports)).toEqual(probes.map(({ id }) => id));
  });

  it('is held to the digits it has: float64 keeps symmetries a million times better than float32', async () => {
    const reports = await suite(worker, 'sound-float64', potentials, crystals.slice(0, 1));
    const tolerances = reports.flatMap(({ probe, outcome }) =>
      probe.id === 'rotation' && outcome.kind === 'measured' ? outcome.measurements.map((one) => one.tolerance) : [],
    );
    expect(Math.max(...tolerances)).toBeLessThan(1e-12);
    expect(excess(reports, 'rotation-forces')).toBeLessThan(1);
  });

  it('gives the same residuals twice, in a form that a certificate takes', async () => {
    const first = toResiduals(await suite(worker, 'sound', potentials, crystals), () => 0);
    const second = toResiduals(await suite(worker, 'sound', potentials, crystals), () => 0);
    expect(first).toEqual(second);
    expect(first.length).toBeGreaterThan(60);
    for (const residual of first) {
      expect(residualSchema.safeParse(residual).success).toBe(true);
      expect(residual.residual).toBeLessThanOrEqual(residual.tolerance);
    }
    expect(first.some(({ probe }) => probe.startsWith('threads'))).toBe(false);
  });
});

/** For each potential broken on purpose, the probe that must notice. */
const broken = [
  ['broken-finite', 'finite'],
  ['broken-rotation', 'rotation'],
  ['broken-translation', 'translation'],
  ['broken-permutation', 'permutation'],
  ['broken-supercell', 'supercell'],
  ['broken-cell-choice', 'cell-choice'],
  ['broken-net-force', 'net-force'],
  ['broken-gradient', 'gradient'],
  ['broken-smoothness', 'smoothness'],
  ['broken-repulsion', 'repulsion'],
  ['broken-repulsion', 'compression'],
  ['broken-straight-angle', 'straight-angle'],
  ['broken-isolated-atom', 'isolated-atom'],
  ['broken-no-neighbours', 'no-neighbours'],
  ['broken-determinism-noise', 'determinism'],
] as const;

describe('a potential that breaks one law', () => {
  it.each(broken)('%s is noticed by %s', async (name, law) => {
    const found = rows.get(name) ?? violated(await suite(worker, name, potentials, crystals));
    rows.set(name, found);
    expect(found).toContain(law);
  });

  // Whether two threads meet is a matter of chance, least likely on a machine that is busy with other things.
  it('broken-determinism-threads is noticed by threads', { retry: 4, timeout: 60_000 }, async () => {
    const reports = await suite(worker, 'broken-determinism-threads', potentials, crystals);
    rows.set('broken-threads', violated(reports));
    expect(violated(reports)).toEqual(['threads']);
  });

  it('an oracle that takes unknown elements for known ones is noticed by undeclared-element', async () => {
    const careless = (ask: Ask): Ask => {
      return (questions) => ask(questions.map(({ crystal }) => ({ crystal, manner: 'unguarded' })));
    };
    const found = violated(await suite(worker, 'sound', potentials, crystals, careless));
    rows.set('careless oracle', found);
    expect(found).toEqual(['undeclared-element']);
  });

  it('answers that are not numbers are violations, whatever the oracle calls them', async () => {
    const spoiled = (ask: Ask): Ask => {
      let asked = 0;
      return async (questions) =>
        (await ask(questions)).map((answer): ProbeAnswer =>
          asked++ > 0 && answer?.kind === 'predicted' ? { ...answer, energy: Number.NaN } : answer,
        );
    };
    const found = violated(await suite(worker, 'sound', potentials, crystals.slice(0, 1), spoiled));
    for (const law of ['finite', 'rotation', 'translation', 'permutation', 'supercell', 'gradient', 'smoothness']) {
      expect(found).toContain(law);
    }
  });
});

interface Run {
  readonly status: number | null;
  readonly events: readonly ProbeEvent[];
}

function pcm(...words: string[]): Run {
  const { status, stdout } = spawnSync(process.execPath, [join(repository, 'dist/pcm.cjs'), ...words, '--json'], {
    encoding: 'utf8',
  });
  const events = stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => eventSchema.parse(JSON.parse(line)));
  return { status, events: events.filter((event) => event.kind === 'probe') };
}

describe('pcm physics', () => {
  it('probes the models of a project, says where a law breaks, and exits by the worst', () => {
    const folder = temporaryFolder();
    folders.push(folder);
    mkdirSync(join(folder, 'models'));
    for (const name of ['sound', 'broken-gradient'])
      cpSync(join(potentials, `${name}.onnx`), join(folder, `models/${name}.onnx`));
    cpSync(join(potentials, 'crystals.xyz'), join(folder, 'crystals.xyz'));
    writeFileSync(
      join(folder, 'pcm.json'),
      JSON.stringify({
        name: 'physics',
        models: ['sound', 'broken-gradient'].map((id) => ({ id, kind: 'onnx', path: `models/${id}.onnx` })),
        data: ['crystals.xyz'],
        reference: { kind: 'relaxed' },
        failure: { kind: 'force-magnitude', threshold: 1 },
      }),
    );
    expect(pcm('physics', folder, '--model', 'sound').status).toBe(0);
    const { status, events } = pcm('physics', folder, '--model', 'broken-gradient', '--structures', '2');
    expect(status).toBe(1);
    const violations = events.filter(({ verdict }) => verdict === 'violated');
    expect(violations).toMatchObject([{ probe: 'gradient', file: 'crystals.xyz', structures: 2, violations: 2 }]);
    expect([1, 5, 11]).toContain(violations[0]!.line);
    expect(violations[0]!.fix).not.toBe('');
  });

  it('probes a lone model with crystals of its elements', () => {
    const { status, events } = pcm('physics', join(potentials, 'sound.onnx'), '--structures', '3');
    expect(events.filter(({ verdict }) => verdict === 'violated')).toEqual([]);
    expect(status).toBe(0);
    expect(events.every(({ file }) => file === null || file.endsWith('(built)'))).toBe(true);
  });

  it('exits with 2 where there is nothing to run', () => {
    expect(pcm('physics', join(potentials, 'absent.onnx')).status).toBe(2);
  });
});

describe.skipIf(!hasRealModels())('published potentials', () => {
  it('the export that lost the guard of acos is noticed at straight angles', async () => {
    const names = ['chgnet-architecture', 'chgnet-architecture-nan'];
    const data = join(realModels, '../mptrj-random-1k.xyz');
    const structures = (await structuresOf(data, 200)).filter(({ species }) => species.length <= 8).slice(0, 1);
    const [whole, broken] = [
      violated(await suite(worker, names[0]!, realModels, structures)),
      violated(await suite(worker, names[1]!, realModels, structures)),
    ];
    rows.set(names[0]!, whole);
    rows.set(names[1]!, broken);
    expect(broken).toContain('straight-angle');
    expect(whole).not.toContain('straight-angle');
  }, 120_000);

  it('the published one keeps symmetries and is conservative, but attracts at short range', async () => {
    const data = join(realModels, '../mptrj-random-1k.xyz');
    const structures = (await structuresOf(data, 200)).filter(({ species }) => species.length <= 8).slice(0, 2);
    const found = violated(await suite(worker, 'tensornet-matpes-pbe', realModels, structures));
    rows.set('tensornet', found);
    for (const law of ['finite', 'rotation', 'translation', 'permutation', 'supercell', 'cell-choice', 'net-force']) {
      expect(found).not.toContain(law);
    }
    expect(found).not.toContain('gradient');
    expect(found).toContain('repulsion');
  }, 120_000);
});
