import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { AseLaunch } from '../../extension/sweep/oracles/ase-agent.ts';
import { openAsePool, readAseModel } from '../../extension/sweep/oracles/ase-source.ts';
import type { OpenOptions } from '../../extension/sweep/oracles/oracle-source.ts';
import { aseScript, emtCrystals, oracleFixtures, pythonWithAse, withArgon } from './oracle-workbench.ts';

const python = pythonWithAse();
const made: string[] = [];
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function folder(): string {
  made.push(mkdtempSync(path.join(tmpdir(), 'pcm-oracle-')));
  return made.at(-1)!;
}

function launch(factory: string, args: Record<string, unknown> = {}, more: Partial<AseLaunch> = {}): AseLaunch {
  return { python: python ?? 'python3', script: aseScript, folder: oracleFixtures, factory, arguments: args, ...more };
}

async function problemOf(what: AseLaunch): Promise<{ message: string; fix: string }> {
  const read = await readAseModel(what, 'pcm.json');
  if (read.kind === 'ok') throw new Error('it was accepted');
  return read.problems[0]!;
}

async function identityOf(what: AseLaunch): Promise<string> {
  const read = await readAseModel(what, 'pcm.json');
  if (read.kind !== 'ok') throw new Error(read.problems[0]!.message);
  return read.value.identity.sha256;
}

/** A scripted interpreter: what a wrapper around Python may do. */
function script(text: string): string {
  const file = path.join(folder(), 'python');
  writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return file;
}

const options: Omit<OpenOptions, 'settings'> = { workers: 1, timeLimit: { baseMs: 20_000, perStructureMs: 0 } };
const crystals = emtCrystals();

