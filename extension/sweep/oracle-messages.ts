import * as z from 'zod';
import { failureReasons, type Prediction } from '../core/criterion.ts';
import type { Crystal } from './graph-batch.ts';

/**
 * Messages between the pool and its workers, sent with structured clone so that numbers travel as typed arrays. Both
 * sides check what they get: a worker runs other people's models, and its memory may be damaged before it dies.
 */

const floats = z.instanceof(Float64Array);
const bytes = z.instanceof(Uint8Array);

/** Several crystals in columns; crystal s has atoms [offsets[s], offsets[s + 1]). */
const crystalColumns = z
  .object({
    offsets: z.instanceof(Int32Array),
    lattices: floats,
    periodic: bytes,
    species: bytes,
    positions: floats,
  })
  .refine(({ offsets, lattices, periodic, species, positions }) => {
    const count = offsets.length - 1;
    if (count < 1 || offsets[0] !== 0 || offsets[count] !== species.length) return false;
    for (let s = 0; s < count; s++) if (!(offsets[s]! <= offsets[s + 1]!)) return false;
    return lattices.length === 9 * count && periodic.length === 3 * count && positions.length === 3 * species.length;
  }, 'columns of different lengths');
export type CrystalColumns = z.infer<typeof crystalColumns>;

const contract = z.object({
  name: z.string(),
  cutoff: z.number().positive(),
  angleCutoff: z.number().positive().nullable(),
  elements: z.array(z.number()),
  inputs: z.array(z.object({ name: z.string(), type: z.string() })),
  batched: z.boolean(),
});

const settings = z.object({
  structuresPerCall: z.number().int().positive(),
  edgesPerCall: z.number().int().positive(),
  edgesPerStructure: z.number().int().positive(),
});

const manner = z.object({ threads: z.number().int().positive().max(64), guarded: z.boolean() });

/** What the pool tells a worker. `load` comes first and once. */
export const toWorkerSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('load'),
    model: z.string(),
    sha256: z.string().nullable(),
    contract: contract.loose(),
    settings,
    manner,
  }),
  z.object({ kind: z.literal('predict'), chunk: z.number().int(), crystals: crystalColumns }),
]);

/** What a worker tells the pool. `energies` and `forces` hold NaN where `notes` has an entry. */
export const fromWorkerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('rejected'), message: z.string().max(4000) }),
  z.object({
    kind: z.literal('predicted'),
    chunk: z.number().int(),
    energies: floats,
    forces: floats,
    notes: z.array(
      z.object({
        index: z.number().int().nonnegative(),
        reason: z.enum([...failureReasons, 'refused']),
        detail: z.string().max(1000),
      }),
    ),
    insideMs: z.number().nonnegative(),
  }),
]);
export type FromWorker = z.infer<typeof fromWorkerSchema>;
export type PredictedMessage = Extract<FromWorker, { kind: 'predicted' }>;

/** Puts crystals into columns. */
export function packCrystals(crystals: readonly Crystal[]): CrystalColumns {
  const offsets = new Int32Array(crystals.length + 1);
  crystals.forEach((crystal, s) => (offsets[s + 1] = offsets[s]! + crystal.species.length));
  const atoms = offsets[crystals.length]!;
  const columns = {
    offsets,
    lattices: new Float64Array(9 * crystals.length),
    periodic: new Uint8Array(3 * crystals.length),
    species: new Uint8Array(atoms),
    positions: new Float64Array(3 * atoms),
  };
  crystals.forEach((crystal, s) => {
    columns.lattices.set(crystal.lattice, 9 * s);
    columns.periodic.set(crystal.periodic.map(Number), 3 * s);
    columns.species.set(crystal.species, offsets[s]);
    columns.positions.set(crystal.positions, 3 * offsets[s]!);
  });
  return columns;
}

/** Inverse of `packCrystals`; the arrays are views. */
export function unpackCrystals({ offsets, lattices, periodic, species, positions }: CrystalColumns): Crystal[] {
  return Array.from({ length: offsets.length - 1 }, (_, s) => {
    const from = offsets[s]!;
    const to = offsets[s + 1]!;
    return {
      lattice: lattices.subarray(9 * s, 9 * s + 9),
      periodic: [periodic[3 * s] === 1, periodic[3 * s + 1] === 1, periodic[3 * s + 2] === 1],
      species: species.subarray(from, to),
      positions: positions.subarray(3 * from, 3 * to),
    };
  });
}

/** Puts a chunk's predictions into columns. */
export function packPredictions(
  chunk: number,
  crystals: CrystalColumns,
  predictions: readonly Prediction[],
  insideMs: number,
): PredictedMessage {
  const energies = new Float64Array(predictions.length).fill(Number.NaN);
  const forces = new Float64Array(crystals.positions.length).fill(Number.NaN);
  const notes: PredictedMessage['notes'] = [];
  predictions.forEach((prediction, index) => {
    if (prediction.kind === 'predicted') {
      energies[index] = prediction.energy;
      forces.set(prediction.forces, 3 * crystals.offsets[index]!);
    } else {
      const reason = prediction.kind === 'refused' ? 'refused' : prediction.reason;
      notes.push({ index, reason, detail: prediction.detail });
    }
  });
  return { kind: 'predicted', chunk, energies, forces, notes, insideMs };
}

/** Inverse of `packPredictions` for crystals of the given numbers of atoms; null if the sizes do not fit. */
export function unpackPredictions(message: PredictedMessage, atoms: readonly number[]): Prediction[] | null {
  const total = atoms.reduce((sum, count) => sum + count, 0);
  if (message.energies.length !== atoms.length || message.forces.length !== 3 * total) return null;
  let offset = 0;
  const predictions = atoms.map((count, index): Prediction => {
    const forces = message.forces.slice(offset, offset + 3 * count);
    offset += 3 * count;
    return { kind: 'predicted', energy: message.energies[index]!, forces };
  });
  for (const { index, reason, detail } of message.notes) {
    if (index >= predictions.length) return null;
    predictions[index] = reason === 'refused' ? { kind: 'refused', detail } : { kind: 'failed', reason, detail };
  }
  return predictions;
}
