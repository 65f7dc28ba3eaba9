import type { Structure } from '../structure.ts';

const LAYOUT_VERSION = 1;

/**
 * The canonical bytes of what a structure is, label and source aside; their sha-256 is the structure's id. Two structures
 * have the same bytes exactly when periodicity, species, lattice, positions and labels are equal numbers in the same order
 * of atoms (−0 equals 0). Layout, little-endian: "PCMS", version u8, presence of energy, forces and stress as bits of one u8,
 * periodicity as bits of one u8, zero u8, number of atoms u32, species u8 × n, then f64: lattice × 9, positions × 3n, and
 * where present energy, forces × 3n, stress × 9.
 */
export function contentBytes(structure: Structure): Uint8Array {
  const { lattice, periodic, species, positions, energy, forces, stress } = structure;
  const n = species.length;
  const numbers =
    9 + 3 * n + (energy === undefined ? 0 : 1) + (forces === undefined ? 0 : 3 * n) + (stress === undefined ? 0 : 9);
  const bytes = new Uint8Array(12 + n + 8 * numbers);
  const view = new DataView(bytes.buffer);
  bytes.set([0x50, 0x43, 0x4d, 0x53, LAYOUT_VERSION]);
  bytes[5] = (energy === undefined ? 0 : 1) | (forces === undefined ? 0 : 2) | (stress === undefined ? 0 : 4);
  bytes[6] = (periodic[0] ? 1 : 0) | (periodic[1] ? 2 : 0) | (periodic[2] ? 4 : 0);
  view.setUint32(8, n, true);
  bytes.set(species, 12);
  let at = 12 + n;
  const put = (values: Float64Array): void => {
    for (const value of values) {
      // Adding 0 turns −0 into 0 and changes nothing else.
      view.setFloat64(at, value + 0, true);
      at += 8;
    }
  };
  put(lattice);
  put(positions);
  if (energy !== undefined) put(Float64Array.of(energy));
  if (forces !== undefined) put(forces);
  if (stress !== undefined) put(stress);
  return bytes;
}
