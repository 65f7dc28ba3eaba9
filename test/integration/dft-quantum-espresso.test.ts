import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readlinkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readPwOutput } from '../../extension/core/dft/pw-output.ts';
import { quantumEspressoSchema } from '../../extension/core/dft/settings.ts';
import type { Checked } from '../../extension/core/problem.ts';
import { openQuantumEspresso, PW_VARIABLE } from '../../extension/sweep/reference/quantum-espresso.ts';
import type { Reference } from '../../extension/sweep/reference/reference.ts';
import { si2, si2Settings } from '../fixtures/dft/si2.ts';

const PSEUDOPOTENTIALS = '/usr/share/espresso/pseudo';
const LIMIT = 120_000;
const never = new AbortController().signal;

function hasProgram(): boolean {
  try {
    execFileSync('which', ['pw.x'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function missing(): string | null {
  if (!hasProgram()) return 'pw.x is not installed (Debian: quantum-espresso)';
  return existsSync(path.join(PSEUDOPOTENTIALS, 'Si.pbe-rrkj.UPF'))
    ? null
    : `there are no pseudopotentials in ${PSEUDOPOTENTIALS} (Debian: quantum-espresso-data)`;
}
const reason = missing();
if (reason !== null) console.warn(`Skipping the tests that run Quantum ESPRESSO: ${reason}.`);

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'pcm-dft-test-'));
  // What runs elsewhere is told from what we leave behind by where it works.
  vi.stubEnv('TMPDIR', scratch);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(scratch, { recursive: true, force: true });
});

function open(
  settings: object,
  store: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Checked<Reference>> {
  return openQuantumEspresso({
    settings: quantumEspressoSchema.parse({ ...si2Settings, ...settings }),
    projectFolder: scratch,
    storeFolder: path.join(scratch, store),
    environment: { ...environment, ESPRESSO_PSEUDO: undefined },
    processors: 2,
    file: 'pcm.json',
    signal: never,
  });
}

async function opened(settings: object, store: string): Promise<Reference> {
  const reference = await open(settings, store);
  if (reference.kind === 'rejected') throw new Error(JSON.stringify(reference.problems));
  return reference.value;
}

const leftovers = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('pcm-pw-'));

describe('without Quantum ESPRESSO', () => {
  it('names the package that is missing', async () => {
    const outcome = await open({}, 'absent', { ...process.env, [PW_VARIABLE]: path.join(scratch, 'no-such-pw.x') });
    expect(outcome).toMatchObject({ kind: 'rejected', problems: [{ file: 'pcm.json', line: null }] });
    expect(JSON.stringify(outcome)).toMatch(/ENOENT.*apt-get install quantum-espresso quantum-espresso-data.*PCM_PW_X/);
  });

  it('does not take another program for pw.x', async () => {
    const outcome = await open({}, 'other', { ...process.env, [PW_VARIABLE]: process.execPath });
    expect(JSON.stringify(outcome)).toContain('does not introduce itself');
  });
});

describe.skipIf(!hasProgram())('Quantum ESPRESSO as a reference', () => {
  it('is another one with other pseudopotentials of the same names, and with more of them', async () => {
    const folder = path.join(scratch, 'pseudo');
    mkdirSync(folder);
    const write = (symbol: string, rest: string): void =>
      writeFileSync(
        path.join(folder, `${symbol}.UPF`),
        `<UPF version="2.0.1"><PP_HEADER element="${symbol}" pseudo_type="NC" functional="PBE" relativistic="scalar"/>${rest}</UPF>`,
      );
    const identity = async (): Promise<string> =>
      (await opened({ pseudopotentials: { folder: 'pseudo' } }, 'identity')).identity.sha256;
    write('Si', 'one');
    const first = await identity();
    expect(await identity()).toBe(first);
    write('Si', 'two');
    const second = await identity();
    write('Al', 'one');
    expect(new Set([first, second, await identity()]).size).toBe(3);
    rmSync(path.join(folder, 'Al.UPF'));
    write('Si', 'one');
    expect(await identity()).toBe(first);
  });
});

