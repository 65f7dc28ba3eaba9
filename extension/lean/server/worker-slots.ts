/** One that may hold a slot. */
export interface SlotHolder {
  /** Whether it would lose nothing but time if its slot were taken away. */
  readonly settled: () => boolean;
  /** Time of its last use, ms of a steady clock. */
  readonly lastUse: () => number;
  /** Gives the slot up at once. */
  readonly evict: () => void;
}

/** A bounded number of live workers, shared by any number of documents. */
export interface WorkerSlots {
  /** Resolves when the holder has a slot: true, or false when it gave up waiting by `release`. */
  take(holder: SlotHolder): Promise<boolean>;
  /** Gives a slot, or a place in the queue, back. */
  release(holder: SlotHolder): void;
  /** To be called when a holder may have become settled. */
  reconsider(): void;
}

/**
 * First come, first served; where all slots are taken, the settled holder that was used longest ago is evicted, and where
 * none is settled, the newcomer waits for the first that is.
 */
export function workerSlots(most: number): WorkerSlots {
  const holding = new Set<SlotHolder>();
  const waiting = new Map<SlotHolder, (taken: boolean) => void>();
  const makeRoom = (): boolean => {
    if (holding.size < most) return true;
    const [victim] = [...holding].filter(({ settled }) => settled()).sort((a, b) => a.lastUse() - b.lastUse());
    if (victim === undefined) return false;
    holding.delete(victim);
    victim.evict();
    return true;
  };
  const reconsider = (): void => {
    for (const [holder, resolve] of waiting) {
      if (!makeRoom()) return;
      waiting.delete(holder);
      holding.add(holder);
      resolve(true);
    }
  };
  return {
    take(holder) {
      if (holding.has(holder)) return Promise.resolve(true);
      return new Promise((resolve) => {
        waiting.set(holder, resolve);
        reconsider();
      });
    },
    release(holder) {
      waiting.get(holder)?.(false);
      waiting.delete(holder);
      if (holding.delete(holder)) reconsider();
    },
    reconsider,
  };
}
