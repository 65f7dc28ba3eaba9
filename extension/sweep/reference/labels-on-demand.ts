import type { ReferenceOutcome } from '../../core/dft/reference.ts';
import type { Structure } from '../../core/structure.ts';
import type { Reference } from './reference.ts';

/** A structure with the labels of a reference, or why it is left without any. */
export interface Labelled {
  readonly structure: Structure;
  /** Null where it has its labels. */
  readonly missing: string | null;
  /** Whether the reference can compute nothing any more. */
  readonly broken: boolean;
}

/**
 * Gives structures the labels of a reference that computes them on demand. Labels from anywhere else are dropped, so that
 * all structures are held against one truth. A structure for which the reference has no answer is left without labels.
 *
 * At most `reference.lanes` calculations run at one time, however many are asked for.
 */
export function labelling(reference: Reference, signal: AbortSignal): (structure: Structure) => Promise<Labelled> {
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
      const { outcome, broken } = await reference.evaluate(structure, signal);
      const labelled = relabelled(structure, outcome);
      if (outcome.kind === 'none') return { structure: labelled, missing: outcome.reason, broken: broken === true };
      return { structure: labelled, missing: null, broken: false };
    } finally {
      leave();
    }
  };
}

/** The structure with these labels, and with no others. */
export function relabelled(structure: Structure, outcome: ReferenceOutcome): Structure {
  const { lattice, periodic, species, positions, label, source } = structure;
  const bare = { lattice, periodic, species, positions, ...(label === undefined ? {} : { label }), source };
  if (outcome.kind === 'none') return bare;
  const { energy, forces, stress } = outcome;
  return { ...bare, energy, forces, ...(stress === null ? {} : { stress }) };
}

/** As `labelling`, for whoever does not ask why there are no labels. */
export function labelsOnDemand(
  reference: Reference,
  signal: AbortSignal,
): (structure: Structure) => Promise<Structure> {
  const label = labelling(reference, signal);
  return async (structure) => (await label(structure)).structure;
}