describe.skipIf(python === null)('an ASE calculator', () => {
  it('gives the same doubles as when it is called directly, for any number of workers', async () => {
    for (const workers of [1, 2]) {
      const pool = openAsePool(launch('ase.calculators.emt:EMT'), null, { ...options, workers });
      const answers = await pool.predict([...crystals, ...crystals]);
      await pool.close();
      answers.forEach((answer, k) => {
        const { energy, forces } = crystals[k % crystals.length]!;
        expect(answer).toEqual({ kind: 'predicted', energy, forces });
      });
      expect(pool.statistics.restarts).toBe(0);
      expect(pool.statistics.insideMs).toBeGreaterThan(0);
    }
  });

  it('may print what it likes', async () => {
    const pool = openAsePool(launch('calculators:chatty'), null, options);
    expect((await pool.predict(crystals)).every(({ kind }) => kind === 'predicted')).toBe(true);
    await pool.close();
  });

  it('is not asked about structures that make no sense', async () => {
    const crystal = crystals[0]!;
    const pool = openAsePool(launch('ase.calculators.emt:EMT'), null, options);
    const twice = crystal.positions.slice();
    twice.copyWithin(3, 0, 3);
    const answers = await pool.predict([
      { ...crystal, positions: twice },
      { ...crystal, lattice: new Float64Array(9) },
      { ...crystal, species: new Uint8Array(0), positions: new Float64Array(0) },
    ]);
    await pool.close();
    expect(answers).toEqual([
      { kind: 'refused', detail: 'atoms 1 and 2 are at one place' },
      { kind: 'refused', detail: 'the cell has no volume' },
      { kind: 'refused', detail: 'the structure has no atoms' },
    ]);
  });

  it.each([
    ['exception', 'error', /ValueError: argon is noble/],
    ['exit', 'error', /SystemExit: 3/],
    ['nan-force', 'not-finite', /the force on atom \d+ \(Ar\) is .*nan/],
    ['infinite-energy', 'not-finite', /the energy is inf/],
    ['shape', 'error', /the forces have shape \[\d+, 3\] for \d+ atoms/],
  ])('%s: one failure, and no restart', async (how, reason, detail) => {
    const pool = openAsePool(launch('calculators:misbehaving', { how }), null, options);
    const answers = await pool.predict([crystals[0]!, withArgon(crystals[1]!), crystals[2]!]);
    await pool.close();
    expect(answers.map(({ kind }) => kind)).toEqual(['predicted', 'failed', 'predicted']);
    expect(answers[1]).toMatchObject({ reason, detail: expect.stringMatching(detail) as string });
    expect(pool.statistics.restarts).toBe(0);
  });

  it.each([
    ['killed', 'crashed', /SIGKILL.*memory/, 20_000],
    ['abort', 'crashed', /SIGABRT/, 20_000],
    ['babble', 'crashed', /no answer.*argon/, 20_000],
    ['hang', 'timed-out', /did not answer within 1.5 s/, 1500],
    ['deaf-hang', 'timed-out', /did not answer within 1.5 s/, 1500],
  ])('%s: restarted, and the structure alone is blamed', async (how, reason, detail, baseMs) => {
    const incidents: string[] = [];
    const pool = openAsePool(launch('calculators:misbehaving', { how }), null, {
      workers: 1,
      timeLimit: { baseMs, perStructureMs: 0 },
      onIncident: (what) => incidents.push(what),
    });
    const answers = await pool.predict([crystals[0]!, withArgon(crystals[1]!), ...crystals.slice(2)]);
    await pool.close();
    expect(answers.map(({ kind }, k) => (kind === 'predicted') === (k !== 1))).toEqual(answers.map(() => true));
    expect(answers[1]).toMatchObject({ kind: 'failed', reason, detail: expect.stringMatching(detail) as string });
    expect(pool.statistics.restarts).toBe(2);
    expect(incidents).toHaveLength(2);
  });

  it('gives up, with a way out, on a calculator that dies of everything', async () => {
    const pool = openAsePool(launch('calculators:misbehaving', { how: 'abort' }), null, options);
    const many = Array.from({ length: 20 }, () => withArgon(crystals[0]!));
    await expect(pool.predict(many)).rejects.toMatchObject({
      message: expect.stringContaining('31 times in a row') as string,
      fix: expect.stringContaining('fewer workers') as string,
    });
    await pool.close();
  }, 120_000);

  it('ends with whoever started it, also when it hangs in native code', async () => {
    const parent = spawn(
      process.execPath,
      [
        '-e',
        `const { spawn } = require('node:child_process');
         const child = spawn(process.argv[1], [process.argv[2]], { cwd: process.argv[3], detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
         child.stdin.write(JSON.stringify({ kind: 'open', factory: 'calculators:misbehaving', arguments: { how: 'deaf-hang' }, scratch: '.' }) + '\\n');
         child.stdout.once('data', () => {
           child.stdin.write(JSON.stringify({ kind: 'predict', id: 0, numbers: [18], cell: [9,0,0,0,9,0,0,0,9], pbc: [true,true,true], positions: [0,0,0] }) + '\\n');
           setTimeout(() => console.log(child.pid), 500);
         });`,
        python!,
        aseScript,
        oracleFixtures,
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const group = await new Promise<number>((resolve) => parent.stdout.once('data', (text) => resolve(Number(text))));
    const members = (): string[] =>
      execFileSync('ps', ['-e', '-o', 'pgid=,stat='], { encoding: 'utf8' })
        .split('\n')
        .filter((line) => Number(line.trim().split(/\s+/)[0]) === group && !/\sZ/.test(line));
    expect(members().length).toBeGreaterThanOrEqual(2);
    parent.kill('SIGKILL');
    await expect.poll(members, { timeout: 10_000 }).toEqual([]);
  });
});

describe.skipIf(python === null)('what an ASE calculator is', () => {
  it('is named by factory, arguments, versions and files', async () => {
    const project = folder();
    writeFileSync(
      path.join(project, 'own.py'),
      'from ase.calculators.emt import EMT\ndef make(**words):\n    return EMT()\n',
    );
    writeFileSync(path.join(project, 'weights.bin'), 'one');
    const own = launch('own:make', { model: 'weights.bin' }, { folder: project });
    const before = await identityOf(own);
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    expect(await identityOf(own)).toBe(before);
    expect(await identityOf(launch('own:make', {}, { folder: project }))).not.toBe(before);
    writeFileSync(path.join(project, 'weights.bin'), 'two');
    const weights = await identityOf(own);
    expect(weights).not.toBe(before);
    writeFileSync(
      path.join(project, 'own.py'),
      'from ase.calculators.emt import EMT\ndef make(**words):\n    return  EMT()\n',
    );
    expect(await identityOf(own)).not.toBe(weights);
  });

  it('is described with versions', async () => {
    const read = await readAseModel(launch('ase.calculators.emt:EMT'), 'pcm.json');
    expect(read).toMatchObject({
      kind: 'ok',
      value: {
        identity: {
          kind: 'ase',
          description: {
            name: 'ase.calculators.emt:EMT',
            calculator: 'ase.calculators.emt.EMT',
            ase: expect.stringMatching(/^\d+\.\d+/) as string,
            python: expect.stringMatching(/^3\./) as string,
            numpy: expect.stringMatching(/^\d/) as string,
          },
        },
      },
    });
  });

  it('must be the same when it runs', async () => {
    const project = folder();
    const source = path.join(project, 'own.py');
    writeFileSync(source, 'from ase.calculators.emt import EMT\n');
    const read = await readAseModel(launch('own:EMT', {}, { folder: project }), 'pcm.json');
    if (read.kind !== 'ok') throw new Error(read.problems[0]!.message);
    writeFileSync(source, 'from ase.calculators.emt import EMT\n# more\n');
    const pool = openAsePool(launch('own:EMT', {}, { folder: project }), read.value.identity, options);
    await expect(pool.predict(crystals)).rejects.toThrow(/changed while it was being tested/);
    await pool.close();
  });

  it.each([
    ['nowhere.at_all:Thing', {}, /nowhere.at_all cannot be imported: ModuleNotFoundError/, /pip install nowhere/],
    ['mace.calculators:mace_mp', {}, /mace.calculators cannot be imported/, /pip install mace-torch/],
    ['ase.calculators.emt:EMMT', {}, /no "EMMT" that can be called/, /the module has .*EMT/],
    ['calculators:raising', { reason: 'no GPU' }, /RuntimeError: no GPU/, /"arguments"/],
    ['calculators:raising', { raeson: 1 }, /TypeError: .*raeson/, /"arguments"/],
    ['calculators:leaving', {}, /SystemExit: no licence/, /"arguments"/],
    ['calculators:number', {}, /made a int, which is no ASE calculator/, /get_potential_energy/],
  ])('%s %j is refused', async (factory, args, message, fix) => {
    const problem = await problemOf(launch(factory, args));
    expect(problem.message).toMatch(message);
    expect(problem.fix).toMatch(fix);
  });
});

describe('a Python that will not do', () => {
  const emt = (python: string): AseLaunch => launch('ase.calculators.emt:EMT', {}, { python });

  it('is missing', async () => {
    const problem = await problemOf(emt('no-such-python'));
    expect(problem.message).toBe('The program "no-such-python" was not found.');
    expect(problem.fix).toContain('"python" of the model');
    const pool = openAsePool(emt('no-such-python'), null, options);
    await expect(pool.predict(crystals)).rejects.toThrow('was not found');
    await pool.close();
  });

  it('must not be run', async () => {
    const file = script('true');
    execFileSync('chmod', ['644', file]);
    expect((await problemOf(emt(file))).message).toContain('EACCES');
  });

  it('says something else, without end', async () => {
    const problem = await problemOf(emt(script('exec yes hello')));
    expect(problem.message).toMatch(/wrote something that is no answer to stdout \("hello"\)/);
  });

  it('ends at once', async () => {
    const problem = await problemOf(emt(script('echo "Error: licence expired" >&2; exit 9')));
    expect(problem.message).toMatch(/exit code 9: Error: licence expired/);
  });

  it('has no ASE', async () => {
    const problem = await problemOf(
      emt(script(`echo '{"kind":"rejected","cause":"no-ase","message":"ModuleNotFoundError"}'; cat > /dev/null`)),
    );
    expect(problem.message).toMatch(/has no usable ASE/);
    expect(problem.fix).toMatch(/-m pip install ase/);
  });

  it.skipIf(python === null)('greets before it does its work', async () => {
    const pool = openAsePool(emt(script(`echo "Loading module python/3.11"; exec ${python!} "$@"`)), null, options);
    expect((await pool.predict(crystals.slice(0, 1)))[0]!.kind).toBe('predicted');
    await pool.close();
  });
});
