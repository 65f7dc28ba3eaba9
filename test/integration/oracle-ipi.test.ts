import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Prediction } from '../../extension/core/criterion.ts';
import type { Crystal } from '../../extension/sweep/graph-batch.ts';
import { listen, socketPath } from '../../extension/sweep/oracles/ipi-connection.ts';
import { openIpiPool, openIpiServer, readIpiModel, type IpiLaunch } from '../../extension/sweep/oracles/ipi-source.ts';
import { emtCrystals, oracleFixtures, pythonWithAse, withArgon, type EmtCrystal } from './oracle-workbench.ts';

const python = pythonWithAse();
const crystals = emtCrystals().filter(({ periodic }) => periodic.every(Boolean));
const clientScript = path.join(oracleFixtures, 'ipi_client.py');
const aseClient = (transport: 'unix' | 'tcp'): IpiLaunch => ({
  command: [python ?? 'python3', clientScript, '{structure}', transport === 'unix' ? '{name}' : '{host}:{port}'],
  transport,
  description: 'EMT through ASE',
});

/** Largest difference in eV and eV/Å. The unit systems of both sides differ by 1e-8. */
function difference(answer: Prediction, { energy, forces }: EmtCrystal): number {
  if (answer.kind !== 'predicted') return Number.NaN;
  return Math.max(Math.abs(answer.energy - energy), ...answer.forces.map((f, k) => Math.abs(f - forces[k]!)));
}

const sockets = (): string[] => readdirSync('/tmp').filter((name) => name.startsWith('ipi_pcm-'));

describe.skipIf(python === null)('clients that are started', () => {
  it.each(['unix', 'tcp'] as const)('%s: answer as EMT does directly, one composition each', async (transport) => {
    const before = sockets();
    const pool = openIpiPool(aseClient(transport), { workers: 2 });
    const answers = await pool.predict([...crystals, ...crystals]);
    await pool.close();
    answers.forEach((answer, k) => expect(difference(answer, crystals[k % crystals.length]!)).toBeLessThan(1e-6));
    expect(pool.statistics.restarts).toBe(0);
    expect(sockets().filter((name) => !before.includes(name))).toEqual([]);
  });

  it('that die are blamed on the structure, with their last words', async () => {
    const pool = openIpiPool(aseClient('unix'), { workers: 1 });
    const [first, , last] = await pool.predict([crystals[0]!, crystals[0]!, crystals[2]!]);
    expect([first!.kind, last!.kind]).toEqual(['predicted', 'predicted']);
    expect(await pool.predict([withArgon(crystals[0]!)])).toMatchObject([
      { kind: 'failed', reason: 'crashed', detail: expect.stringMatching(/ValueError: argon/) as string },
    ]);
    await pool.close();
  });

  it('that can be started for no structure at all are given up', async () => {
    const pool = openIpiPool(aseClient('unix'), { workers: 1 });
    const argon = [0, 1, 2, 3].map(() => withArgon(crystals[0]!));
    await expect(pool.predict(argon)).rejects.toThrow(/cannot be used: .*ValueError: argon/);
    await pool.close();
  });

  it('are named by command, program and files', async () => {
    const read = await readIpiModel(aseClient('unix'), 'pcm.json');
    expect(read).toMatchObject({
      kind: 'ok',
      value: { identity: { kind: 'ipi', description: { name: 'EMT through ASE' } } },
    });
    const missing = await readIpiModel({ ...aseClient('unix'), command: ['no-such-client'] }, 'pcm.json');
    expect(missing).toMatchObject({
      kind: 'rejected',
      problems: [{ message: 'The program "no-such-client" was not found.' }],
    });
  });

  it('may be connected by hand', async () => {
    const crystal = crystals[0]!;
    const name = `hand-${randomBytes(4).toString('hex')}`;
    const folder = mkdtempSync(path.join(tmpdir(), 'pcm-oracle-'));
    const structure = path.join(folder, 'a.xyz');
    const atoms = Array.from(crystal.species, () => 'Cu 0 0 0').join('\n');
    writeFileSync(
      structure,
      `${crystal.species.length}\nLattice="9 0 0 0 9 0 0 0 9" Properties=species:S:1:pos:R:3\n${atoms}\n`,
    );
    const copper: Crystal = { ...crystal, species: crystal.species.map(() => 29) };
    const pool = openIpiServer({ kind: 'unix', name }, copper.species, { connectMs: 20_000 });
    const answers = pool.predict([copper, crystal]);
    await expect.poll(() => existsSync(socketPath(name))).toBe(true);
    const client = spawn(python!, [clientScript, structure, name], { stdio: 'ignore' });
    const ended = new Promise((resolve) => client.once('exit', resolve));
    expect((await answers).map(({ kind }) => kind)).toEqual(['predicted', 'refused']);
    await pool.close();
    await ended;
    rmSync(folder, { recursive: true });
  });
});

