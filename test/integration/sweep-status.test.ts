import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { SweepEvent } from '../../extension/protocol/events.ts';
import { readSweepState, statePath } from '../../extension/sweep/shards/sweep-state.ts';
import {
  pcm,
  smallProject,
  startPcm,
  sweepOf,
  temporaryProject,
  type Run,
  type TemporaryProject,
} from './pcm-project.ts';
import { jitter } from './sweep-workbench.ts';

/** All of the sample. */
const STRUCTURES = 325;
/** Each test starts a dozen processes or more, one after the other. */
const LIMIT = 600_000;
/** Kills of a whole sweep; the long run takes 50. */
const KILLS = Number(process.env['PCM_KILLS'] ?? 6);
const THRESHOLD = smallProject.failure.threshold;

const projects: TemporaryProject[] = [];
afterAll(() => projects.forEach((project) => project.remove()));
function newProject(): TemporaryProject {
  const project = temporaryProject(smallProject, STRUCTURES);
  projects.push(project);
  return project;
}

const run = (folder: string, ...words: string[]): Promise<Run> =>
  pcm('sweep', 'run', folder, '--workers', '1', ...words);
const statusOf = async (folder: string): Promise<SweepEvent> => sweepOf(await pcm('sweep', 'status', folder));

const logsIn = (folder: string): string => path.join(folder, '.pcm/observations');
function mainLog(folder: string): string | null {
  if (!existsSync(logsIn(folder))) return null;
  const name = readdirSync(logsIn(folder)).find((each) => /^observations-[0-9a-f]{16}\.jsonl$/.test(each));
  return name === undefined ? null : path.join(logsIn(folder), name);
}
/** Whole lines of the model's log, without its header. */
function linesIn(folder: string): string[] {
  const log = mainLog(folder);
  if (log === null) return [];
  return readFileSync(log, 'utf8').split('\n').slice(1, -1);
}
const errorsIn = (lines: readonly string[]): number[] =>
  lines.map((line) => (JSON.parse(line) as { forceError: number }).forceError).sort((a, b) => a - b);

/** Holds statistics against the numbers in the log itself. */
function expectExact(statistics: SweepEvent['statistics'], lines: readonly string[]): void {
  const errors = errorsIn(lines);
  const failed = errors.filter((error) => error > THRESHOLD).length;
  expect(statistics).toMatchObject({ stored: errors.length, failed, refused: 0 });
  const { failureRate, errors: found } = statistics!;
  expect(failureRate!.estimate).toBe(failed / errors.length);
  expect(failureRate!.lower).toBeLessThan(failureRate!.estimate);
  expect(failureRate!.upper).toBeGreaterThan(failureRate!.estimate);
  for (const [q, value] of [
    [0.5, found.median],
    [0.9, found.p90],
    [0.99, found.p99],
  ] as const) {
    const exact = errors[Math.ceil(q * errors.length) - 1]!;
    expect(Math.abs(value! - exact)).toBeLessThanOrEqual(1.000001 * found.relativeError * exact);
  }
  expect(found.max).toBe(errors.at(-1));
}

/** A sweep that has written its state and goes on. One that ends before this is seen, on a busy machine, is begun anew. */
async function startedSweep(folder: string): Promise<ReturnType<typeof startPcm>> {
  for (;;) {
    const started = startPcm(['sweep', 'run', folder, '--workers', '1']);
    while (started.child.exitCode === null) {
      const log = mainLog(folder);
      const state = log === null ? null : await readSweepState(log);
      if (state !== null && !state.complete) return started;
      await wait(5);
    }
    expect((await started.done).code).toBe(0);
    rmSync(path.join(folder, '.pcm'), { recursive: true });
  }
}

