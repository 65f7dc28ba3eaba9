import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ValidatedEvent, ValidationEvent } from '../../extension/protocol/validation-events.ts';
import {
  pcm,
  problemsOf,
  resultOf,
  smallProject,
  startPcm,
  temporaryProject,
  type Run,
  type TemporaryProject,
} from './pcm-project.ts';

const LIMIT = 240_000;

function missing(): string | null {
  try {
    execFileSync('which', ['pw.x'], { stdio: 'ignore' });
  } catch {
    return 'pw.x is not installed (Debian: quantum-espresso)';
  }
  return existsSync('/usr/share/espresso/pseudo')
    ? null
    : 'there are no pseudopotentials (Debian: quantum-espresso-data)';
}
const reason = missing();
if (reason !== null) console.warn(`Skipping the tests that validate with Quantum ESPRESSO: ${reason}.`);

/** Far too coarse to be right, and a second long. */
const coarse = {
  kind: 'quantum-espresso',
  kSpacing: 1.5,
  cutoffs: { wavefunction: 20, density: 100 },
  pseudopotentials: { folder: '/usr/share/espresso/pseudo', files: { Si: 'Si.pbe-rrkj.UPF' } },
  scf: { accuracy: 1e-5 },
  timeLimitSeconds: 30,
};

const validatedIn = (run: Run): ValidatedEvent[] => run.events.filter((event) => event.kind === 'validated');
const validationIn = (run: Run): ValidationEvent => {
  const last = run.events.at(-1);
  if (last?.kind !== 'validation') throw new Error(JSON.stringify(last) + run.stderr);
  return last;
};

describe('pcm validate', () => {
  let project: TemporaryProject;
  let certificate: string;
  beforeAll(async () => {
    project = temporaryProject(smallProject, 100);
    certificate = resultOf(await pcm('certify', project.folder, '--no-check')).certificate!;
    project.configure({ ...smallProject, reference: coarse }, 'dft.json');
  }, LIMIT);
  afterAll(() => project.remove());

  it(
    'names the package where the program is missing',
    async () => {
      const run = await startPcm(['validate', certificate], { PCM_PW_X: path.join(project.folder, 'none') }).done;
      expect(run.code).toBe(2);
      expect(problemsOf(run)[0]?.fix).toContain('apt-get install quantum-espresso');
    },
    LIMIT,
  );

  it('says what is wrong with unknown settings, by line', async () => {
    project.configure({ ...smallProject, reference: { ...coarse, kspacing: 1 } }, 'wrong.json');
    const run = await pcm('validate', certificate, '--config', 'wrong.json');
    expect(run.code).toBe(2);
    expect(problemsOf(run)[0]).toMatchObject({ file: 'wrong.json', fix: 'Write "kSpacing".' });
  });

  it.skipIf(reason !== null)(
    'computes the worst counterexamples, says what became of each, and never computes one twice',
    async () => {
      const words = ['validate', certificate, '--top', '6', '--config', 'dft.json'];
      const first = await pcm(...words);
      const validated = validatedIn(first);
      const summary = validationIn(first);
      expect(problemsOf(first)).toEqual([]);
      expect(validated).toHaveLength(6);
      const errors = validated.map(({ certified }) => certified ?? Infinity);
      expect(errors).toEqual([...errors].sort((a, b) => b - a));
      const computed = validated.filter((event) => event.reason === null);
      expect(summary.computed).toBe(computed.length);
      expect(summary.confirmed + summary.refuted + summary.undecided).toBe(6);
      expect(first.code).toBe(summary.refuted > 0 ? 1 : summary.undecided > 0 ? 2 : 0);
      expect(computed.length).toBeGreaterThan(0);
      for (const event of computed) {
        expect(event.forceRatio).toBeCloseTo(event.referenceForce! / event.modelForce!, 12);
        expect(event.scfSteps).toBeGreaterThan(1);
        expect(event.confirmed).toBe(event.forceError! > smallProject.failure.threshold);
      }
      for (const event of validated.filter((other) => other.reason !== null)) {
        expect(event).toMatchObject({ referenceForce: null, forceRatio: null, confirmed: null, scfSteps: null });
      }

      const again = await pcm(...words);
      const kept = validatedIn(again).filter((event) => event.reason === null);
      expect(kept.every(({ stored }) => stored)).toBe(true);
      expect(validationIn(again)).toEqual(summary);
      expect(readdirSync(path.join(project.folder, '.pcm/references')).length).toBeGreaterThanOrEqual(computed.length);
    },
    LIMIT,
  );

  it.skipIf(reason !== null)(
    'refuses data that are not those of the certificate',
    async () => {
      const other = temporaryProject(smallProject, 100);
      try {
        const own = resultOf(await pcm('certify', other.folder, '--no-check')).certificate!;
        other.write(
          'data/screen.xyz',
          '1\nLattice="5 0 0 0 5 0 0 0 5" pbc="T T T" Properties=species:S:1:pos:R:3\nSi 0 0 0\n',
        );
        const run = await pcm('validate', own);
        expect(run.code).toBe(2);
        expect(problemsOf(run)[0]).toMatchObject({ file: 'data/screen.xyz' });
        expect(problemsOf(run)[0]?.message).toContain('not the one that was certified');
      } finally {
        other.remove();
      }
    },
    LIMIT,
  );
});
