import { figure } from './host-test.ts';

const EVERY_MILLISECONDS = 5;

/**
 * Watches how long this process keeps its own event loop from its next turn. What a busy machine adds is told apart by the
 * processor time of this thread: between two turns it has worked no longer than that.
 */
export function watchEventLoop(): { tell(during: string): void } {
  // Since Node 23.9, which the editor brings; without it the time on the clock is all there is.
  const { threadCpuUsage } = process as { threadCpuUsage?: () => { readonly user: number; readonly system: number } };
  const worked = (): number => {
    const usage = threadCpuUsage?.();
    return usage === undefined ? Number.NaN : (usage.user + usage.system) / 1000;
  };
  const turns: { readonly delay: number; readonly work: number }[] = [];
  let last = { at: performance.now(), work: worked() };
  const timer = setInterval(() => {
    const now = { at: performance.now(), work: worked() };
    turns.push({ delay: now.at - last.at - EVERY_MILLISECONDS, work: now.work - last.work });
    last = now;
  }, EVERY_MILLISECONDS);
  return {
    tell(during) {
      clearInterval(timer);
      const greatest = (of: (turn: (typeof turns)[number]) => number): number => Math.max(...turns.map(of));
      figure(
        `longest delay of the event loop during ${during}`,
        greatest(({ delay }) => delay),
      );
      const work = greatest((turn) => turn.work);
      if (Number.isFinite(work)) figure(`most work of the extension host between two turns during ${during}`, work);
    },
  };
}
