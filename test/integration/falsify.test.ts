import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Certificate } from '../../extension/core/certificate.ts';
import { worstCounterexamples } from '../../extension/core/dft/validation.ts';
import { revocationSchema } from '../../extension/core/revocation.ts';
import { upperFailureRate } from '../../extension/core/statistics/clopper-pearson.ts';
import type { FalsificationEvent, VerificationEvent } from '../../extension/protocol/falsification-events.ts';
import { pythonWithAse } from './oracle-workbench.ts';
import { pcm, problemsOf, resultOf, smallProject, temporaryProject, type Run } from './pcm-project.ts';

// Every step is a process of its own, and the machine may have others to run.
vi.setConfig({ testTimeout: 180_000 });

const project = temporaryProject(smallProject, 150);
const { folder } = project;
const sample = readFileSync(path.resolve('media/sample-project/data/screen.xyz'), 'utf8');
const python = pythonWithAse();
let file = '';
let certificate: Certificate;

/** Frames of an extended-XYZ text. */
function frames(text: string): string[] {
  const lines = text.trimEnd().split('\n');
  const found: string[] = [];
  for (let at = 0; at < lines.length;) {
    const size = Number(lines[at]) + 2;
    found.push(`${lines.slice(at, at + size).join('\n')}\n`);
    at += size;
  }
  return found;
}

const last = <Kind extends 'falsification' | 'verification'>(run: Run, kind: Kind) => {
  const event = run.events.at(-1);
  if (event?.kind !== kind) throw new Error(`${JSON.stringify(event)} ${run.stderr}`);
  return event as Kind extends 'falsification' ? FalsificationEvent : VerificationEvent;
};
const outcomeOf = (event: VerificationEvent, check: string): string | undefined =>
  event.checks.find((each) => each.check === check)?.outcome;

beforeAll(async () => {
  const run = await pcm('certify', folder, '--no-check', '--workers', '1');
  file = resultOf(run).certificate!;
  certificate = JSON.parse(readFileSync(file, 'utf8')) as Certificate;
}, 240_000);
afterAll(() => project.remove());

describe('pcm falsify', () => {
  it('drops what the certificate has seen, however it is told', async () => {
    const again = frames(sample).slice(0, 40);
    // The same crystals, moved as a whole: other content, nothing new.
    const moved = again.map((frame) => {
      const [count, comment, ...rows] = frame.trimEnd().split('\n');
      const shifted = rows.map((row) => {
        const [symbol, x, ...rest] = row.trim().split(/\s+/);
        return [symbol, String(Number(x) + 0.25), ...rest].join(' ');
      });
      return [count, comment, ...shifted, ''].join('\n');
    });
    project.write('again.xyz', [...again, ...moved].join(''));
    const run = await pcm('falsify', file, path.join(folder, 'again.xyz'));
    const { outcomes, verdict } = last(run, 'falsification');
    const trials = run.events.filter((event) => event.kind === 'trial');
    expect(trials).toHaveLength(80);
    const seen = new Set([...certificate.content.search.id, ...certificate.content.validation.id]);
    expect(seen.size).toBeGreaterThan(0);
    expect(outcomes.known).toBeGreaterThan(0);
    expect(outcomes.passes + outcomes.fails + outcomes.outside + outcomes.known + outcomes.refused).toBe(80);
    // A structure and its moved copy are never both counted.
    expect(outcomes.passes + outcomes.fails).toBeLessThanOrEqual(40);
    expect(['stands', 'undecided', 'revoked']).toContain(verdict);
  });

  it('bounds the failure rate anew with what is new, and leaves a certificate that stands alone', async () => {
    project.write('new.xyz', frames(sample).slice(150).join(''));
    const run = await pcm('falsify', file, path.join(folder, 'new.xyz'));
    const event = last(run, 'falsification');
    const { outcomes, rate } = event;
    expect(outcomes.passes + outcomes.fails).toBeGreaterThan(5);
    expect(rate.fresh).toEqual({
      inside: outcomes.passes + outcomes.fails,
      failures: outcomes.fails,
      upperBound: upperFailureRate(outcomes.fails, outcomes.passes + outcomes.fails, 0.05),
    });
    expect(rate.pooled.inside).toBe(rate.certified.inside + rate.fresh.inside);
    expect(event.verdict === 'revoked').toBe(event.revocation !== null);
    expect(run.code).toBe(event.verdict === 'stands' ? 0 : 1);
  });

  it('revokes with the simplest counterexample, in a record that names the certificate by its hash', async () => {
    // Labels that no model can meet: every new structure inside fails.
    const wrong = frames(sample)
      .slice(150, 260)
      .map((frame) => {
        const [count, comment, ...rows] = frame.trimEnd().split('\n');
        const columns = rows.map((row) => row.trim().split(/\s+/));
        return [count, comment, ...columns.map((row) => [...row.slice(0, 4), '50', '0', '0'].join(' ')), ''].join('\n');
      });
    expect(frames(sample)[150]).toMatch(/Properties=species:S:1:pos:R:3:forces:R:3/);
    project.write('wrong.xyz', wrong.join(''));
    const run = await pcm('falsify', file, path.join(folder, 'wrong.xyz'));
    const event = last(run, 'falsification');
    expect([run.code, event.verdict]).toEqual([1, 'revoked']);
    expect(event.outcomes.passes).toBe(0);
    const { hash, content } = revocationSchema.parse(JSON.parse(readFileSync(event.revocation!, 'utf8')));
    expect(event.revocation).toContain(hash.slice(0, 16));
    expect(content.certificate).toBe(certificate.hash);
    expect(content.failures).toBe(event.outcomes.fails);
    const [first] = content.counterexamples;
    expect(first!.id).toBe(event.counterexample!.id);
    expect(Number(first!.structure!.split('\n')[0])).toBe(event.counterexample!.atoms);
    const trialled = run.events.filter((each) => each.kind === 'trial' && each.outcome === 'fails');
    const atoms = trialled.map((each) => Number(wrong[each.kind === 'trial' ? each.index : 0]!.split('\n')[0]));
    expect(event.counterexample!.atoms).toBe(Math.min(...atoms));
    // Whoever looks at the certificate from now on is told.
    const verified = await pcm('verify', file, '--no-check', '--replay', '3');
    expect(verified.code).toBe(1);
    expect(outcomeOf(last(verified, 'verification'), 'revocation')).toBe('failed');
  });

  it('says what is wrong with files that are not there and models that are others', async () => {
    const missing = await pcm('falsify', file, path.join(folder, 'nowhere.xyz'));
    expect([missing.code, problemsOf(missing)[0]?.message]).toEqual([2, 'There is no such file.']);
    expect((await pcm('falsify', file)).code).toBe(2);
  });
});

