import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { indexPath } from './observation-index.ts';
import { openObservationLog, type ObservationLog } from './observation-log.ts';
import type { Observation } from './observation.ts';
import { defaultOracleSettings } from './oracle-settings.ts';
import { countObservations } from './shards/count-observations.ts';

const subject = { modelSha256: 'a'.repeat(64), settings: defaultOracleSettings, runtime: 'test' };
const COUNT = 3000;
const id = (k: number): string =>
  Math.imul(k + 1, 2654435761)
    .toString(16)
    .replace('-', '')
    .padStart(16, String(k % 10));
const observation = (k: number): Observation =>
  k % 7 === 0
    ? { kind: 'refused', detail: `refused ${k} é` }
    : {
        kind: 'measured',
        detail: '',
        measurement: {
          status: 'predicted',
          energy: k % 11 === 0 ? Number.NaN : -k / 3,
          forceMagnitude: k / 7,
          energyError: k % 2 === 0 ? null : 1e-9 * k,
          forceError: k % 3 === 0 ? null : Math.sqrt(k),
          forceErrorAtom: k % 50,
          law:
            k % 5 === 0
              ? {
                  law: 'rotation-forces',
                  unit: 'eV/Å',
                  residual: k % 10 === 0 ? Number.NaN : k / 3,
                  tolerance: 1e-4,
                  skipped: k % 4 === 0 ? ['supercell'] : [],
                  asked: k,
                }
              : null,
        },
      };

let folder = '';
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'pcm-index-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function opened(): Promise<ObservationLog> {
  const log = await openObservationLog(folder, subject);
  if (log.kind !== 'ok') throw new Error(log.problems[0]!.message);
  return log.value;
}

async function filled(): Promise<string> {
  const log = await opened();
  for (let k = 0; k < COUNT; k++) log.add(id(k), observation(k));
  await log.close();
  return log.path;
}

async function expectAll(count: number): Promise<void> {
  const log = await opened();
  expect(log.size).toBe(count);
  for (let k = 0; k < count; k++) expect(log.get(id(k))).toEqual(observation(k));
  expect(log.has(id(count))).toBe(false);
  await log.close();
}

describe('the index of a log', () => {
  it('gives back what the log holds, with lines that were added after it', async () => {
    const file = await filled();
    const index = readFileSync(indexPath(file));
    await expectAll(COUNT);
    const log = await opened();
    for (let k = COUNT; k < COUNT + 5; k++) log.add(id(k), observation(k));
    await log.close();
    // Too few to be worth another index.
    expect(readFileSync(indexPath(file)).equals(index)).toBe(true);
    appendFileSync(file, '{"id":"torn');
    expect(await countObservations(file, null)).toBe(COUNT + 5);
    await expectAll(COUNT + 5);
  });

  it('is not believed about another log, a changed one, or when it is damaged', async () => {
    const file = await filled();
    const [text, index] = [readFileSync(file, 'utf8'), readFileSync(indexPath(file))];
    // The line of the log counts, not what the index remembers of it.
    writeFileSync(file, text.replace('refused 7 é', 'refused 8 é'));
    const changed = await opened();
    expect(changed.get(id(7))).toEqual({ kind: 'refused', detail: 'refused 8 é' });
    await changed.close();
    writeFileSync(file, text);
    for (const at of [10, 600, index.length - 3]) {
      const damaged = Buffer.from(index);
      damaged[at]! ^= 1;
      writeFileSync(indexPath(file), damaged);
      await expectAll(COUNT);
    }
    writeFileSync(indexPath(file), index);
    truncateSync(indexPath(file), index.length - 1);
    await expectAll(COUNT);
    writeFileSync(indexPath(file), index);
    truncateSync(file, text.length / 2);
    const short = await opened();
    expect(short.size).toBeLessThan(COUNT);
    await short.close();
  });

  it('is not made for a log of a few lines', async () => {
    const log = await opened();
    log.add(id(1), observation(1));
    await log.close();
    expect(existsSync(indexPath(log.path))).toBe(false);
  });
});
