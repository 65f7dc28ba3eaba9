import type { Surroundings } from './surroundings.ts';

/**
 * Runs a computation that yields its progress in [0, 1], and lets a request to stop come through in between.
 * @throws the signal's reason when aborted.
 */
export async function runSteps<T>(
  work: Generator<number, T>,
  report: (done: number, total: number) => void,
  { signal }: Pick<Surroundings, 'signal'>,
): Promise<T> {
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) return step.value;
    signal.throwIfAborted();
    report(Math.round(100 * step.value), 100);
    await new Promise(setImmediate);
  }
}
