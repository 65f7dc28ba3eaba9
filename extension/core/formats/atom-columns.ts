import { quoteForMessage } from './comment-line.ts';
import { candidatesOf, forceColumns, numberColumns, positionColumns, speciesColumns } from './label-keys.ts';
import type { Warning } from './finding.ts';

/** What an atom line's word means. Positions and forces take three consecutive roles, x first. */
export const columnRole = { skip: 0, species: 1, atomicNumber: 2, positionX: 3, forceX: 6 } as const;

/** Meaning of the columns of a frame's atom lines. */
export interface AtomColumns {
  /** One role per word of a line; more words are an error unless `openEnded`. */
  readonly roles: Uint8Array;
  readonly hasForces: boolean;
  /** Names of the columns, as the file spells them. */
  readonly names: readonly string[];
  /** Plain XYZ: whatever follows the fourth word is not read. */
  readonly openEnded: boolean;
}

export type ParsedColumns =
  | { readonly kind: 'ok'; readonly columns: AtomColumns; readonly warnings: readonly Warning[] }
  | { readonly kind: 'malformed'; readonly message: string; readonly fix: string };

interface Column {
  readonly type: string;
  readonly width: number;
  readonly start: number;
}

/** Columns of a file that does not declare any: species and position, whatever else follows. */
export const plainColumns: AtomColumns = {
  roles: Uint8Array.of(columnRole.species, columnRole.positionX, columnRole.positionX + 1, columnRole.positionX + 2),
  hasForces: false,
  names: [],
  openEnded: true,
};

const malformed = (message: string, fix: string): ParsedColumns => ({ kind: 'malformed', message, fix });

/**
 * Parses `Properties=name:type:count:...`; types are S, I, R, L. Needs a position (R:3) and a species (S:1) or an atomic
 * number (I:1); forces are R:3. All other columns are counted and skipped.
 */
export function parseAtomColumns(text: string, maximumColumns: number): ParsedColumns {
  const parts = text.split(':');
  const named: { name: string; value: Column }[] = [];
  let total = 0;
  if (parts.length % 3 !== 0)
    return malformed(
      'Properties is not made of name:type:count triplets',
      'Write for example Properties=species:S:1:pos:R:3.',
    );
  for (let at = 0; at < parts.length; at += 3) {
    const name = parts[at]!.trim();
    const type = parts[at + 1]!.trim().toUpperCase();
    const width = parts[at + 2]!.trim();
    if (!/^[SIRL]$/.test(type))
      return malformed(
        `column ${quoteForMessage(name)} has unknown type ${quoteForMessage(type)}`,
        'Use S (text), I (integer), R (real) or L (logical).',
      );
    if (!/^[1-9][0-9]{0,5}$/.test(width))
      return malformed(
        `column ${quoteForMessage(name)} has the width ${quoteForMessage(width)}`,
        'Give the number of columns as an integer of at least 1.',
      );
    named.push({ name, value: { type, width: Number(width), start: total } });
    total += Number(width);
    if (total > maximumColumns)
      return malformed(
        `Properties declares more than ${maximumColumns} columns`,
        'Remove columns that are not needed.',
      );
  }
  return assignRoles(named, total);
}

function assignRoles(named: readonly { name: string; value: Column }[], total: number): ParsedColumns {
  const roles = new Uint8Array(total);
  const fits =
    (type: string, width: number) =>
    ({ value }: { value: Column }) =>
      value.type === type && value.width === width;
  const position = candidatesOf(named, positionColumns).find(fits('R', 3));
  if (position === undefined) return malformed('Properties declares no positions', 'Add pos:R:3 to Properties.');
  const species = candidatesOf(named, speciesColumns).find(fits('S', 1));
  const number = candidatesOf(named, numberColumns).find(fits('I', 1));
  if (species === undefined && number === undefined)
    return malformed('Properties declares no elements', 'Add species:S:1 or Z:I:1 to Properties.');
  const forces = candidatesOf(named, forceColumns);
  const misshapen = forces.find((candidate) => !fits('R', 3)(candidate));
  if (misshapen !== undefined)
    return malformed(
      `column ${quoteForMessage(misshapen.name)} is ${misshapen.value.type}:${misshapen.value.width}, forces are R:3`,
      `Write ${misshapen.name}:R:3, or rename the column if it does not hold force vectors.`,
    );
  if (species !== undefined) roles[species.value.start] = columnRole.species;
  if (number !== undefined) roles[number.value.start] = columnRole.atomicNumber;
  const [force, ...others] = forces;
  for (let axis = 0; axis < 3; axis++) {
    roles[position.value.start + axis] = columnRole.positionX + axis;
    if (force !== undefined) roles[force.value.start + axis] = columnRole.forceX + axis;
  }
  const warnings: Warning[] = [];
  if (force !== undefined && others.length > 0)
    warnings.push({
      rule: 'ambiguous forces',
      message: `Forces stand under ${[force, ...others].map(({ name }) => quoteForMessage(name)).join(', ')}; ${quoteForMessage(force.name)} is used.`,
      fix: 'Keep one of these columns, or rename those that do not hold the reference forces.',
    });
  return {
    kind: 'ok',
    columns: { roles, hasForces: force !== undefined, names: named.map(({ name }) => name), openEnded: false },
    warnings,
  };
}
