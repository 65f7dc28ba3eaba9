import type { ProgressEvent, Stage } from '../protocol/events.ts';
import type { Surroundings } from './surroundings.ts';

/** Reports how far one stage is; rate and time left are measured from the first call of the stage. */
export function progressOf(
  around: Surroundings,
  model: string | null,
  stage: Stage,
  unit: string,
): (done: number, total: number | null) => void {
  let start: { at: number; done: number } | null = null;
  return (done, total) => {
    start ??= { at: around.now(), done };
    const seconds = (around.now() - start.at) / 1000;
    const rate = seconds > 0.5 && done > start.done ? (done - start.done) / seconds : null;
    const secondsLeft = rate === null || total === null ? null : (total - done) / rate;
    around.reporter.emit({
      kind: 'progress',
      model,
      stage,
      unit,
      done,
      total,
      rate,
      secondsLeft,
    } satisfies ProgressEvent);
  };
}
