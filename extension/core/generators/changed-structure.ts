import type { Structure } from '../structure.ts';

/** A structure with the given cell and atoms and nothing that was known of the base except where it came from. */
export function changedStructure(
  base: Structure,
  changes: { readonly lattice: Float64Array; readonly positions: Float64Array; readonly species?: Uint8Array },
): Structure {
  return {
    lattice: changes.lattice,
    periodic: base.periodic,
    species: changes.species ?? base.species,
    positions: changes.positions,
    source: base.source,
  };
}

/** Row vectors times a 3×3 matrix, both row-major. */
export function rowsTimes(rows: Float64Array, matrix: Float64Array): Float64Array {
  const product = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at += 3) {
    for (let axis = 0; axis < 3; axis++) {
      product[at + axis] =
        rows[at]! * matrix[axis]! + rows[at + 1]! * matrix[3 + axis]! + rows[at + 2]! * matrix[6 + axis]!;
    }
  }
  return product;
}
