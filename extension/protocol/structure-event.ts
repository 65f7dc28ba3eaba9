import * as z from 'zod';

/** Larger structures are not drawn atom by atom. */
export const MOST_ATOMS_SHOWN = 2000;

const vectors = z.array(z.number()).max(3 * MOST_ATOMS_SHOWN);

/** One structure with both answers, for a picture (`pcm structure CERT --structure FILE#INDEX`, or by its content id). */
export const structureEventSchema = z
  .object({
    kind: z.literal('structure'),
    file: z.string(),
    index: z.number().int().nonnegative(),
    line: z.number().int().positive(),
    /** What made it out of the structure that stands there; null for that one itself. */
    generator: z.string().nullable(),
    formula: z.string(),
    label: z.string().max(400).nullable(),
    /** Rows of the lattice, Å, and along which of them it repeats. */
    lattice: z.array(z.number()).length(9),
    periodic: z.array(z.boolean()).length(3),
    species: z.array(z.number().int().min(1).max(118)).min(1).max(MOST_ATOMS_SHOWN),
    /** Å. */
    positions: vectors,
    /** eV/Å; null where the reference has none, or the model gave none. */
    referenceForces: vectors.nullable(),
    modelForces: vectors.nullable(),
    /** Total energies, eV. */
    referenceEnergy: z.number().nullable(),
    modelEnergy: z.number().nullable(),
    /** Why the model or the reference gave no forces, or null. */
    reason: z.string().nullable(),
  })
  .refine(
    ({ species, positions, referenceForces, modelForces }) =>
      [positions, referenceForces, modelForces].every((each) => each === null || each.length === 3 * species.length),
    'vectors of another number of atoms',
  );
export type StructureEvent = z.infer<typeof structureEventSchema>;
