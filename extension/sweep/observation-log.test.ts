import {
  appendFileSync,
  mkdtempSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findDataFiles } from './data-files.ts';
import { openObservationLog, readObservations, type ObservationLog } from './observation-log.ts';
import type { Observation } from './observation.ts';
import { defaultOracleSettings } from './oracle-settings.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'pcm-log-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const subject = { modelSha256: 'a'.repeat(64), settings: defaultOracleSettings, runtime: 'test' };

async function open(): Promise<ObservationLog> {
  const log = await openObservationLog(folder, subject);
  if (log.kind !== 'ok') throw new Error(log.problems[0]!.message);
  return log.value;
}

function observation(energy: number): Observation {
  const measurement = {
    energy,
    forceMagnitude: 0.1,
    energyError: null,
    forceError: 1 / 3,
    forceErrorAtom: 2,
    law: null,
  };
  return { kind: 'measured', detail: '', measurement: { status: 'predicted', ...measurement } };
}
const failed: Observation = {
  kind: 'measured',
  detail: 'it broke\n"badly"',
  measurement: {
    status: 'crashed',
    energy: NaN,
    forceMagnitude: NaN,
    energyError: null,
    forceError: NaN,
    forceErrorAtom: -1,
    law: null,
  },
};
const id = (k: number): string => k.toString(16).padStart(16, '0');

describe('the observation log', () => {
  it('can be read while another process writes to it, as far as it got', async () => {
    const read = async (): Promise<Pick<ObservationLog, 'get'>> => {
      const found = await readObservations(folder, subject);
      if (found.kind !== 'ok') throw new Error(found.problems[0]!.message);
      return found.value;
    };
    expect((await read()).get(id(1))).toBeUndefined();
    const log = await open();
    log.add(id(1), observation(3));
    await log.flush();
    log.add(id(2), failed);
    const bytes = readFileSync(log.path);
    const seen = await read();
    expect([seen.get(id(1)), seen.get(id(2))]).toStrictEqual([observation(3), undefined]);
    appendFileSync(log.path, '{"id":"torn');
    expect((await read()).get(id(1))).toStrictEqual(observation(3));
    // Reading mends nothing: the file is another process's.
    expect(readFileSync(log.path)).toStrictEqual(Buffer.concat([bytes, Buffer.from('{"id":"torn')]));
    await log.close();
  });

  it('gives back what was stored, bit for bit, and keeps the first of two', async () => {
    const log = await open();
    log.add(id(1), observation(0.1 + 0.2));
    log.add(id(1), observation(7));
    log.add(id(2), failed);
    await log.close();
    const again = await open();
    expect([again.size, again.get(id(1)), again.get(id(2))]).toStrictEqual([2, observation(0.1 + 0.2), failed]);
    await again.close();
  });

  it('cuts off a torn line at every length and goes on behind the last whole one', async () => {
    const log = await open();
    for (const k of [1, 2, 3]) log.add(id(k), observation(k));
    await log.close();
    const whole = readFileSync(log.path);
    for (let length = 0; length <= whole.length; length += 5) {
      writeFileSync(log.path, whole.subarray(0, length));
      const torn = await open();
      for (const k of [1, 2, 3]) torn.add(id(k), observation(k));
      await torn.close();
      expect(readFileSync(log.path, 'utf8')).toBe(whole.toString('utf8'));
    }
    appendFileSync(log.path, '\0\0\0\0{"id":');
    await (await open()).close();
    expect(readFileSync(log.path, 'utf8')).toBe(whole.toString('utf8'));
  });

  it('keeps a second sweep out, and takes over from a dead one', async () => {
    const log = await open();
    const second = await openObservationLog(folder, subject);
    expect(second.kind === 'rejected' && second.problems[0]!.message).toContain(`process ${process.pid}`);
    await log.close();
    writeFileSync(`${log.path}.lock`, JSON.stringify({ pid: 4_194_303, started: '1' }));
    await (await open()).close();
    writeFileSync(`${log.path}.lock`, 'nonsense');
    await (await open()).close();
  });

  it('leaves the lock of another machine alone until that has been silent for long', async () => {
    const log = await open();
    await log.close();
    writeFileSync(`${log.path}.lock`, JSON.stringify({ pid: process.pid, started: '1', host: 'elsewhere' }));
    const second = await openObservationLog(folder, subject);
    expect(second.kind === 'rejected' && second.problems[0]!.message).toContain('on elsewhere');
    const longAgo = new Date(Date.now() - 600_000);
    utimesSync(`${log.path}.lock`, longAgo, longAgo);
    await (await open()).close();
  });

  it('gives every shard a log of its own', async () => {
    const whole = await open();
    const shard = await openObservationLog(folder, subject, { index: 2, count: 3 });
    if (shard.kind !== 'ok') throw new Error(shard.problems[0]!.message);
    shard.value.add(id(1), observation(1));
    await shard.value.close();
    expect([whole.size, shard.value.path]).toEqual([0, whole.path.replace('.jsonl', '.2-of-3.jsonl')]);
    expect(readFileSync(shard.value.path, 'utf8')).toContain('"shard":{"count":3,"index":2}');
    await whole.close();
  });

  it('does not take another file for its log', async () => {
    const log = await open();
    await log.close();
    writeFileSync(log.path, '{"format":"something else"}\n');
    expect((await openObservationLog(folder, subject)).kind).toBe('rejected');
  });
});

describe('findDataFiles', () => {
  it('finds files in a fixed order and none outside the project', async () => {
    const project = join(folder, 'project');
    mkdirSync(join(project, 'data/deep'), { recursive: true });
    for (const name of ['data/b.xyz', 'data/a.xyz', 'data/.hidden.xyz', 'data/deep/c.xyz'])
      writeFileSync(join(project, name), '');
    writeFileSync(join(folder, 'secret.xyz'), '');
    const found = async (...patterns: string[]) => {
      const files = await findDataFiles(project, patterns, 'pcm.json');
      return files.kind === 'ok'
        ? files.value.map((file) => file.path)
        : files.problems.map((problem) => problem.message);
    };
    expect(await found('data/*.xyz')).toEqual(['data/a.xyz', 'data/b.xyz']);
    expect(await found('**/?.xyz', 'data/a.xyz')).toEqual(['data/a.xyz', 'data/b.xyz', 'data/deep/c.xyz']);
    expect(await found('none*.xyz')).toEqual(['No file matches "none*.xyz".']);
    expect(await found('../secret.xyz')).toEqual(['The data pattern "../secret.xyz" leaves the project folder.']);
    symlinkSync(join(folder, 'secret.xyz'), join(project, 'data/link.xyz'));
    expect(await found('data/*.xyz')).toEqual(['data/link.xyz is a link that leads out of the project folder.']);
  });
});
