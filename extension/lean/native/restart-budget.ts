/** How often something may be started again: `most` times within any `windowMs` milliseconds. */
export interface RestartLimits {
  readonly most: number;
  readonly windowMs: number;
}

/**
 * Counts restarts.
 *
 * @returns a function of the time (ms of a steady clock) that tells which restart within the window this would be, from 1
 * on, or null where that is one too many; asking is taking
 */
export function restartBudget({ most, windowMs }: RestartLimits): (now: number) => number | null {
  let taken: number[] = [];
  return (now) => {
    taken = taken.filter((time) => now - time < windowMs);
    if (taken.length >= most) return null;
    return taken.push(now);
  };
}
