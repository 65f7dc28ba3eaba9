import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '../core/problem.ts';
import type { PcmEvent } from '../protocol/events.ts';
import { createCertifier, type Certifier } from './certifier.ts';

const problem: PcmEvent = { kind: 'problem', severity: 'warning', file: 'a.xyz', line: 2, message: 'm', fix: 'f' };
const result: PcmEvent = {
  kind: 'result',
  certificate: 'certificates/mace.pcm-cert.json',
  model: 'mace',
  verdicts: { proved: 1, refuted: 0, stuck: 0 },
  obligations: [{ id: 'safe', kind: 'safe', theorem: 'safe', verdict: 'proved', reason: '' }],
  structures: { tested: 4, failed: 0, refused: 0 },
  validation: { inside: 2, failures: 0, upperBound: 0.8 },
  lean: null,
};

const refuted: PcmEvent = { ...result, verdicts: { proved: 0, refuted: 1, stuck: 0 } };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pcm-certifier-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A certifier whose command line is `script`, and the log of what it noticed. */
function certifierOf(script: string): { certifier: Certifier; noted: string[] } {
  const cli = path.join(folder, 'pcm.cjs');
  writeFileSync(cli, script);
  const noted: string[] = [];
  const certifier = createCertifier({
    cli,
    log: {
      info: () => undefined,
      warn: (message) => noted.push(`warn ${message}`),
      error: (message) => noted.push(`error ${String(message)}`),
    },
    findings: {
      clear: () => noted.push('cleared'),
      addProblem: (_target, { file, line }: Problem) => noted.push(`problem ${file}:${line ?? ''}`),
    },
  });
  return { certifier, noted };
}

function target(): { folder: string; config: string } {
  return { folder, config: 'pcm.json' };
}

