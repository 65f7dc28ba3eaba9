import { atomicNumberOf, LARGEST_ATOMIC_NUMBER } from '../element-symbols.ts';
import type { AtomColumns } from './atom-columns.ts';
import { columnRole } from './atom-columns.ts';
import { quoteForMessage } from './comment-line.ts';
import { asciiText, isNonFiniteWord, parseDecimal } from './decimal.ts';
import { unknownElement } from './element-names.ts';
import type { Finding } from './finding.ts';

const SPACE = 32;
const TAB = 9;
const VERTICAL_TAB = 11;
const FORM_FEED = 12;
/** Room made at once; more grows as atoms come, so that a count that promises too much costs nothing. */
const FIRST_CAPACITY = 1024;
const axisNames = ['x', 'y', 'z'];

/** Atomic numbers by the bytes of a symbol: first byte × 256 + second byte, 0 where there is none. */
const numbersByBytes = new Uint8Array(65536);
for (let first = 65; first <= 90; first++) {
  numbersByBytes[first * 256] = atomicNumberOf(String.fromCharCode(first)) ?? 0;
  for (let second = 97; second <= 122; second++)
    numbersByBytes[first * 256 + second] = atomicNumberOf(String.fromCharCode(first, second)) ?? 0;
}

function grown(values: Float64Array, length: number): Float64Array {
  const larger = new Float64Array(length);
  larger.set(values);
  return larger;
}

/** Bytes of one atom line. */
export interface AtomLine {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** Collects the atom lines of a frame of `count` atoms into typed arrays. */
export class AtomLines {
  readonly #count: number;
  readonly #columns: AtomColumns;
  #capacity: number;
  #length = 0;
  #species: Uint8Array;
  #positions: Float64Array;
  #forces: Float64Array;

  constructor(count: number, columns: AtomColumns) {
    this.#count = count;
    this.#columns = columns;
    this.#capacity = Math.min(count, FIRST_CAPACITY);
    this.#species = new Uint8Array(this.#capacity);
    this.#positions = new Float64Array(3 * this.#capacity);
    this.#forces = new Float64Array(columns.hasForces ? 3 * this.#capacity : 0);
  }

  get species(): Uint8Array {
    return this.#species.subarray(0, this.#length);
  }
  get positions(): Float64Array {
    return this.#positions.subarray(0, 3 * this.#length);
  }
  /** Undefined where the columns hold none. */
  get forces(): Float64Array | undefined {
    return this.#columns.hasForces ? this.#forces.subarray(0, 3 * this.#length) : undefined;
  }

  /** Adds the atom of `line`; gives back what is wrong with it, or null. At most `count` times. */
  take({ bytes, start, end }: AtomLine): Finding | null {
    if (this.#length === this.#capacity) this.#grow();
    const { roles, openEnded } = this.#columns;
    const atom = this.#length;
    let column = 0;
    let at = start;
    let fault: Finding | null = null;
    while (true) {
      while (at < end && isBlank(bytes[at]!)) at++;
      if (at >= end) break;
      const from = at;
      while (at < end && !isBlank(bytes[at]!)) at++;
      if (column < roles.length) {
        const role = roles[column]!;
        if (role !== columnRole.skip) fault ??= this.#takeWord(role, atom, bytes, from, at);
      } else if (openEnded) break;
      column++;
    }
    if (openEnded ? column < roles.length : column !== roles.length) return this.#wrongCount(bytes, start, end);
    if (fault !== null) return fault;
    this.#length = atom + 1;
    return null;
  }

  #takeWord(role: number, atom: number, bytes: Uint8Array, from: number, to: number): Finding | null {
    if (role >= columnRole.positionX) {
      const value = parseDecimal(bytes, from, to);
      const isForce = role >= columnRole.forceX;
      const axis = isForce ? role - columnRole.forceX : role - columnRole.positionX;
      if (Number.isNaN(value)) return badNumber(asciiText(bytes, from, to), isForce, axis);
      if (isForce) this.#forces[3 * atom + axis] = value;
      else this.#positions[3 * atom + axis] = value;
      return null;
    }
    const z = role === columnRole.species ? elementOf(bytes, from, to) : parseDecimal(bytes, from, to);
    if (!(Number.isInteger(z) && z >= 1 && z <= LARGEST_ATOMIC_NUMBER))
      return unknownElement(asciiText(bytes, from, to));
    // A frame may give both the symbol and the number; then the two must agree.
    const before = this.#species[atom]!;
    if (before !== 0 && before !== z)
      return {
        message: `its symbol and its atomic number name different elements (${before} and ${z})`,
        fix: 'Correct one of the two, or drop a column.',
      };
    this.#species[atom] = z;
    return null;
  }

  #wrongCount(bytes: Uint8Array, start: number, end: number): Finding {
    const found = asciiText(bytes, start, Math.min(end, start + 100_000))
      .split(/\s+/)
      .filter((word) => word !== '').length;
    const { roles, openEnded } = this.#columns;
    return {
      message: `found ${found} columns instead of ${roles.length}${openEnded ? ' or more' : ''}`,
      fix: `${openEnded ? 'Give an element and three coordinates' : 'Give as many columns as Properties declares'}; if the next frame begins here, correct the number of atoms.`,
    };
  }

  #grow(): void {
    this.#capacity = Math.min(this.#count, 2 * this.#capacity);
    const species = new Uint8Array(this.#capacity);
    species.set(this.#species);
    this.#species = species;
    this.#positions = grown(this.#positions, 3 * this.#capacity);
    if (this.#columns.hasForces) this.#forces = grown(this.#forces, 3 * this.#capacity);
  }
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB || byte === VERTICAL_TAB || byte === FORM_FEED;
}

/** 0 for what is no symbol. */
function elementOf(bytes: Uint8Array, from: number, to: number): number {
  if (to - from === 1) return numbersByBytes[bytes[from]! * 256]!;
  if (to - from === 2) return numbersByBytes[bytes[from]! * 256 + bytes[from + 1]!]!;
  return 0;
}

function badNumber(word: string, isForce: boolean, axis: number): Finding {
  const subject = `the ${axisNames[axis]!} component of its ${isForce ? 'force' : 'position'} is ${quoteForMessage(word)}`;
  if (isNonFiniteWord(word))
    return {
      message: `${subject}, which is not finite`,
      fix: isForce
        ? 'Remove the structure, or repeat the calculation that gave its forces.'
        : 'Give finite coordinates in Å.',
    };
  return { message: `${subject}, which is not a number`, fix: 'Write a decimal number.' };
}
