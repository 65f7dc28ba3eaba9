import { describe, expect, test } from 'vitest';
import { workerSlots, type SlotHolder } from './worker-slots.ts';

interface Holder extends SlotHolder {
  busy: boolean;
  evicted: number;
}

function holder(lastUse: number, busy = false): Holder {
  const made: Holder = {
    busy,
    evicted: 0,
    settled: () => !made.busy,
    lastUse: () => lastUse,
    evict: () => {
      made.evicted++;
    },
  };
  return made;
}

/** What a promise has resolved with so far. */
function watch(promise: Promise<boolean>): { readonly value: () => boolean | undefined } {
  let value: boolean | undefined;
  void promise.then((taken) => (value = taken));
  return { value: () => value };
}
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('workerSlots', () => {
  test('evicts the settled holder that was used longest ago', async () => {
    const slots = workerSlots(2);
    const [old, recent, next] = [holder(1), holder(2), holder(3)];
    expect(await slots.take(old)).toBe(true);
    expect(await slots.take(recent)).toBe(true);
    expect(await slots.take(next)).toBe(true);
    expect([old.evicted, recent.evicted]).toEqual([1, 0]);
    expect(await slots.take(recent)).toBe(true);
  });

  test('lets the newcomer wait for the first that is settled, in order', async () => {
    const slots = workerSlots(1);
    const first = holder(1, true);
    const [second, third] = [holder(2, true), holder(3)];
    await slots.take(first);
    const waits = [watch(slots.take(second)), watch(slots.take(third))];
    await tick();
    expect(waits.map(({ value }) => value())).toEqual([undefined, undefined]);
    first.busy = false;
    slots.reconsider();
    await tick();
    expect(first.evicted).toBe(1);
    expect(waits.map(({ value }) => value())).toEqual([true, undefined]);
    slots.release(second);
    await tick();
    expect(waits[1]!.value()).toBe(true);
  });

  test('tells a holder that gives up waiting', async () => {
    const slots = workerSlots(1);
    const [first, second] = [holder(1, true), holder(2)];
    await slots.take(first);
    const waiting = slots.take(second);
    slots.release(second);
    expect(await waiting).toBe(false);
    slots.release(first);
    expect(await slots.take(first)).toBe(true);
  });
});
