/** Something that happens again and again, for whoever wants to hear of it. */
export interface Signal<T> {
  fire(value: T): void;
  /** Calls `listener` each time; the returned value ends that. */
  on(listener: (value: T) => void): { dispose(): void };
}

/** A signal that nobody listens to yet. Listeners are called in the order in which they came. */
export function createSignal<T>(): Signal<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    fire: (value) => [...listeners].forEach((listener) => listener(value)),
    on(listener) {
      const own = (value: T): void => listener(value);
      listeners.add(own);
      return { dispose: () => void listeners.delete(own) };
    },
  };
}
