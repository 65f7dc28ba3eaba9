import type { Problem } from '../problem.ts';
import { atomicNumberOf } from '../element-symbols.ts';
import type { Structure } from '../structure.ts';
import type { CifBlock, CifColumn } from './cif-blocks.ts';
import { cifBlocks } from './cif-blocks.ts';
import type { CifToken } from './cif-tokens.ts';
import { quoteForMessage } from './comment-line.ts';
import { cosineOfDegrees } from './cosine-of-degrees.ts';
import { parseDecimalText } from './decimal.ts';
import { unknownElement } from './element-names.ts';
import type { ReadOptions, StructureItem } from './item.ts';
import { defaultLimits } from './item.ts';
import { findFault } from './structure-checks.ts';

/** Ends the parse of one block; caught in this file only. */
class CifError extends Error {
  readonly line: number;
  readonly fix: string;
  constructor(line: number, message: string, fix: string) {
    super(message);
    this.line = line;
    this.fix = fix;
  }
}

const EXPAND = 'Expand the structure to P1 (ASE, pymatgen and VESTA can) and list every atom.';

const isUnknown = (token: CifToken): boolean => !token.quoted && (token.text === '?' || token.text === '.');

/** A number, its standard uncertainty in brackets left out: `1.234(5)`. */
function numberOf(token: CifToken, name: string): number {
  const value = parseDecimalText(token.text.replace(/\(\d+\)$/, ''));
  if (!Number.isFinite(value))
    throw new CifError(
      token.line,
      `${name} is ${quoteForMessage(token.text)}, which is not a finite number.`,
      'Write a decimal number.',
    );
  return value;
}

function cellNumber(block: CifBlock, name: string): number {
  const token = block.columns.get(name)?.values[0];
  if (token === undefined)
    throw new CifError(block.line, `${name} is missing.`, 'Give all three lengths and all three angles of the cell.');
  return numberOf(token, name);
}

/** Lattice with a along x and b in the xy plane, from lengths (Å) and angles (degrees). */
function latticeOf(block: CifBlock): Float64Array {
  const [a, b, c] = ['a', 'b', 'c'].map((axis) => cellNumber(block, `_cell_length_${axis}`)) as [
    number,
    number,
    number,
  ];
  const angles = ['alpha', 'beta', 'gamma'].map((angle) => cellNumber(block, `_cell_angle_${angle}`));
  const line = block.columns.get('_cell_length_a')!.line;
  if (!(a > 0 && b > 0 && c > 0)) throw new CifError(line, 'A cell length is not positive.', 'Give lengths in Å.');
  if (!angles.every((angle) => angle > 0 && angle < 180))
    throw new CifError(line, 'A cell angle is not between 0 and 180 degrees.', 'Give angles in degrees.');
  const [cosAlpha, cosBeta, cosGamma] = angles.map(cosineOfDegrees) as [number, number, number];
  const sinGamma = Math.sqrt((1 - cosGamma) * (1 + cosGamma));
  const cy = (cosAlpha - cosBeta * cosGamma) / sinGamma;
  const cz2 = 1 - cosBeta * cosBeta - cy * cy;
  if (!(cz2 > 0)) throw new CifError(line, 'The cell angles fit no cell.', 'Correct the angles.');
  return Float64Array.of(a, 0, 0, b * cosGamma, b * sinGamma, 0, c * cosBeta, c * cy, c * Math.sqrt(cz2));
}

const operationNames = [
  '_symmetry_equiv_pos_as_xyz',
  '_space_group_symop_operation_xyz',
  '_space_group_symop.operation_xyz',
];
const groupNames: readonly (readonly [string, RegExp])[] = [
  ['_symmetry_space_group_name_h-m', /^P\s*1$/i],
  ['_space_group_name_h-m_alt', /^P\s*1$/i],
  ['_symmetry_space_group_name_hall', /^P\s*1$/i],
  ['_space_group_name_hall', /^P\s*1$/i],
  ['_symmetry_int_tables_number', /^1$/],
  ['_space_group_it_number', /^1$/],
];

