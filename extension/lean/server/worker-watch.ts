import type { HostUsage } from '../embedded/host-request.ts';
import type { WorkerProcess } from './worker-process.ts';

/** Processor time below this share of the time that passed is none. */
const IDLE_SHARE = 0.02;

/**
 * Notices a worker that has something to do and does nothing, or that does not even say what it does. It must be asked
 * again and again.
 *
 * @param now ms of a steady clock
 * @returns a function that resolves with how long the worker has been doing nothing, ms; 0 while nothing is known
 */
export function watchWorker(worker: WorkerProcess, now: () => number): (heardAt: number) => Promise<number> {
  let last: { readonly usage: HostUsage; readonly at: number } | null = null;
  let stillSince: number | null = null;
  const began = now();
  return async (heardAt) => {
    const askedAt = now();
    const usage = await worker.usage();
    const at = now();
    if (usage === null) {
      // Until its first word it is still loading; later only a process that is stuck as a whole does not answer.
      if (heardAt <= began) return 0;
      if (stillSince === null || heardAt > stillSince) stillSince = askedAt;
      return at - stillSince;
    }
    const moved =
      last === null || heardAt > last.at || usage.processorMs - last.usage.processorMs > IDLE_SHARE * (at - last.at);
    stillSince = moved ? null : (stillSince ?? last?.at ?? at);
    last = { usage, at };
    return stillSince === null ? 0 : at - stillSince;
  };
}