describe.skipIf(reason !== null)('Quantum ESPRESSO on two silicon atoms', () => {
  it(
    'gives the numbers of the stored run, keeps them, and leaves nothing behind',
    async () => {
      const before = leftovers();
      const reference = await opened({}, 'results');
      const first = await reference.evaluate(si2, never);
      const expected = readPwOutput(readFileSync('test/fixtures/dft/si2.xml', 'utf8'), si2.species).outcome;
      if (first.outcome.kind !== 'computed' || expected.kind !== 'computed') throw new Error(JSON.stringify(first));
      expect(first.stored).toBe(false);
      // The energy is converged to 1e-8 Ry; forces are first order in the density's error, so the square root of that counts.
      expect(Math.abs(first.outcome.energy - expected.energy)).toBeLessThan(1e-5);
      first.outcome.forces.forEach((force, k) => expect(Math.abs(force - expected.forces[k]!)).toBeLessThan(2e-3));
      first.outcome.stress!.forEach((s, k) => expect(Math.abs(s - expected.stress![k]!)).toBeLessThan(1e-4));

      const again = await (await opened({ timeLimitSeconds: 1000 }, 'results')).evaluate(si2, never);
      expect(again).toEqual({ outcome: first.outcome, stored: true });
      expect(readdirSync(path.join(scratch, 'results'))).toHaveLength(1);
      expect(leftovers()).toEqual(before);
    },
    LIMIT,
  );

  it(
    'computes a damaged stored result anew',
    async () => {
      const reference = await opened({}, 'damaged');
      await reference.evaluate(si2, never);
      const file = path.join(scratch, 'damaged', readdirSync(path.join(scratch, 'damaged'))[0]!);
      writeFileSync(file, readFileSync(file, 'utf8').slice(0, -40));
      const again = await reference.evaluate(si2, never);
      expect(again).toMatchObject({ stored: false, outcome: { kind: 'computed' } });
    },
    LIMIT,
  );

  it(
    'has no reference where the calculation does not converge, and remembers that',
    async () => {
      const reference = await opened({ scf: { steps: 2 } }, 'unconverged');
      const outcome = { kind: 'none', reason: expect.stringMatching(/did not converge \(2 steps/) as string };
      expect(await reference.evaluate(si2, never)).toEqual({ outcome, stored: false });
      expect(await reference.evaluate(si2, never)).toEqual({ outcome, stored: true });
    },
    LIMIT,
  );

  it('has no reference for an element without pseudopotential, and says where it looked', async () => {
    const reference = await opened({}, 'polonium');
    const { outcome } = await reference.evaluate({ ...si2, species: Uint8Array.of(14, 84) }, never);
    expect(outcome).toMatchObject({
      kind: 'none',
      reason: expect.stringContaining('no PBE pseudopotential for Po in /usr/share') as string,
    });
    expect(outcome).toMatchObject({
      reason: expect.stringContaining('"reference.pseudopotentials.files.Po"') as string,
    });
  });

  it('has none for slabs, large cells, and atoms on one another', async () => {
    const reference = await opened({ largestStructure: 2 }, 'unsuited');
    const reasonFor = async (change: object): Promise<string> => {
      const { outcome } = await reference.evaluate({ ...si2, ...change }, never);
      return outcome.kind === 'none' ? outcome.reason : 'computed';
    };
    expect(await reasonFor({ periodic: [true, true, false] })).toContain('not periodic');
    expect(await reasonFor({ species: Uint8Array.of(14, 14, 14), positions: new Float64Array(9) })).toContain(
      '3 atoms',
    );
    expect(await reasonFor({ positions: new Float64Array(6) })).toContain('at one place');
  });

  it(
    'ends at the time limit and when aborted, on one rank and on two, with no process left',
    async () => {
      for (const ranks of [1, 2]) {
        const slow = { kSpacing: 0.05, ranks };
        const limited = await opened({ ...slow, timeLimitSeconds: 1 }, 'slow');
        const { outcome } = await limited.evaluate(si2, never);
        expect(outcome).toMatchObject({
          kind: 'none',
          reason: expect.stringContaining('longer than the 1 s') as string,
        });
        const controller = new AbortController();
        const stopped = (await opened(slow, 'slow')).evaluate(si2, controller.signal);
        let working = 0;
        setTimeout(() => {
          working = running().length;
          controller.abort(new Error('enough'));
        }, 700);
        await expect(stopped).rejects.toThrow('enough');
        expect(working).toBeGreaterThanOrEqual(ranks);
      }
      expect(existsSync(path.join(scratch, 'slow'))).toBe(false);
      expect(running()).toEqual([]);
    },
    LIMIT,
  );
});

/** Processes of pw.x that work in our scratch folder; other test files run their own at the same time. */
function running(): string[] {
  const list = execFileSync('ps', ['-eo', 'pid,comm,args'], { encoding: 'utf8' });
  return list
    .split('\n')
    .filter((line) => /\bpw\.x\b/.test(line) && line.includes('pw.in') && !line.includes('defunct'))
    .filter((line) => workingFolder(Number.parseInt(line, 10)).startsWith(scratch));
}

/** Where a process works; empty for one that has ended meanwhile. */
function workingFolder(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}
