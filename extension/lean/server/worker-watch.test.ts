import { describe, expect, test } from 'vitest';
import type { HostUsage } from '../embedded/host-request.ts';
import { watchWorker } from './worker-watch.ts';
import type { WorkerProcess } from './worker-process.ts';

/** A watch of a worker whose answers are given, on a clock that moves on by a second with every question. */
function watched(answers: readonly (number | null)[]): (heardAt: number) => Promise<number> {
  let seconds = 0;
  const usage = (): Promise<HostUsage | null> => {
    const processorMs = answers[seconds++] ?? null;
    return Promise.resolve(processorMs === null ? null : { processorMs, memoryBytes: 1 });
  };
  const worker = { usage } as Pick<WorkerProcess, 'usage'> as WorkerProcess;
  return watchWorker(worker, () => seconds * 1000);
}

describe('watchWorker', () => {
  test('counts the time without processor time', async () => {
    const idleFor = watched([500, 1400, 1405, 1410, 2300, 2301]);
    const idle: number[] = [];
    for (let i = 0; i < 6; i++) idle.push(await idleFor(0));
    expect(idle).toEqual([0, 0, 1000, 2000, 0, 1000]);
  });

  test('counts the time without an answer, once the worker has spoken', async () => {
    const loading = watched([null, null, null]);
    expect([await loading(0), await loading(0), await loading(0)]).toEqual([0, 0, 0]);
    const stuck = watched([500, null, null, null, null]);
    const idle: number[] = [];
    for (const heardAt of [1, 1, 1, 3500, 3500]) idle.push(await stuck(heardAt));
    expect(idle).toEqual([0, 1000, 2000, 1000, 1000]);
  });

  test('takes every message for a sign of life', async () => {
    const idleFor = watched([500, 500, 500, 500]);
    expect([await idleFor(0), await idleFor(0), await idleFor(2500), await idleFor(2500)]).toEqual([0, 1000, 0, 1000]);
  });
});
