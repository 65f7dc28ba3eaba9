import type { Checked, Problem } from '../problem.ts';
import { atomicNumberOf } from '../element-symbols.ts';
import type { Structure } from '../structure.ts';
import { cellVolume } from './cell-geometry.ts';
import { quoteForMessage } from './comment-line.ts';
import { cubeRoot } from './cube-root.ts';
import { parseDecimalText } from './decimal.ts';
import { unknownElement } from './element-names.ts';
import type { ReadOptions } from './item.ts';
import { defaultLimits } from './item.ts';
import { findFault } from './structure-checks.ts';

/** Ends the parse of one file; caught in this file only. `line` is one-based. */
class PoscarError extends Error {
  readonly line: number;
  readonly fix: string;
  constructor(line: number, message: string, fix: string) {
    super(message);
    this.line = line;
    this.fix = fix;
  }
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

/** Lines of the file by one-based number; reading past the end is an error. */
class Lines {
  readonly #lines: readonly string[];
  constructor(text: string) {
    this.#lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  }
  at(line: number, expected: string): string {
    const text = this.#lines[line - 1];
    if (text === undefined || (line === this.#lines.length && text === ''))
      throw new PoscarError(line, `The file ends where ${expected} should be.`, 'Complete the file; it was cut off.');
    return text;
  }
}

/** The first `count` numbers of a line. */
function numbersAt(lines: Lines, line: number, count: number, expected: string): number[] {
  const found = words(lines.at(line, expected)).slice(0, count);
  const numbers = found.map(parseDecimalText);
  if (numbers.length < count || numbers.some((number) => !Number.isFinite(number)))
    throw new PoscarError(
      line,
      `Expected ${expected}, found ${quoteForMessage(found.join(' '))}.`,
      `Write ${count} finite number${count === 1 ? '' : 's'}.`,
    );
  return numbers;
}

/** Scale factors of the three Cartesian axes from line 2: one positive factor, minus the volume in Å³, or three factors. */
function scaleOf(lines: Lines, lattice: Float64Array): [number, number, number] {
  const line = 2;
  const found = words(lines.at(line, 'the scale factor')).map(parseDecimalText);
  const factors = found.length >= 3 && found.slice(0, 3).every(Number.isFinite) ? found.slice(0, 3) : found.slice(0, 1);
  const [x, y, z] = factors;
  if (x === undefined || !Number.isFinite(x) || x === 0)
    throw new PoscarError(
      line,
      'The scale factor is not a number other than zero.',
      'Write 1.0 where the lattice is in Å.',
    );
  if (y !== undefined && z !== undefined) {
    if (!(x > 0 && y > 0 && z > 0))
      throw new PoscarError(line, 'One of three scale factors is not positive.', 'Write three positive factors.');
    return [x, y, z];
  }
  const factor = x > 0 ? x : cubeRoot(-x / cellVolume(lattice));
  if (!Number.isFinite(factor))
    throw new PoscarError(
      line,
      'A volume is asked for, but the lattice vectors span none.',
      'Give independent lattice vectors.',
    );
  return [factor, factor, factor];
}

interface Composition {
  readonly species: Uint8Array;
  /** Line that follows. */
  readonly next: number;
  readonly symbolsFromComment: boolean;
}

/** Symbols as POTCAR names them: `Si`, `Si_pv`, `Fe/1a2b`. */
function elementAt(line: number, name: string): number {
  const symbol = /^([A-Za-z]+)(?:[_./].*)?$/.exec(name)?.[1] ?? name;
  const z = atomicNumberOf(symbol);
  if (z === undefined) {
    const { message, fix } = unknownElement(symbol);
    throw new PoscarError(line, `${message}.`, fix);
  }
  return z;
}

function compositionOf(lines: Lines, maximumAtoms: number): Composition {
  const line = 6;
  const names = words(lines.at(line, 'the line of element symbols'));
  const isCount = (word: string): boolean => /^\d+$/.test(word);
  let symbols = names;
  let counts: string[];
  const symbolsFromComment = names.length > 0 && names.every(isCount);
  if (symbolsFromComment) {
    counts = names;
    symbols = words(lines.at(1, 'a comment'));
    if (
      symbols.length !== counts.length ||
      symbols.some((name) => atomicNumberOf(/^[A-Za-z]*/.exec(name)![0]) === undefined)
    )
      throw new PoscarError(
        line,
        'The line of element symbols is missing (VASP 4 format).',
        'Insert a line with one symbol per count, such as "Si O", before this one.',
      );
  } else {
    counts = words(lines.at(line + 1, 'the numbers of atoms'));
    const comment = counts.findIndex((word) => !isCount(word));
    if (comment > 0) counts = counts.slice(0, comment);
  }
  const countsLine = symbolsFromComment ? line : line + 1;
  if (counts.length !== symbols.length || counts.length === 0 || !counts.every(isCount))
    throw new PoscarError(
      countsLine,
      `Found ${symbols.length} element symbols but ${counts.filter(isCount).length} numbers of atoms.`,
      'Give one number of atoms for each symbol.',
    );
  const total = counts.reduce((sum, count) => sum + Number(count), 0);
  if (total < 1 || total > maximumAtoms)
    throw new PoscarError(
      countsLine,
      `The file says it has ${total} atoms; 1 to ${maximumAtoms} are read.`,
      'Correct the numbers of atoms.',
    );
  const species = new Uint8Array(total);
  let at = 0;
  symbols.forEach((name, index) => {
    const z = elementAt(symbolsFromComment ? 1 : line, name);
    species.fill(z, at, at + Number(counts[index]));
    at += Number(counts[index]);
  });
  return { species, next: countsLine + 1, symbolsFromComment };
}

function modeOf(lines: Lines, line: number): 'direct' | 'cartesian' {
  const text = lines.at(line, '"Direct" or "Cartesian"').trim();
  if (/^[cCkK]/.test(text)) return 'cartesian';
  if (/^[dDfF]/.test(text)) return 'direct';
  throw new PoscarError(
    line,
    `Expected "Direct" or "Cartesian", found ${quoteForMessage(text)}.`,
    'Say how the positions are given.',
  );
}

function structureOf(
  text: string,
  file: string,
  maximumAtoms: number,
): { structure: Structure; firstAtom: number; symbolsFromComment: boolean } {
  const lines = new Lines(text);
  const label = lines.at(1, 'a comment').trim();
  const lattice = new Float64Array(9);
  for (let row = 0; row < 3; row++) lattice.set(numbersAt(lines, 3 + row, 3, 'a lattice vector'), 3 * row);
  const scale = scaleOf(lines, lattice);
  for (let at = 0; at < 9; at++) lattice[at]! *= scale[at % 3]!;
  const { species, next, symbolsFromComment } = compositionOf(lines, maximumAtoms);
  const isSelective = /^\s*[sS]/.test(lines.at(next, '"Direct" or "Cartesian"'));
  const modeLine = isSelective ? next + 1 : next;
  const mode = modeOf(lines, modeLine);
  const positions = new Float64Array(3 * species.length);
  for (let atom = 0; atom < species.length; atom++) {
    const [x, y, z] = numbersAt(lines, modeLine + 1 + atom, 3, `the position of atom ${atom + 1}`) as [
      number,
      number,
      number,
    ];
    for (let axis = 0; axis < 3; axis++)
      positions[3 * atom + axis] =
        mode === 'cartesian'
          ? [x, y, z][axis]! * scale[axis]!
          : x * lattice[axis]! + y * lattice[3 + axis]! + z * lattice[6 + axis]!;
  }
  const structure: Structure = {
    lattice,
    periodic: [true, true, true],
    species,
    positions,
    ...(label !== '' && { label }),
    source: { file, index: 0, line: 1 },
  };
  return { structure, firstAtom: modeLine + 1, symbolsFromComment };
}

/**
 * Reads a POSCAR or CONTCAR file: VASP 5, or VASP 4 where the comment line lists the symbols. Lattice in Å after scaling;
 * selective dynamics and velocities are not kept; the comment becomes the label.
 */
export function parsePoscar(text: string, file: string, options: ReadOptions = {}): Checked<Structure> {
  const problem = (severity: 'error' | 'warning', line: number, message: string, fix: string): Problem => ({
    kind: 'problem',
    severity,
    file,
    line,
    message,
    fix,
  });
  try {
    const limit = options.limits?.atoms ?? defaultLimits.atoms;
    const { structure, firstAtom, symbolsFromComment } = structureOf(text, file, limit);
    const fault = findFault(structure);
    if (fault !== null)
      return {
        kind: 'rejected',
        problems: [problem('error', fault.atom === null ? 3 : firstAtom + fault.atom, fault.message, fault.fix)],
      };
    const warnings = symbolsFromComment
      ? [
          problem(
            'warning',
            1,
            'The element symbols are taken from the comment (VASP 4 format).',
            'Insert a line of symbols before line 6.',
          ),
        ]
      : [];
    return { kind: 'ok', value: structure, warnings };
  } catch (error) {
    if (!(error instanceof PoscarError)) throw error;
    return { kind: 'rejected', problems: [problem('error', error.line, error.message, error.fix)] };
  }
}
