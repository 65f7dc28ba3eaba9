import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { symbolOf } from '../../extension/core/element-symbols.ts';
import type { ObservationEvent } from '../../extension/protocol/events.ts';
import { emtCrystals, oracleFixtures, pythonWithAse, withArgon } from './oracle-workbench.ts';
import { pcm, problemsOf, resultOf, type Run } from './pcm-project.ts';
import { frameOf } from './sweep-workbench.ts';

/** Models of every kind, from the command line. Names are in the data as `material_id`. */

const LIMIT = 240_000;
const python = pythonWithAse();
const folder = mkdtempSync(path.join(tmpdir(), 'pcm-oracles-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const crystals = emtCrystals().filter(({ periodic }) => periodic.every(Boolean));
const named = (frame: string, name: string): string => frame.replace(' pbc=', ` material_id=${name} pbc=`);

/** A project folder with these data. */
function project(name: string, frames: readonly string[], settings: object): string {
  const at = path.join(folder, name);
  mkdirSync(at, { recursive: true });
  writeFileSync(path.join(at, 'data.xyz'), frames.join(''));
  for (const file of ['calculators.py', 'ipi_client.py'])
    copyFileSync(path.join(oracleFixtures, file), path.join(at, file));
  writeFileSync(path.join(at, 'pcm.json'), JSON.stringify(settings, null, 2));
  return at;
}

const settings = (model: object, more: object = {}): object => ({
  models: [{ id: 'm', ...model }],
  data: ['data.xyz'],
  failure: { kind: 'force-error', threshold: 0.5 },
  features: ['volume_per_atom'],
  ...more,
});
const observations = (run: Run): ObservationEvent[] => run.events.filter((event) => event.kind === 'observation');

/** Crystals that EMT answers exactly, and one with argon at the end, where the fixtures misbehave. */
const frames = [
  ...crystals.slice(0, 3).map((crystal, k) => named(frameOf(crystal, crystal.forces, crystal.energy), `mp-${k}`)),
  named(frameOf(withArgon(crystals[0]!), new Float64Array(crystals[0]!.positions.length), 0), 'mp-argon'),
];

describe.skipIf(python === null)('a calculator of ASE', () => {
  const calculator = { kind: 'ase', python, factory: 'calculators:misbehaving' };

  it.each([
    ['exception', {}],
    ['nan-force', {}],
    ['killed', {}],
    ['deaf-hang', { timeLimitSeconds: 2 }],
  ])(
    'that ends in %s for one structure fails on that one alone, and is asked nothing twice',
    async (how, more) => {
      const at = project(how, frames, settings({ ...calculator, arguments: { how }, workers: 1, ...more }));
      for (let turn = 0; turn < 2; turn++) {
        const run = await pcm('errors', at);
        expect(run.code).toBe(0);
        expect(observations(run).map(({ failed, error }) => [failed, error !== null && error < 1e-6])).toEqual([
          [false, true],
          [false, true],
          [false, true],
          [true, false],
        ]);
        const logs = path.join(at, '.pcm/observations');
        const [log] = readdirSync(logs).filter((name) => name.endsWith('.jsonl'));
        expect(readFileSync(path.join(logs, log!), 'utf8').trim().split('\n')).toHaveLength(1 + frames.length);
      }
    },
    LIMIT,
  );

  it(
    'is not asked about elements that it does not name',
    async () => {
      const elements = [...new Set(['Al', 'Cu', 'Ag', 'Au', 'Ni', 'Pd', 'Pt'])];
      const at = project('named', frames, settings({ ...calculator, arguments: { how: 'killed' }, elements }));
      const run = await pcm('errors', at);
      expect(observations(run).at(-1)).toMatchObject({ failed: null, refused: 'the model is not made for Ar' });
    },
    LIMIT,
  );

  it(
    'is put through the laws of physics',
    async () => {
      const at = project(
        'physics',
        frames.slice(0, 2),
        settings({ kind: 'ase', python, factory: 'calculators:chatty' }),
      );
      const run = await pcm('physics', at, '--structures', '1');
      const verdicts = new Map(
        run.events.filter((event) => event.kind === 'probe').map(({ probe, verdict }) => [probe, verdict]),
      );
      expect(verdicts.get('rotation-forces')).toBe('holds');
      expect(verdicts.get('gradient')).toBe('holds');
      expect(verdicts.get('threads')).toBe('skipped');
      expect(run.code).toBe(0);
    },
    LIMIT,
  );

  it(
    'is verified by what its hash is made of, and what that cannot cover is said',
    async () => {
      // Every crystal four times, a little larger each time: enough for an envelope.
      const many = crystals.slice(0, 6).flatMap((crystal) =>
        [1, 1.01, 1.02, 1.03].map((factor) => {
          const [lattice, positions] = [crystal.lattice, crystal.positions].map((values) =>
            values.map((x) => factor * x),
          );
          return frameOf({ ...crystal, lattice: lattice!, positions: positions! }, crystal.forces, crystal.energy);
        }),
      );
      const at = project(
        'verified',
        many,
        settings({ kind: 'ase', python, factory: 'calculators:chatty', workers: 1 }),
      );
      const file = resultOf(await pcm('certify', at, '--no-check')).certificate!;
      const modelCheck = async (): Promise<{ outcome: string; detail: string }> => {
        const run = await pcm('verify', file, '--no-check', '--replay', '2');
        return run.events
          .find((event) => event.kind === 'verification')!
          .checks.find(({ check }) => check === 'model')!;
      };
      const same = await modelCheck();
      expect(same.outcome).toBe('passed');
      expect(same.detail).toMatch(
        /^ase model calculators:chatty has the stated sha-256 over .*numpy [\d.]+.*calculators\.py/,
      );
      expect(same.detail).toContain('weights that a package fetches by itself are known by its version alone');
      appendFileSync(path.join(at, 'calculators.py'), '\n# changed\n');
      const other = await modelCheck();
      expect(other).toEqual({
        check: 'model',
        outcome: 'failed',
        detail: expect.stringMatching(/has another sha-256: calculators\.py is another file$/) as string,
      });
      const refused = await pcm('falsify', file, path.join(at, 'data.xyz'));
      expect(problemsOf(refused).at(-1)?.message).toMatch(
        /not the one that was certified.*calculators\.py is another file/,
      );
    },
    LIMIT,
  );

  it.each([
    ['no_such_module:EMT', {}, /cannot be imported/, /pip install no_such_module/],
    ['calculators:none', {}, /has no "none"/, /misbehaving/],
    ['calculators:raising', { reason: 'no weights' }, /no weights/, /"arguments"/],
    ['calculators:number', {}, /made a int/, /calculator/],
  ])('%s cannot be made, which lint says with line and fix', async (factory, keywords, message, fix) => {
    const at = project('cannot', frames, settings({ kind: 'ase', python, factory, arguments: keywords }));
    const run = await pcm('lint', at);
    expect(run.code).toBe(1);
    const problem = problemsOf(run).find(({ severity }) => severity === 'error')!;
    expect(problem).toMatchObject({ file: 'pcm.json', line: 3 });
    expect(problem.message).toMatch(message);
    expect(problem.fix).toMatch(fix);
  });
});

describe.skipIf(python === null)('a client of the i-PI protocol', () => {
  const client = { kind: 'ipi', description: 'EMT of ASE', workers: 1 };

  it(
    'is started for each composition, and blamed for those it dies of',
    async () => {
      const command = [python, '{project}/ipi_client.py', '{structure}', '{name}'];
      const at = project('ipi', frames, settings({ ...client, command }));
      const run = await pcm('errors', at);
      expect(run.code).toBe(0);
      expect(observations(run).map(({ failed }) => failed)).toEqual([false, false, false, true]);
      expect(run.events.find((event) => event.kind === 'model')?.description).toMatchObject({
        name: 'EMT of ASE',
        'ipi_client.py': expect.stringMatching(/^[0-9a-f]{16}$/) as string,
      });
    },
    LIMIT,
  );

  it(
    'that never connects ends with a message',
    async () => {
      const command = [python, '-c', 'import time; time.sleep(60)'];
      const at = project('mute', frames, settings({ ...client, command, connectSeconds: 1 }));
      const run = await pcm('errors', at);
      expect(run.code).toBe(2);
      expect(problemsOf(run).find(({ severity }) => severity === 'error')?.message).toMatch(
        /did not connect within 1 s/,
      );
    },
    LIMIT,
  );

  it(
    'that nobody starts is waited for, within a limit',
    async () => {
      const listen = { transport: 'unix', name: `pcm-test-${process.pid}` };
      const species = Array.from(crystals[0]!.species, symbolOf);
      const at = project('by-hand', frames, settings({ ...client, listen, species, connectSeconds: 1 }));
      const run = await pcm('errors', at);
      expect(run.code).toBe(2);
      expect(problemsOf(run).at(-1)).toMatchObject({
        message: expect.stringMatching(/^No i-PI client connected to .*ipi_pcm-test-\d+ within 1 s/) as string,
        fix: 'Start the client after this command, with the same address.',
      });
    },
    LIMIT,
  );
});

describe('a table of predictions', () => {
  /** Forty cells of silicon, each with a name; the table is wrong by 1 eV/atom in the large ones. */
  const sizes = Array.from({ length: 60 }, (_, k) => 5 + k / 50);
  const table = (k: number, size: number): string => `si-${k},${-5 + (size > 5.8 ? 1 : 0.001 * (k % 7))},-5`;
  const silicon = (k: number, size: number): string =>
    named(
      frameOf(
        {
          lattice: Float64Array.of(size, 0, 0, 0, size, 0, 0, 0, size),
          periodic: [true, true, true],
          species: Uint8Array.of(14, 14),
          positions: Float64Array.of(0, 0, 0, size / 2, size / 2, size / 2),
        },
        new Float64Array(6),
        -10,
      ),
      `si-${k}`,
    );
  const model = { kind: 'table', path: 'predictions.csv', key: 'material_id', energyPerAtom: 'pred', reference: 'dft' };
  const claim = { violations: 0, failureRate: 0.4, minimumInside: 5, slabs: 1, conformal: null };
  let at = '';
  beforeAll(() => {
    at = project(
      'table',
      sizes.map((size, k) => silicon(k, size)),
      settings(model, {
        failure: { kind: 'energy-error', threshold: 0.1 },
        search: { budget: 60, seed: 3 },
        refinement: { rounds: 2, replicates: 100 },
        claim,
      }),
    );
    const rows = sizes.map((size, k) => table(k, size)).reverse();
    writeFileSync(path.join(at, 'predictions.csv'), `material_id,pred,dft\n${rows.join('\n')}\n`);
  });

  it(
    'is certified by the error of its own columns',
    async () => {
      const run = await pcm('certify', at);
      expect(problemsOf(run).filter(({ severity }) => severity === 'error')).toEqual([]);
      const result = resultOf(run);
      expect(result.verdicts).toMatchObject({ refuted: 0, stuck: 0 });
      expect(run.code).toBe(0);
      const certificate = JSON.parse(readFileSync(result.certificate!, 'utf8')) as {
        content: { model: { kind: string; description: Record<string, string> } };
      };
      expect(certificate.content.model).toMatchObject({
        kind: 'table',
        description: { name: 'pred', key: 'material_id', reference: 'dft', rows: '60' },
      });
    },
    LIMIT,
  );

  it('is another model when a row changes', async () => {
    const hash = async (): Promise<string | undefined> =>
      (await pcm('lint', at)).events.find((event) => event.kind === 'model')?.sha256;
    const before = await hash();
    writeFileSync(path.join(at, 'predictions.csv'), `material_id,pred,dft\nsi-0,-5,-5\n`);
    expect(await hash()).not.toBe(before);
    const run = await pcm('errors', at);
    expect(observations(run)[1]).toMatchObject({ refused: 'the table has no "si-1" in column "material_id"' });
  });

  it('that cannot decide the criterion is refused before anything is read', async () => {
    const other = project('undecided', frames, settings(model));
    for (const command of ['certify', 'errors', 'lint']) {
      const run = await pcm(command, other);
      expect(run.code).toBe(command === 'lint' ? 1 : 2);
      expect(problemsOf(run)[0]).toMatchObject({
        file: 'pcm.json',
        line: 5,
        message: 'The table "m" names no column "forceError", by which the criterion force-error is decided.',
      });
    }
  });

  it('cannot be put through probes, nor be cut into shards', async () => {
    const probed = await pcm('physics', at);
    expect(probed.code).toBe(2);
    expect(problemsOf(probed)[0]?.message).toMatch(/cannot be asked about structures that probes change/);
    const cut = await pcm('sweep', 'run', at, '--shard', '1/2');
    expect(cut.code).toBe(2);
    expect(problemsOf(cut).at(-1)?.message).toMatch(/there are no shards/);
  });
});