/** A client in Node that says what it is told to. */
const badClient = (body: string): IpiLaunch => ({
  command: [
    process.execPath,
    '-e',
    `const socket = require('node:net').connect(process.argv[1]);
     const word = (text) => socket.write(text.padEnd(12));
     let told = 0;
     socket.on('error', () => process.exit(0)); socket.on('close', () => process.exit(0));
     ${body}`,
    '{socket}',
  ],
  transport: 'unix',
  description: 'hostile',
});

/** Keeps the protocol up to the forces, which the given code writes into `answer` (energy, count, forces, virial, text). */
const forceClient = (change: string): IpiLaunch =>
  badClient(`let atoms = 0, have = false, buffer = Buffer.alloc(0);
    socket.on('data', (bytes) => {
      buffer = Buffer.concat([buffer, bytes]);
      for (;;) {
        const head = buffer.subarray(0, 12).toString().trim();
        if (head === 'STATUS') { buffer = buffer.subarray(12); word(have ? 'HAVEDATA' : 'READY'); }
        else if (head === 'POSDATA' && buffer.length >= 160) {
          atoms = buffer.readInt32LE(156);
          if (buffer.length < 160 + 24 * atoms) return;
          buffer = buffer.subarray(160 + 24 * atoms); have = true;
        } else if (head === 'GETFORCE') {
          buffer = buffer.subarray(12); have = false;
          const answer = Buffer.alloc(12 + 24 * atoms + 76); answer.writeInt32LE(atoms, 8);
          const text = 12 + 24 * atoms + 72;
          ${change}
          word('FORCEREADY'); socket.write(answer);
        } else if (head === 'EXIT') process.exit(0);
        else return;
      }
    });`);

describe('clients that do not keep the protocol', () => {
  const ask = async (launch: IpiLaunch, baseMs = 5000): Promise<Prediction> => {
    const pool = openIpiPool(
      { ...launch, connectMs: 10_000 },
      { workers: 1, timeLimit: { baseMs, perStructureMs: 0 } },
    );
    try {
      return (await pool.predict([crystals[0]!]))[0]!;
    } finally {
      await pool.close();
    }
  };

  it('(one that does is heard)', async () => {
    expect(await ask(forceClient(''))).toEqual({
      kind: 'predicted',
      energy: 0,
      forces: new Float64Array(3 * crystals[0]!.species.length),
    });
  });

  it.each([
    ['a NaN', 'answer.writeDoubleLE(NaN, 12 + 8);', 'not-finite', /force on atom 1 is NaN/],
    ['an infinite energy', 'answer.writeDoubleLE(Infinity, 0);', 'not-finite', /energy is Infinity/],
    ['another number of atoms', 'answer.writeInt32LE(2000000000, 8);', 'crashed', /answered for 2000000000 atoms/],
    ['fewer than no atoms', 'answer.writeInt32LE(-1, 8);', 'crashed', /answered for -1 atoms/],
    ['endless text', 'answer.writeInt32LE(2147483647, text);', 'crashed', /announced 2147483647 bytes/],
    ['half an answer', 'word("FORCEREADY"); socket.end(); return;', 'crashed', /closed the connection|exit code 0/],
  ])('%s', async (_, change, reason, detail) => {
    expect(await ask(forceClient(change))).toMatchObject({
      kind: 'failed',
      reason,
      detail: expect.stringMatching(detail) as string,
    });
  });

  it.each([
    ['no word', `socket.on('data', () => socket.write(Buffer.alloc(12, 7)));`, 'crashed', /for a header/],
    ['the wrong word', `socket.on('data', () => word('HELLO'));`, 'crashed', /said HELLO where READY was due/],
    ['eternal NEEDINIT', `socket.on('data', () => word('NEEDINIT'));`, 'crashed', /said NEEDINIT/],
    [
      'a flood',
      `socket.on('data', () => socket.write(Buffer.alloc(1 << 22, 65)));`,
      'crashed',
      /more than it was asked|said A+ where/,
    ],
    ['silence', `setInterval(() => undefined, 1000);`, 'timed-out', /did not answer within 1 s/],
    ['eternal WORKING', `socket.on('data', () => word(told++ ? 'WORKING' : 'READY'));`, 'timed-out', /within 1 s/],
  ])('%s', async (_, body, reason, detail) => {
    expect(await ask(badClient(body), 1000)).toMatchObject({
      kind: 'failed',
      reason,
      detail: expect.stringMatching(detail) as string,
    });
  });

  it('never connect', async () => {
    const launch: IpiLaunch = { command: ['sleep', '60'], transport: 'unix', description: '', connectMs: 300 };
    const pool = openIpiPool(launch, { workers: 1 });
    // One structure could be to blame for it; when it is the same with a third, none is.
    expect(await pool.predict([crystals[0]!])).toMatchObject([{ kind: 'failed', reason: 'timed-out' }]);
    const others = [1, 2, 3].map(() => crystals[0]!);
    await expect(pool.predict(others)).rejects.toThrow(/did not connect within 0.3 s.*6 times in a row/);
    await pool.close();
    const server = openIpiServer({ kind: 'tcp', port: 0 }, crystals[0]!.species, { connectMs: 200 });
    await expect(server.predict([crystals[0]!])).rejects.toMatchObject({
      message: expect.stringMatching(/No i-PI client connected to 127.0.0.1:\d+ within 0.2 s/) as string,
      fix: expect.stringContaining('same address') as string,
    });
    await server.close();
  });

  it('are not there at all', async () => {
    const pool = openIpiPool({ command: ['no-such-client'], transport: 'tcp', description: '' }, { workers: 1 });
    await expect(pool.predict([crystals[0]!])).rejects.toThrow('The program "no-such-client" was not found.');
    await pool.close();
  });
});

