import type { Structure } from '../../core/structure.ts';
import type { Reference } from './reference.ts';

/**
 * Gives structures the labels of a reference that computes them on demand. Labels from anywhere else are dropped, so that
 * all structures are held against one truth. A structure for which the reference has no answer is left without labels.
 *
 * At most `reference.lanes` calculations run at one time, however many are asked for.
 */
export function labelsOnDemand(
  reference: Reference,
  signal: AbortSignal,
): (structure: Structure) => Promise<Structure> {
  let running = 0;
  const waiting: (() => void)[] = [];
  const enter = async (): Promise<void> => {
    if (running < reference.lanes) running++;
    // Whoever leaves hands over the lane, so that the count stays.
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  };
  return async (structure) => {
    await enter();
    try {
      signal.throwIfAborted();
      const { outcome } = await reference.evaluate(structure, signal);
      const { lattice, periodic, species, positions, label, source } = structure;
      const bare = { lattice, periodic, species, positions, ...(label === undefined ? {} : { label }), source };
      if (outcome.kind === 'none') return bare;
      const { energy, forces, stress } = outcome;
      return { ...bare, energy, forces, ...(stress === null ? {} : { stress }) };
    } finally {
      leave();
    }
  };
}
