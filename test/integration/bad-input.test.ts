import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pcm, problemsOf, resultOf, smallProject, temporaryProject, type TemporaryProject } from './pcm-project.ts';

const LIMIT = 120_000;
const models = path.resolve('test/fixtures/models');

/** Two silicon atoms; `change` may spoil any of its lines. */
function frame(change: (lines: string[]) => void = () => undefined): string {
  const lines = [
    '2',
    'Lattice="5.4 0 0 0 5.4 0 0 0 5.4" Properties=species:S:1:pos:R:3:forces:R:3 energy=-10.0 pbc="T T T"',
    'Si 0.0 0.0 0.0 0.1 0.0 0.0',
    'Si 1.35 1.35 1.35 -0.1 0.0 0.0',
  ];
  change(lines);
  return `${lines.join('\n')}\n`;
}

describe('bad input ends in a message with file, line and fix, never in half a result', () => {
  let project: TemporaryProject;
  beforeEach(() => {
    project = temporaryProject(smallProject, 60);
  });
  afterEach(() => project.remove());

  it.each([
    ['an empty file', '', null],
    ['binary garbage', Buffer.from([0, 1, 2, 0xff, 0xfe, 0, 10, 13, 0]), 1],
    ['a truncated frame', frame().split('\n').slice(0, 3).join('\n'), null],
  ])(
    'data: %s',
    async (_, content, line) => {
      project.write('data/screen.xyz', content);
      const run = await pcm('certify', project.folder);
      const problem = problemsOf(run).find(({ severity }) => severity === 'error');
      expect(run.code).toBe(2);
      expect(problem).toMatchObject({ file: 'data/screen.xyz' });
      if (line !== null) expect(problem?.line).toBe(line);
      expect(problem?.fix).not.toBe('');
      expect(readdirSync(project.folder)).not.toContain('certificates');
    },
    LIMIT,
  );

  it.each([
    ['a 10 MB line', frame((lines) => (lines[1] = `${lines[1]} comment=${'x'.repeat(10_000_000)}`))],
    ['NaN forces', frame((lines) => (lines[2] = 'Si 0.0 0.0 0.0 nan 0.0 0.0'))],
    ['an unknown element', frame((lines) => (lines[2] = 'Xx 0.0 0.0 0.0 0.1 0.0 0.0'))],
    ['a cell without volume', frame((lines) => (lines[1] = lines[1]!.replace('0 0 5.4"', '0 5.4 0"')))],
    ['two atoms at one place', frame((lines) => (lines[3] = 'Si 5.4 0.0 0.0 -0.1 0.0 0.0'))],
  ])(
    'data: %s is left out, and said',
    async (_, spoiled) => {
      const before = readFileSync(path.join(project.folder, 'data/screen.xyz'), 'utf8');
      project.write(
        'data/spoiled.xyz',
        frame() + spoiled + frame((lines) => (lines[3] = 'Si 1.4 1.4 1.4 -0.1 0.0 0.0')),
      );
      project.write('data/screen.xyz', before);
      project.configure({ ...smallProject, data: ['data/*.xyz'] });
      const run = await pcm('certify', project.folder, '--no-check');
      const about = problemsOf(run).filter(({ file, severity }) => file === 'data/spoiled.xyz' && severity === 'error');
      expect(about.length).toBeGreaterThan(0);
      expect(about[0]!.line).toBeGreaterThan(4);
      expect(about[0]!.line).toBeLessThan(10);
      expect(resultOf(run).structures.refused).toBeGreaterThan(0);
    },
    LIMIT,
  );

  it.each(['no-metadata.onnx', 'bad-metadata.onnx', 'wrong-inputs.onnx', 'external-weights.onnx'])(
    'model: %s',
    async (name) => {
      project.write('models/bad.onnx', readFileSync(path.join(models, name)));
      project.configure({ ...smallProject, models: [{ id: 'bad', kind: 'onnx', path: 'models/bad.onnx' }] });
      const run = await pcm('certify', project.folder);
      expect(run.code).toBe(2);
      expect(problemsOf(run)[0]).toMatchObject({ severity: 'error', file: 'models/bad.onnx' });
      expect(problemsOf(run)[0]!.fix).not.toBe('');
    },
    LIMIT,
  );

  it(
    'a model that cannot be used does not keep the others from being certified',
    async () => {
      project.write('models/bad.onnx', 'this is not a model');
      const bad = { id: 'bad', kind: 'onnx', path: 'models/bad.onnx' };
      project.configure({ ...smallProject, models: [bad, ...smallProject.models] });
      const run = await pcm('certify', project.folder, '--no-check');
      expect(run.code).toBe(2);
      expect(problemsOf(run)[0]).toMatchObject({ severity: 'error', file: 'models/bad.onnx' });
      expect(resultOf(run).model).toBe('moments');
    },
    LIMIT,
  );

  it.each([
    ['no ONNX at all', 'this is not a model'],
    ['nothing', ''],
  ])(
    'model: %s',
    async (_, content) => {
      project.write('models/moments.onnx', content);
      const run = await pcm('certify', project.folder);
      expect(run.code).toBe(2);
      expect(problemsOf(run)[0]).toMatchObject({ severity: 'error', file: 'models/moments.onnx' });
    },
    LIMIT,
  );

  it.each([
    ['a wrong key', { ...smallProject, modles: [] }, 'Write "models".'],
    ['a negative threshold', { ...smallProject, failure: { kind: 'force-error', threshold: -1 } }, 'failure.threshold'],
    ['a path that leaves the project', { ...smallProject, data: ['../../etc/*.xyz'] }, 'data.0'],
    ['too many decimals', { ...smallProject, failure: { kind: 'force-error', threshold: 0.123456 } }, '4 decimals'],
    ['data that are not there', { ...smallProject, data: ['nothing/*.xyz'] }, 'nothing'],
    ['a model that is not there', { ...smallProject, models: [{ id: 'm', kind: 'onnx', path: 'm.onnx' }] }, 'models'],
    [
      'a table that cannot decide the criterion',
      { ...smallProject, models: [{ id: 't', kind: 'table', path: 't.csv', key: 'id', energyPerAtom: 'e' }] },
      'names no column "forceError"',
    ],
    [
      'a program that is not there',
      { ...smallProject, models: [{ id: 'a', kind: 'ase', factory: 'a:b', python: 'no-such-python' }] },
      'The program "no-such-python" was not found',
    ],
  ])(
    'pcm.json: %s',
    async (_, settings, expected) => {
      project.configure(settings);
      const run = await pcm('certify', project.folder);
      expect(run.code).toBe(2);
      const texts = problemsOf(run).map(({ message, fix }) => `${message} ${fix}`);
      expect(texts.join('\n')).toContain(expected);
    },
    LIMIT,
  );

  it(
    'a link that leads out of the project',
    async () => {
      symlinkSync('/etc/hostname', path.join(project.folder, 'data/link.xyz'));
      project.configure({ ...smallProject, data: ['data/*.xyz'] });
      const run = await pcm('certify', project.folder);
      expect(run.code).toBe(2);
      expect(problemsOf(run)[0]?.message).toContain('leads out');
    },
    LIMIT,
  );

  it('a project folder that is not there', async () => {
    const run = await pcm('certify', path.join(project.folder, 'nowhere'));
    expect(run.code).toBe(2);
    expect(problemsOf(run)).toHaveLength(1);
  });

  it(
    'a full disk',
    async (context) => {
      const disk = mkdtempSync(path.join(tmpdir(), 'pcm-full-'));
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'ignore' });
      } catch {
        rmSync(disk, { recursive: true, force: true });
        console.warn('skipped: a small file system can only be mounted by root');
        context.skip();
        return;
      }
      try {
        const run = await pcm('certify', project.folder, '--no-check', '--out', disk);
        expect(run.code).toBe(2);
        expect(problemsOf(run).at(-1)?.fix).toContain('Free some space');
        expect(readdirSync(disk).filter((name) => name.endsWith('.pcm-cert.json'))).toEqual([]);
      } finally {
        execFileSync('umount', [disk]);
        rmSync(disk, { recursive: true, force: true });
      }
    },
    LIMIT,
  );
});