describe('where we listen', () => {
  it('is the loopback interface, for one client', async () => {
    const listener = await listen({ kind: 'tcp', port: 0 });
    const connect = (): Promise<Socket> =>
      new Promise((resolve) => {
        const socket = createConnection({ host: '127.0.0.1', port: listener.port }, () => resolve(socket));
        socket.on('error', () => undefined);
      });
    const first = await connect();
    expect((await listener.connected).localAddress).toBe('127.0.0.1');
    const second = await connect();
    await new Promise((resolve) => second.once('close', resolve));
    expect(first.destroyed).toBe(false);
    first.destroy();
    (await listener.connected).destroy();
    await listener.close();
  });

  it('may be taken', async () => {
    const name = `taken-${randomBytes(4).toString('hex')}`;
    const listener = await listen({ kind: 'unix', name });
    await expect(listen({ kind: 'unix', name })).rejects.toMatchObject({
      message: expect.stringContaining('EADDRINUSE') as string,
      fix: expect.stringContaining('another name') as string,
    });
    await listener.close();
    expect(existsSync(socketPath(name))).toBe(false);
  });
});

function pseudopotential(): string | null {
  const folder = '/usr/share/espresso/pseudo';
  const found = existsSync(folder) ? readdirSync(folder).find((name) => /^Si.*pbe.*\.UPF$/i.test(name)) : undefined;
  try {
    execFileSync('which', ['pw.x'], { stdio: 'ignore' });
  } catch {
    console.warn('skipped: pw.x is not installed (Debian: quantum-espresso)');
    return null;
  }
  if (found === undefined)
    console.warn('skipped: no PBE pseudopotential of Si was found (Debian: quantum-espresso-data)');
  return found === undefined ? null : path.join(folder, found);
}

const silicon = pseudopotential();
describe.skipIf(silicon === null)('Quantum ESPRESSO as a client', () => {
  it('relaxes towards the diamond lattice', async () => {
    const a = 2.715;
    const crystal = (x: number): Crystal => ({
      lattice: Float64Array.of(0, a, a, a, 0, a, a, a, 0),
      periodic: [true, true, true],
      species: Uint8Array.of(14, 14),
      positions: Float64Array.of(0, 0, 0, a / 2 + x, a / 2, a / 2),
    });
    const input = `&control calculation='scf' pseudo_dir='${path.dirname(silicon!)}' outdir='.' tprnfor=.true. tstress=.true. /
&system ibrav=0 nat=2 ntyp=1 ecutwfc=20 nosym=.true. /
&electrons conv_thr=1e-8 /
ATOMIC_SPECIES
Si 28.0855 ${path.basename(silicon!)}
CELL_PARAMETERS angstrom
0 ${a} ${a}
${a} 0 ${a}
${a} ${a} 0
ATOMIC_POSITIONS angstrom
Si 0 0 0
Si ${a / 2} ${a / 2} ${a / 2}
K_POINTS automatic
2 2 2 0 0 0
`;
    const pool = openIpiPool(
      {
        command: ['pw.x', '--ipi', '{name}:UNIX', '-in', 'pw.in'],
        inputs: () => [{ name: 'pw.in', text: input }],
        transport: 'unix',
        description: 'Quantum ESPRESSO, PBE',
      },
      { workers: 1 },
    );
    const answers = await pool.predict([crystal(0), crystal(0.06)]);
    await pool.close();
    const [ideal, moved] = answers.map((answer) => (answer.kind === 'predicted' ? answer : null));
    expect(pool.statistics.restarts).toBe(0);
    expect(Math.max(...ideal!.forces.map(Math.abs))).toBeLessThan(0.03);
    expect(moved!.energy).toBeGreaterThan(ideal!.energy);
    // The moved atom is pulled back, the other one after it.
    expect(moved!.forces[3]).toBeLessThan(-0.3);
    expect(moved!.forces[0]! + moved!.forces[3]!).toBeCloseTo(0, 2);
  }, 120_000);
});