describe('pcm sweep status', () => {
  it(
    'knows what a sweep found, as a whole, in shards and merged, until another criterion is asked for',
    { timeout: LIMIT },
    async () => {
      const whole = newProject();
      const parts = newProject();
      expect((await statusOf(whole.folder)).statistics).toBeNull();
      expect((await run(whole.folder)).code).toBe(0);
      const status = await statusOf(whole.folder);
      expect(status.observations).toBe(STRUCTURES);
      expect(status.statistics).toMatchObject({ shards: null, structures: STRUCTURES, running: 0 });
      expectExact(status.statistics, linesIn(whole.folder));

      for (const shard of ['2/3', '1,3/3']) {
        const before = (await statusOf(parts.folder)).statistics;
        expect(before?.structures ?? null).toBeNull();
        expect((await run(parts.folder, '--shard', shard)).code).toBe(0);
      }
      const { statistics } = await statusOf(parts.folder);
      expect(statistics).toMatchObject({ shards: 3, structures: STRUCTURES });
      expectExact(statistics, linesIn(whole.folder));
      const merged = sweepOf(await pcm('sweep', 'merge', parts.folder));
      expectExact(merged.statistics, linesIn(parts.folder));
      // The model's own log has a state now, and the shards are no longer needed for it.
      for (const name of readdirSync(logsIn(parts.folder)))
        if (name.includes('-of-')) rmSync(path.join(logsIn(parts.folder), name));
      const alone = await statusOf(parts.folder);
      expect([alone.observations, alone.statistics?.shards]).toEqual([STRUCTURES, null]);
      expectExact(alone.statistics, linesIn(parts.folder));

      parts.configure({ ...smallProject, failure: { kind: 'force-error', threshold: 1 } });
      expect((await statusOf(parts.folder)).statistics).toBeNull();
      const log = readFileSync(mainLog(parts.folder)!);
      const again = sweepOf(await run(parts.folder));
      expect(again.statistics!.failed).toBeLessThan(alone.statistics!.failed);
      expect(readFileSync(mainLog(parts.folder)!).equals(log)).toBe(true);
      writeFileSync(statePath(mainLog(parts.folder)!), '{"format":"pcm-sweep-st');
      expect(await statusOf(parts.folder)).toMatchObject({ observations: STRUCTURES, statistics: null });
    },
  );

  it('tells a sweep that runs from one that was killed', { timeout: LIMIT }, async () => {
    const { folder } = newProject();
    const { child, done } = await startedSweep(folder);
    child.kill('SIGSTOP');
    const running = await statusOf(folder);
    expect(running.statistics).toMatchObject({ structures: STRUCTURES, running: 1 });
    child.kill('SIGKILL');
    await done;
    const killed = await statusOf(folder);
    expect(killed.statistics).toMatchObject({ running: 0, secondsLeft: null });
    expect(killed.observations).toBe(linesIn(folder).length);
  });
});

describe('a whole sweep that is killed', () => {
  const limit = { timeout: Math.max(LIMIT, 30_000 * KILLS) };
  it(`${KILLS} times loses nothing, doubles nothing, and its state never says more than its log`, limit, async () => {
    const place = newProject();
    const whole = newProject();
    expect((await run(whole.folder)).code).toBe(0);
    const expected = linesIn(whole.folder).sort();
    const random = jitter(11);
    let kills = 0;
    for (let attempt = 0; kills < KILLS; attempt++) {
      expect(attempt).toBeLessThan(20 * KILLS);
      const before = linesIn(place.folder);
      const { child, done } = startPcm(['sweep', 'run', place.folder, '--workers', '1']);
      // Every fifth is killed before it has stored anything, the others somewhere after their first line.
      const soon = attempt % 5 === 4;
      while (!soon && child.exitCode === null && linesIn(place.folder).length <= before.length) await wait(5);
      await wait((soon ? 400 : 200) * (random() + 0.5));
      if (child.exitCode === null && child.kill('SIGKILL')) kills++;
      await done;
      const after = linesIn(place.folder);
      expect(after.slice(0, before.length)).toEqual(before);
      expect(new Set(after).size).toBe(after.length);
      const log = mainLog(place.folder);
      const state = log === null ? null : await readSweepState(log);
      if (state !== null) {
        const secured = readFileSync(log!, 'utf8').slice(0, state.log.bytes).split('\n').slice(1, -1);
        expect(secured).toHaveLength(state.log.observations);
        expect(state.tally.stored).toBeLessThanOrEqual(secured.length);
      }
      if (after.length < STRUCTURES) continue;
      const finished = sweepOf(await run(place.folder));
      expect(linesIn(place.folder).sort()).toEqual(expected);
      expectExact(finished.statistics, expected);
      rmSync(path.join(place.folder, '.pcm'), { recursive: true });
    }
    const finished = sweepOf(await run(place.folder));
    expect(linesIn(place.folder).sort()).toEqual(expected);
    expectExact(finished.statistics, expected);
  });
});
