import { randomStream, shuffle } from '../../core/random.ts';
import type { Structure } from '../../core/structure.ts';
import type { PoolIndex } from '../pool-index.ts';

/** Larger structures are taken only where there are no others: a probe asks a hundred times, and sums of many energies round. */
const PREFERRED_ATOMS = 32;

/**
 * A few structures of a pool, the same for the same seed and data: drawn at random from those with at most 32 atoms whose
 * elements the oracle knows, each content once; larger ones where those do not suffice.
 * @param elements what the oracle knows; null if it does not say.
 * @param eligible which rows of the pool may be taken.
 */
export async function chooseStructures(
  pool: PoolIndex,
  elements: readonly number[] | null,
  count: number,
  seed: number,
  eligible: (row: number) => boolean = () => true,
): Promise<Structure[]> {
  const rows = Int32Array.from({ length: pool.size }, (_, row) => row);
  shuffle(rows, randomStream(seed, 'physics', 'structures'));
  const once = [...rows].filter((row) => pool.firstOccurrence[row] === row && eligible(row));
  const small = once.filter((row) => pool.atoms(row) <= PREFERRED_ATOMS);
  const large = once.filter((row) => pool.atoms(row) > PREFERRED_ATOMS).sort((a, b) => pool.atoms(a) - pool.atoms(b));
  const known = elements === null ? null : new Set(elements);
  const chosen: Structure[] = [];
  for (const row of [...small, ...large]) {
    if (chosen.length >= count) break;
    const structure = await pool.readStructure(row);
    if (structure === null || (known !== null && !structure.species.every((z) => known.has(z)))) continue;
    chosen.push(structure);
  }
  return chosen;
}