describe('a certification in a child process', () => {
  it('collects events, says what it did not understand, and takes the outcome from the exit code', async () => {
    const { certifier, noted } = certifierOf(`
      if (process.argv.slice(2).join(' ') !== ${JSON.stringify('certify FOLDER --config pcm.json --json')}.replace('FOLDER', __dirname)) process.exit(7);
      if (process.env.ELECTRON_RUN_AS_NODE !== '1') process.exit(8);
      console.log(${JSON.stringify(JSON.stringify(problem))});
      console.log('not an event');
      console.log('{"kind":"result"}');
      console.error('a word on the side');
      console.log(${JSON.stringify(JSON.stringify(result))});
    `);
    const finished = await certifier.start(target(), 'oxides');
    expect(finished?.outcome).toEqual({ kind: 'proved' });
    expect(certifier.state().models.map(({ id }) => id)).toEqual(['mace']);
    expect(certifier.certificate('mace')).toBe(path.join(folder, 'certificates/mace.pcm-cert.json'));
    expect(noted.filter((note) => note.startsWith('error'))).toHaveLength(2);
    expect(noted).toContain('warn a word on the side');
    expect(noted.filter((note) => !/^(error|warn)/.test(note))).toEqual(['cleared', 'problem a.xyz:2']);
  });

  it.each([
    [1, refuted, 'refuted'],
    [2, refuted, 'undecided'],
    [0, refuted, 'broken'],
    [1, result, 'broken'],
    [0, problem, 'broken'],
    [70, result, 'broken'],
  ])('reads exit code %i after the last event as its outcome', async (code, last, kind) => {
    const { certifier } = certifierOf(
      `console.log(${JSON.stringify(JSON.stringify(last))}); process.exitCode = ${code}`,
    );
    expect((await certifier.start(target(), 'oxides'))?.outcome.kind).toBe(kind);
  });

  it('runs one at a time and can be cancelled', async () => {
    const { certifier } = certifierOf(`setInterval(() => {}, 1000)`);
    expect(certifier.cancel()).toBe(false);
    const run = certifier.start(target(), 'oxides');
    expect(certifier.start(target(), 'oxides')).toBeNull();
    expect(certifier.cancel()).toBe(true);
    expect(certifier.state().run).toMatchObject({ kind: 'running', stopping: true });
    expect((await run)?.outcome).toEqual({ kind: 'cancelled' });
    expect(certifier.state().run.kind).toBe('ended');
  });

  it('pauses by a clean stop and goes on with the models that are left, as one run', async () => {
    const { certifier, noted } = certifierOf(`
      const { existsSync, writeFileSync } = require('node:fs');
      const say = (event) => console.log(JSON.stringify(event));
      const result = ${JSON.stringify(result)};
      const words = process.argv.slice(2).join(' ');
      if (!words.includes('--skip')) {
        say(result);
        process.on('SIGINT', () => {
          say({ kind: 'problem', severity: 'warning', file: 'pcm.json', line: 1, message: 'stopped', fix: '' });
          process.exit(2);
        });
        setInterval(() => {}, 1000);
      } else if (words.endsWith('--skip mace --json')) {
        say({ ...result, model: 'chgnet', verdicts: { proved: 0, refuted: 1, stuck: 0 } });
        process.exitCode = 1;
      }
    `);
    expect(certifier.pause()).toBe(false);
    const stored: (readonly string[] | undefined)[] = [];
    certifier.runChanged.on((run) => stored.push(run?.finished));
    const run = certifier.start(target(), 'oxides');
    await until(certifier, () => certifier.state().models.length === 1);
    expect(certifier.resume()).toBe(false);
    expect(certifier.pause()).toBe(true);
    await until(certifier, () => certifier.state().run.kind === 'paused');
    expect(certifier.start(target(), 'oxides')).toBeNull();
    expect(certifier.resume()).toBe(true);
    const finished = await run;
    expect(finished?.outcome).toEqual({ kind: 'refuted' });
    expect(finished?.results.map(({ model }) => model)).toEqual(['mace', 'chgnet']);
    expect(certifier.state().models.map(({ id }) => id)).toEqual(['mace', 'chgnet']);
    expect(stored).toEqual([[], ['mace'], undefined]);
    expect(noted.filter((note) => note.startsWith('problem'))).toEqual([]);
  });

  it('pauses a run whose process was killed, says why, and goes on with the models that are left', async () => {
    const { certifier } = certifierOf(`
      const result = ${JSON.stringify(result)};
      if (!process.argv.includes('--skip')) {
        process.stdout.write(JSON.stringify(result) + '\\n', () => process.kill(process.pid, 'SIGKILL'));
      } else console.log(JSON.stringify({ ...result, model: process.argv.at(-2) + '-2' }));
    `);
    const told: unknown[] = [];
    certifier.interrupted.on((interruption) => told.push(interruption));
    const run = certifier.start(target(), 'oxides');
    await until(certifier, () => certifier.state().run.kind === 'paused');
    const reason = 'The pcm process was ended by SIGKILL.';
    expect(told).toEqual([{ name: 'oxides', reason }]);
    expect(certifier.state().run).toMatchObject({ reason });
    certifier.resume();
    const finished = await run;
    expect(finished?.outcome).toEqual({ kind: 'proved' });
    expect(finished?.results.map(({ model }) => model)).toEqual(['mace', 'mace-2']);
  });

  it('ends a paused run that is cancelled, and takes up one from before a reload as paused', async () => {
    const { certifier } = certifierOf(`process.exitCode = 70`);
    const adopted = certifier.adopt({ target: target(), name: 'oxides', finished: [] }, 'reloaded');
    expect(certifier.state().run).toMatchObject({ kind: 'paused', reason: 'reloaded' });
    expect(certifier.cancel()).toBe(true);
    expect((await adopted)?.outcome).toEqual({ kind: 'cancelled' });
    const again = certifier.adopt({ target: target(), name: 'oxides', finished: [] }, 'reloaded');
    certifier.resume();
    expect((await again)?.outcome.kind).toBe('broken');
  });

  it('certifies one model where one is asked for', async () => {
    const { certifier } = certifierOf(`
      if (process.argv.slice(-3).join(' ') !== '--model mace --json') process.exit(7);
      console.log(${JSON.stringify(JSON.stringify(result))});
    `);
    expect((await certifier.start({ ...target(), model: 'mace' }, 'oxides'))?.outcome).toEqual({ kind: 'proved' });
  });
});

/** Until the state is as wanted; the test's own time limit ends a wait that is in vain. */
function until(certifier: Certifier, reached: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (reached()) {
      resolve();
      return;
    }
    const listening = certifier.changed.on(() => {
      if (!reached()) return;
      listening.dispose();
      resolve();
    });
  });
}
