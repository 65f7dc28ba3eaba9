import { endianness } from 'node:os';
import { inverse } from '../../core/formats/cell-geometry.ts';
import type { Crystal } from '../graph-batch.ts';

/**
 * The i-PI protocol, from the server's side: headers of 12 ASCII bytes padded with spaces, numbers in the machine's own
 * byte order, Hartree and Bohr. Kinds of atoms are not sent.
 * @see Kapil et al., Comput. Phys. Commun. 236, 214 (2019)
 */
export const HEADER_BYTES = 12;
/** CODATA 2018. */
const HARTREE = 27.211386245988;
const BOHR = 0.529177210903;
const little = endianness() === 'LE';

export function header(word: string): Buffer {
  return Buffer.from(word.padEnd(HEADER_BYTES), 'latin1');
}

/** The word of a header, or null if the bytes are none. */
export function headerWord(bytes: Uint8Array): string | null {
  const word = Buffer.from(bytes).toString('latin1').trimEnd();
  return /^[A-Z]+$/.test(word) ? word : null;
}

/** INIT with bead 0 and an empty (one NUL) string of parameters, as every known client takes it. */
export function initMessage(): Buffer {
  const body = new DataView(new ArrayBuffer(9));
  body.setInt32(0, 0, little);
  body.setInt32(4, 1, little);
  return Buffer.concat([header('INIT'), Buffer.from(body.buffer)]);
}

/** POSDATA: cell and inverse cell, both transposed (vectors as columns), number of atoms, positions. */
export function positionMessage({ lattice, positions }: Crystal): Buffer {
  const atoms = positions.length / 3;
  const cell = lattice.map((x) => x / BOHR);
  const reciprocal = inverse(cell);
  const view = new DataView(new ArrayBuffer(72 + 72 + 4 + 24 * atoms));
  for (let row = 0; row < 3; row++)
    for (let column = 0; column < 3; column++) {
      view.setFloat64(8 * (3 * row + column), cell[3 * column + row]!, little);
      view.setFloat64(72 + 8 * (3 * row + column), reciprocal[3 * column + row]!, little);
    }
  view.setInt32(144, atoms, little);
  positions.forEach((x, k) => view.setFloat64(148 + 8 * k, x / BOHR, little));
  return Buffer.concat([header('POSDATA'), Buffer.from(view.buffer)]);
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Bytes after FORCEREADY that say how many atoms follow. */
export const FORCE_HEAD_BYTES = 12;

/** Energy, eV, and the number of atoms. */
export function readForceHead(bytes: Uint8Array): { energy: number; atoms: number } {
  const view = viewOf(bytes);
  return { energy: view.getFloat64(0, little) * HARTREE, atoms: view.getInt32(8, little) };
}

/** Bytes of forces, virial, and the length of the last string. */
export function forceBodyBytes(atoms: number): number {
  return 24 * atoms + 72 + 4;
}

/** Forces, eV/Å, and how many bytes of text follow. The virial is not used. */
export function readForceBody(bytes: Uint8Array, atoms: number): { forces: Float64Array; textBytes: number } {
  const view = viewOf(bytes);
  const forces = new Float64Array(3 * atoms);
  for (let k = 0; k < forces.length; k++) forces[k] = (view.getFloat64(8 * k, little) * HARTREE) / BOHR;
  return { forces, textBytes: view.getInt32(24 * atoms + 72, little) };
}
