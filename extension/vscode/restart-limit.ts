/** More restarts than this within the window, and a server that keeps dying stays down until somebody starts it. */
const MOST_RESTARTS = 4;
const WINDOW_MILLISECONDS = 180_000;

/** Says, for each crash, whether to start again; `now` in milliseconds. */
export function createRestartLimit(now: () => number): { mayRestart(): boolean; reset(): void } {
  let crashes: number[] = [];
  return {
    mayRestart() {
      const at = now();
      crashes = [...crashes.filter((before) => at - before < WINDOW_MILLISECONDS), at];
      return crashes.length <= MOST_RESTARTS;
    },
    reset: () => void (crashes = []),
  };
}