/** Every sign of a symmetry that would make further atoms is an error. */
function requireP1(block: CifBlock): void {
  for (const name of operationNames) {
    for (const { text, line } of block.columns.get(name)?.values ?? []) {
      const operation = text.toLowerCase().replace(/[\s+'"]/g, '');
      if (operation !== 'x,y,z')
        throw new CifError(
          line,
          `The symmetry operation ${quoteForMessage(text)} makes atoms that are not listed.`,
          EXPAND,
        );
    }
  }
  for (const [name, p1] of groupNames) {
    const token = block.columns.get(name)?.values[0];
    if (token !== undefined && !isUnknown(token) && !p1.test(token.text.trim()))
      throw new CifError(token.line, `The space group is ${quoteForMessage(token.text)}, not P1.`, EXPAND);
  }
}

/** Element of a type symbol (`Fe3+`, `O2-`, `Si`) or of a label (`Fe1`, `O_a`). */
function elementOf({ text, line }: CifToken, fromLabel: boolean): number {
  const pattern = fromLabel ? /^([A-Z][a-z]?)(?![A-Za-z])/ : /^([A-Z][a-z]?)(?:\d*[+-]|[+-]\d+|0\+?)?$/;
  const z = atomicNumberOf(pattern.exec(text)?.[1] ?? '');
  if (z === undefined) {
    const { message, fix } = unknownElement(text);
    throw new CifError(line, `${message}.`, fix);
  }
  return z;
}

function speciesOf(block: CifBlock, maximumAtoms: number): Uint8Array {
  const symbols = block.columns.get('_atom_site_type_symbol');
  const sites = symbols ?? block.columns.get('_atom_site_label');
  if (sites === undefined)
    throw new CifError(
      block.line,
      'There are no atom sites.',
      'Add a loop with _atom_site_type_symbol and _atom_site_fract_x, _y, _z.',
    );
  if (sites.values.length > maximumAtoms)
    throw new CifError(
      sites.line,
      `There are ${sites.values.length} atoms; at most ${maximumAtoms} are read.`,
      'Split the structure.',
    );
  const species = new Uint8Array(sites.values.length);
  sites.values.forEach((token, atom) => (species[atom] = elementOf(token, symbols === undefined)));
  return species;
}

function requireFullOccupancy(block: CifBlock): void {
  for (const token of block.columns.get('_atom_site_occupancy')?.values ?? [])
    if (!isUnknown(token) && numberOf(token, '_atom_site_occupancy') !== 1)
      throw new CifError(
        token.line,
        `The occupancy is ${quoteForMessage(token.text)}; only fully occupied sites can be used.`,
        'Choose an ordered cell that approximates the disorder.',
      );
}

function coordinates(
  block: CifBlock,
  kind: 'fract' | 'cartn',
  n: number,
): [CifColumn, CifColumn, CifColumn] | undefined {
  const columns = ['x', 'y', 'z'].map((axis) => block.columns.get(`_atom_site_${kind}_${axis}`));
  const [x, y, z] = columns;
  return x?.values.length === n && y?.values.length === n && z?.values.length === n ? [x, y, z] : undefined;
}

function positionsOf(block: CifBlock, lattice: Float64Array, n: number): Float64Array {
  const fractional = coordinates(block, 'fract', n);
  const columns = fractional ?? coordinates(block, 'cartn', n);
  if (columns === undefined)
    throw new CifError(
      block.line,
      'The atom sites have no coordinates.',
      'Add _atom_site_fract_x, _atom_site_fract_y and _atom_site_fract_z.',
    );
  const positions = new Float64Array(3 * n);
  for (let atom = 0; atom < n; atom++) {
    const [x, y, z] = columns.map(({ values }) => numberOf(values[atom]!, 'A coordinate')) as [number, number, number];
    for (let axis = 0; axis < 3; axis++)
      positions[3 * atom + axis] =
        fractional === undefined
          ? [x, y, z][axis]!
          : x * lattice[axis]! + y * lattice[3 + axis]! + z * lattice[6 + axis]!;
  }
  return positions;
}

function structureOf(block: CifBlock, file: string, index: number, maximumAtoms: number): Structure {
  requireP1(block);
  const lattice = latticeOf(block);
  const species = speciesOf(block, maximumAtoms);
  requireFullOccupancy(block);
  const structure: Structure = {
    lattice,
    periodic: [true, true, true],
    species,
    positions: positionsOf(block, lattice, species.length),
    ...(block.name !== '' && { label: block.name }),
    source: { file, index, line: block.line },
  };
  const fault = findFault(structure);
  const site = fault?.atom == null ? undefined : coordinates(block, 'fract', species.length)?.[0].values[fault.atom];
  if (fault !== null) throw new CifError(site?.line ?? block.line, fault.message, fault.fix);
  return structure;
}

const isCrystal = ({ columns }: CifBlock): boolean =>
  [...columns.keys()].some((name) => /^_(?:cell_(?:length|angle)|atom_site)_/.test(name));

/**
 * Reads the structures of a CIF file in P1, one per data block that describes a crystal; blocks without a cell and atoms
 * (journal data) are passed over. Lattice: a along x, b in the xy plane; Cartesian sites are taken in those axes. Byte
 * ranges of the items are those of the whole file.
 */
export function parseCif(text: string, file: string, byteLength: number, options: ReadOptions = {}): StructureItem[] {
  const error = (line: number | null, message: string, fix: string): Problem => ({
    kind: 'problem',
    severity: 'error',
    file,
    line,
    message,
    fix,
  });
  const parsed = cifBlocks(text);
  if (parsed.kind === 'malformed')
    return [{ kind: 'problem', problem: error(parsed.line, parsed.message, parsed.fix), rejected: null }];
  const crystals = parsed.blocks.filter(isCrystal);
  if (crystals.length === 0)
    return [
      {
        kind: 'problem',
        problem: error(null, 'The file holds no structure.', 'Check that the right file is named.'),
        rejected: null,
      },
    ];
  return crystals.map((block, index): StructureItem => {
    try {
      const structure = structureOf(block, file, index, options.limits?.atoms ?? defaultLimits.atoms);
      return { kind: 'structure', structure, byteOffset: 0, byteLength };
    } catch (thrown) {
      if (!(thrown instanceof CifError)) throw thrown;
      return {
        kind: 'problem',
        problem: error(thrown.line, thrown.message, thrown.fix),
        rejected: { index, line: block.line },
      };
    }
  });
}
