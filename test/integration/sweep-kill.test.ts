import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openObservationLog } from '../../extension/sweep/observation-log.ts';
import { defaultOracleSettings } from '../../extension/sweep/oracle-settings.ts';
import { auditedModel, bundle, distortedFrames, fixtures, jitter, remove, temporaryFolder } from './sweep-workbench.ts';

const STRUCTURES = 2000;
let worker = '';
let parent = '';
const folder = temporaryFolder();
const reference = temporaryFolder();

beforeAll(async () => {
  worker = await bundle('extension/sweep/oracle-worker.ts', 'oracle-worker');
  parent = await bundle('test/integration/sweep-parent.ts', 'sweep-parent');
  const text = distortedFrames(STRUCTURES, 21);
  for (const place of [folder, reference]) writeFileSync(join(place, 'pool.xyz'), text);
});
afterAll(() => {
  for (const place of [folder, reference, dirname(worker), dirname(parent)]) remove(place);
});

/** Children of a process, from /proc; empty where there is none. */
function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Whether a process still runs the worker; its number may belong to another one by now. */
function isWorker(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('oracle-worker');
  } catch {
    return false;
  }
}

function logLines(place: string): string[] {
  const log = join(place, 'log');
  if (!existsSync(log)) return [];
  const name = readdirSync(log).find((file) => file.endsWith('.jsonl'));
  return name === undefined ? [] : readFileSync(join(log, name), 'utf8').trimEnd().split('\n');
}

/** Runs the sweep; `interfere` gets the process once it has stored something. Resolves to its last line of output. */
function runSweep(place: string, interfere?: (pid: number) => void): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [parent, place, worker, fixtures], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('exit', () => resolve(output.trim()));
    if (interfere !== undefined) interfere(child.pid!);
  });
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(process.platform !== 'linux')('kill -9', () => {
  it(
    'of the parent (30 times) and of workers (20 times) loses nothing and doubles nothing',
    { timeout: 600_000 },
    async () => {
      await runSweep(reference);
      const expected = logLines(reference).sort();
      expect(expected).toHaveLength(STRUCTURES + 1);

      const random = jitter(77);
      const expectedLines = new Set(expected);
      const known = new Set<string>();
      let parentKills = 0;
      let workerKills = 0;
      for (let attempt = 0; attempt < 100 && parentKills < 30; attempt++) {
        const orphans: number[] = [];
        const stored = logLines(folder).length;
        const output = await runSweep(folder, (pid) => {
          void (async () => {
            // Random moments of the sweep proper: from the first answer on, or now and then before it.
            const early = attempt % 4 === 3;
            while (!early && logLines(folder).length <= stored && existsSync(`/proc/${pid}`)) await wait(5);
            await wait(early ? 300 * (random() + 0.5) : 60 * (random() + 0.5));
            const children = childrenOf(pid);
            if (workerKills < 20 && children[0] !== undefined) {
              workerKills++;
              process.kill(children[0], 'SIGKILL');
              await wait(60 * (random() + 0.5));
            }
            orphans.push(...childrenOf(pid));
            process.kill(pid, 'SIGKILL');
          })().catch(() => undefined); // It was done before it could be killed: that attempt does not count.
        });
        if (output === '') parentKills++;
        // Workers end with their parent, at the latest when the structure they are at is done.
        for (let tick = 0; tick < 100 && orphans.some(isWorker); tick++) await wait(50);
        expect(orphans.filter(isWorker)).toEqual([]);
        const whole = new Set(logLines(folder).filter((line) => expectedLines.has(line)));
        for (const line of known) expect(whole.has(line)).toBe(true);
        for (const line of whole) known.add(line);
      }
      expect(known.size).toBeLessThan(expected.length);
      expect(JSON.parse(await runSweep(folder))).toMatchObject({ outcome: 'done' });
      expect({ parentKills, workerKills }).toEqual({ parentKills: 30, workerKills: 20 });
      expect(logLines(folder).sort()).toEqual(expected);
    },
  );
});

describe.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)('a full disk', () => {
  it('is reported, and the log stays whole and can be continued', async () => {
    const disk = join(temporaryFolder(), 'disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      console.warn('skipped: a tmpfs cannot be mounted here, so a full disk cannot be had');
      return;
    }
    try {
      const { sha256 } = await auditedModel('harmonic');
      const subject = { modelSha256: sha256, settings: defaultOracleSettings, runtime: 'test' };
      const observation = { kind: 'refused', detail: 'x'.repeat(500) } as const;
      const id = (k: number): string => k.toString(16).padStart(16, '0');
      const opened = await openObservationLog(disk, subject);
      if (opened.kind !== 'ok') throw new Error(opened.problems[0]!.message);
      let failure: unknown = null;
      let k = 0;
      while (failure === null && k < 1000) {
        for (let n = 0; n < 3; n++) opened.value.add(id(k++), observation);
        await opened.value.flush().catch((error: unknown) => (failure = error));
      }
      expect(failure).toMatchObject({
        problem: { message: expect.stringContaining('The disk is full (ENOSPC)') as string },
      });
      await opened.value.close();

      execFileSync('mount', ['-o', 'remount,size=1m', disk]);
      const again = await openObservationLog(disk, subject);
      if (again.kind !== 'ok') throw new Error(again.problems[0]!.message);
      expect(again.value.size).toBe(k - 3);
      expect(again.value.get(id(k - 4))).toEqual(observation);
      again.value.add(id(k), observation);
      await again.value.close();
      const lines = readFileSync(again.value.path, 'utf8').trimEnd().split('\n');
      expect(lines.slice(1).map((line) => (JSON.parse(line) as { id: string }).id)).toEqual([
        ...Array.from({ length: k - 3 }, (_, j) => id(j)),
        id(k),
      ]);
    } finally {
      execFileSync('umount', [disk]);
      remove(dirname(disk));
    }
  });
});