describe('pcm verify', () => {
  const verify = async (...words: string[]) => pcm('verify', file, '--no-check', ...words);

  it('checks data, features, splits, model and every error from the files', async () => {
    const event = last(await verify('--replay', 'all'), 'verification');
    for (const check of ['content', 'data', 'features', 'model', 'replay'])
      expect([check, outcomeOf(event, check)]).toEqual([check, 'passed']);
    expect(outcomeOf(event, 'lean')).toBe('skipped');
  });

  it('notices data and models that are not the certified ones', async () => {
    const data = path.join(folder, 'data/screen.xyz');
    const before = readFileSync(data);
    writeFileSync(data, `${before.toString('utf8')}${frames(sample)[200]!}`);
    const changed = await verify();
    expect(outcomeOf(last(changed, 'verification'), 'data')).toBe('failed');
    writeFileSync(data, before);
    const model = path.join(folder, 'models/moments.onnx');
    const bytes = readFileSync(model);
    writeFileSync(model, readFileSync(path.join(folder, 'models/messages.onnx')));
    const swapped = last(await verify(), 'verification');
    expect([outcomeOf(swapped, 'model'), outcomeOf(swapped, 'replay')]).toEqual(['failed', 'skipped']);
    const refused = await pcm('falsify', file, data);
    expect([
      refused.code,
      problemsOf(refused).some(({ message }) => message.includes('not the one that was certified')),
    ]).toEqual([2, true]);
    writeFileSync(model, bytes);
  });
});

describe('pcm export', () => {
  it('writes the worst counterexamples with both sets of values, for others to read', async () => {
    const worst = worstCounterexamples(certificate.content, 4);
    expect(worst).toHaveLength(4);
    const out = path.join(folder, 'out');
    for (const format of ['extxyz', 'poscar', 'cif']) {
      const run = await pcm('export', file, '--format', format, '--top', '4', '--out', out);
      expect(run.code).toBe(0);
      expect(run.events.at(-1)).toMatchObject({ kind: 'exported', format, structures: 4 });
    }
    const text = readFileSync(path.join(out, 'moments-counterexamples.xyz'), 'utf8');
    expect(text.match(/mlip_energy=/g)).toHaveLength(4);
    expect(readdirSync(out).filter((name) => /\.(poscar|cif)$/.test(name))).toHaveLength(8);
    if (python === null) return;
    const script = `
import sys, json, glob, numpy as np
from ase.io import read
rows = []
for atoms in read(sys.argv[1] + '/moments-counterexamples.xyz', ':'):
    error = np.linalg.norm(atoms.arrays['mlip_forces'] - atoms.get_forces(), axis=1).max()
    rows.append([len(atoms), float(error), float(atoms.info['pcm_error'])])
for ending, format in [('poscar', 'vasp'), ('cif', 'cif')]:
    names = sorted(glob.glob(sys.argv[1] + '/*.' + ending))
    assert [len(read(name, format=format)) for name in names] == [row[0] for row in rows], ending
print(json.dumps(rows))`;
    const { stdout, stderr } = spawnSync(python, ['-c', script, out], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const rows = JSON.parse(stdout) as [number, number, number][];
    rows.forEach(([, error, stated], at) => {
      expect(Math.abs(error - stated)).toBeLessThan(1.1e-4);
      expect(stated).toBe(worst[at]!.error);
    });
  });

  it('writes inputs for pw.x with their pseudopotentials, or says what is missing', async () => {
    const out = path.join(folder, 'pw');
    const none = await pcm('export', file, '--format', 'pw-in', '--top', '1', '--out', out);
    const pseudo = process.env['ESPRESSO_PSEUDO'] ?? '/usr/share/espresso/pseudo';
    if (!existsSync(pseudo)) {
      console.warn(`skipped: there are no pseudopotentials in ${pseudo}`);
      expect([none.code, problemsOf(none)[0]?.fix]).toEqual([2, expect.stringContaining('ESPRESSO_PSEUDO')]);
      return;
    }
    const event = none.events.at(-1);
    if (event?.kind !== 'exported') throw new Error(JSON.stringify(event));
    for (const input of event.files) {
      const text = readFileSync(input, 'utf8');
      for (const [, symbol] of text.matchAll(/^ {2}([A-Z][a-z]?) 0\.0 /gm))
        expect(existsSync(path.join(path.dirname(input), `${symbol!}.UPF`))).toBe(true);
    }
    expect(none.code).toBe(event.files.length === 1 ? 0 : 2);
  });

  it('refuses formats that it does not know', async () => {
    const run = await pcm('export', file, '--format', 'xsf');
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining('--format takes extxyz, poscar, cif, pw-in')]);
  });
});
