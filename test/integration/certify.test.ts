import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { certificateSchema } from '../../extension/core/certificate.ts';
import {
  hashOf,
  pcm,
  problemsOf,
  resultOf,
  smallProject,
  startPcm,
  temporaryProject,
  type TemporaryProject,
} from './pcm-project.ts';

const LIMIT = 300_000;

/** Sets a key of a project, however deep. */
function set(project: Record<string, unknown>, keys: readonly string[], value: number): void {
  let inner = project;
  for (const key of keys.slice(0, -1)) inner = inner[key] as Record<string, unknown>;
  inner[keys.at(-1)!] = value;
}

describe('pcm certify, from a project to verdicts', () => {
  let project: TemporaryProject;
  beforeEach(() => {
    project = temporaryProject();
  });
  afterEach(() => project.remove());

  it(
    'proves an honest claim, and check, inspect and errors agree with it',
    async () => {
      const run = await pcm('certify', project.folder);
      const result = resultOf(run);
      expect(result.obligations.map(({ theorem, verdict }) => `${theorem} ${verdict}`)).toEqual([
        'nested proved',
        'observed_000 proved',
        'excluded_000 proved',
        'coverage proved',
        'bootstrap proved',
        'confidence proved',
        'conformal proved',
        'safe proved',
      ]);
      expect(run.code).toBe(0);
      expect(run.events.filter((event) => event.kind === 'round')).toHaveLength(2);
      expect(result.verdicts).toEqual({ proved: 8, refuted: 0, stuck: 0 });
      const certificate = certificateSchema.parse(JSON.parse(readFileSync(result.certificate!, 'utf8')));
      expect(result.structures.tested).toBe(
        certificate.content.search.id.length + certificate.content.validation.id.length,
      );
      expect(existsSync(path.join(project.folder, 'certificates/lean/Certificates/Moments.lean'))).toBe(true);

      const checked = await pcm('check', result.certificate!, '--backend', 'embedded');
      expect(checked.code).toBe(0);
      expect(resultOf(checked).verdicts).toEqual(result.verdicts);
      expect(resultOf(await pcm('inspect', result.certificate!)).obligations).toEqual(result.obligations);

      const errors = await pcm('errors', project.folder, '--model', 'moments');
      const observations = errors.events.filter((event) => event.kind === 'observation');
      expect(observations.map(({ index }) => index)).toEqual([...Array(150).keys()]);
      const { search, data } = certificate.content;
      search.index.forEach((index, row) => {
        expect(data[search.file[row]!]!.file).toBe(observations[index]!.file);
        expect(search.error[row]).toBe(Math.ceil(observations[index]!.error! * 10_000));
      });
    },
    LIMIT,
  );

  it(
    'refutes a claim that says too much, down to the structure',
    async () => {
      project.configure({ ...smallProject, claim: { ...smallProject.claim, failureRate: 0.001 } });
      const run = await pcm('certify', project.folder);
      expect(run.code).toBe(1);
      const confidence = resultOf(run).obligations.find(({ kind }) => kind === 'confidence')!;
      expect(confidence.verdict).toBe('refuted');
      expect(confidence.reason).toMatch(
        /validation structures inside the envelope fail.*To mend it, claim "failureRate": 0\.\d+/,
      );
      expect(resultOf(run).obligations.find(({ kind }) => kind === 'safe')!.verdict).toBe('refuted');
    },
    LIMIT,
  );

  it(
    'offers edits of the project that make a refuted error bound and a refuted risk bound true',
    async () => {
      const claim = { ...smallProject.claim, conformal: { miscoverage: 0.1, bound: 0.01 }, risk: 0.01 };
      const settings = { ...smallProject, claim, risk: { trees: 10, depth: 2 } };
      project.configure(settings);
      const run = await pcm('certify', project.folder);
      expect(run.code).toBe(1);
      const refuted = run.events.flatMap((event) =>
        event.kind === 'verdict' && event.verdict === 'refuted' ? [event] : [],
      );
      expect(refuted.map(({ theorem }) => theorem)).toEqual(['conformal', 'universal', 'safe']);
      expect(refuted[1]!.reason).toMatch(/At min_distance_ratio [\d.]+, volume_per_atom [\d.]+ Å³ the score is/);
      const mended = structuredClone(settings) as Record<string, unknown>;
      for (const { remedies } of refuted.slice(0, 2)) {
        const { edits } = remedies!.find((remedy) => remedy.edits.length > 0)!;
        for (const { path: keys, value } of edits) set(mended, keys, value);
      }
      project.configure(mended);
      const again = await pcm('certify', project.folder);
      expect(resultOf(again).verdicts).toEqual({ proved: 9, refuted: 0, stuck: 0 });
      expect(again.code).toBe(0);
    },
    LIMIT,
  );

  it(
    'gives the same certificate with any number of workers, after an interruption and after kill -9',
    async () => {
      const reference = hashOf(await pcm('certify', project.folder, '--no-check', '--workers', '1', '--out', 'one'));
      const other = temporaryProject();
      try {
        expect(hashOf(await pcm('certify', other.folder, '--no-check', '--workers', '3'))).toBe(reference);
      } finally {
        other.remove();
      }
      const interrupted = temporaryProject();
      try {
        const stopped = startPcm(['certify', interrupted.folder, '--no-check']);
        stopped.child.stdout!.once('data', () => setTimeout(() => stopped.child.kill('SIGINT'), 300));
        expect((await stopped.done).code).not.toBe(1);
        for (const delay of [200, 500, 800]) {
          const killed = startPcm(['certify', interrupted.folder, '--no-check']);
          setTimeout(() => killed.child.kill('SIGKILL'), delay);
          await killed.done.catch(() => undefined);
        }
        expect(hashOf(await pcm('certify', interrupted.folder, '--no-check'))).toBe(reference);
      } finally {
        interrupted.remove();
      }
    },
    LIMIT,
  );

  it(
    'reads gzip as it reads plain text',
    async () => {
      const observed = async (): Promise<unknown[]> => {
        const run = await pcm('errors', project.folder);
        return run.events.flatMap((event) => (event.kind === 'observation' ? [{ ...event, file: '' }] : []));
      };
      const plain = await observed();
      project.write('data/screen.xyz.gz', gzipSync(readFileSync(path.join(project.folder, 'data/screen.xyz'))));
      project.configure({ ...smallProject, data: ['data/*.gz'] });
      expect(await observed()).toEqual(plain);
      expect(plain).toHaveLength(150);
    },
    LIMIT,
  );

  it(
    'keeps names from the project out of the Lean code',
    async () => {
      const name = '-/ theorem evil : False := sorry /- "\n\\ \u202e';
      project.configure({ ...smallProject, name });
      const frames = readFileSync(path.join(project.folder, 'data/screen.xyz'), 'utf8');
      project.write('data/screen.xyz', frames.replace(/structure_id=\S+/g, 'structure_id="-/ axiom evil : False /-"'));
      const run = await pcm('certify', project.folder);
      expect(run.code).toBe(0);
      const source = readFileSync(path.join(project.folder, 'certificates/lean/Certificates/Moments.lean'), 'utf8');
      expect(source).not.toContain('-/ theorem');
      expect(source).not.toContain('\u202e');
    },
    LIMIT,
  );

  it(
    'does not check what was edited by hand',
    async () => {
      const { certificate } = resultOf(await pcm('certify', project.folder, '--no-check'));
      const lean = path.join(project.folder, 'certificates/lean/Certificates/Moments.lean');
      const source = readFileSync(lean, 'utf8');
      writeFileSync(lean, source.replace('theorem confidence', 'theorem confidence_'));
      const edited = await pcm('check', certificate!);
      expect(edited.code).toBe(2);
      expect(problemsOf(edited)[0]?.message).toContain('not what the certificate');
      writeFileSync(lean, source);
      const text = readFileSync(certificate!, 'utf8');
      writeFileSync(certificate!, text.replace('"violations":2', '"violations":3'));
      const forged = await pcm('check', certificate!);
      expect(forged.code).toBe(2);
      expect(problemsOf(forged)[0]?.message).toContain('hash');
    },
    LIMIT,
  );
});
