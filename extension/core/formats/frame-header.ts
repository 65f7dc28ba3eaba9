import { cellVolume } from './cell-geometry.ts';
import type { AtomColumns } from './atom-columns.ts';
import { parseAtomColumns, plainColumns } from './atom-columns.ts';
import type { CommentEntry } from './comment-line.ts';
import { arrayWords, parseBoolean, parseCommentLine, quoteForMessage } from './comment-line.ts';
import { isNonFiniteWord, parseDecimalText } from './decimal.ts';
import type { Warning } from './finding.ts';
import type { ReadLimits } from './item.ts';
import { lookalikeWarnings } from './lookalike-keys.ts';
import type { NamedValue } from './label-keys.ts';
import { candidatesOf, energyKeys, labelKeys, stressKeys, unitRules, virialKeys } from './label-keys.ts';

/** Everything the comment line of a frame says that matters here. */
export interface FrameHeader {
  readonly columns: AtomColumns;
  readonly lattice: Float64Array;
  readonly periodic: readonly [boolean, boolean, boolean];
  readonly energy?: number;
  readonly stress?: Float64Array;
  readonly label?: string;
}

export type ParsedHeader =
  | { readonly kind: 'ok'; readonly header: FrameHeader; readonly warnings: readonly Warning[] }
  | { readonly kind: 'malformed'; readonly message: string; readonly fix: string };

/** Ends the parse of one header; caught in this file only. */
class HeaderError extends Error {
  readonly fix: string;
  constructor(message: string, fix: string) {
    super(message);
    this.fix = fix;
  }
}

type Named = NamedValue<CommentEntry>;

function numbersOf({ name, value }: Named, counts: readonly number[], meaning: string): Float64Array {
  const words = arrayWords(value);
  if (!counts.includes(words.length))
    throw new HeaderError(
      `${quoteForMessage(name)} holds ${words.length} values, ${meaning} needs ${counts.join(' or ')}`,
      `Write ${name}="..." with ${counts.join(' or ')} numbers separated by blanks.`,
    );
  return Float64Array.from(words, (word) => {
    const number = parseDecimalText(word);
    if (!Number.isFinite(number))
      throw new HeaderError(
        `${quoteForMessage(name)} holds ${quoteForMessage(word)}, which is ${isNonFiniteWord(word) ? 'not finite' : 'not a number'}`,
        `Give ${meaning} as finite numbers, or remove the structure if its calculation failed.`,
      );
    return number;
  });
}

function ambiguity(quantity: string, candidates: readonly Named[]): Warning[] {
  const [chosen, ...others] = candidates;
  if (chosen === undefined || others.every(({ value }) => value.text === chosen.value.text)) return [];
  return [
    {
      rule: `ambiguous ${quantity}`,
      message: `${quantity} stands under ${candidates.map(({ name }) => quoteForMessage(name)).join(', ')} with different values; ${quoteForMessage(chosen.name)} is used.`,
      fix: 'Keep one of these keys, or rename those that do not hold the reference value.',
    },
  ];
}

function energyOf(named: readonly Named[], warnings: Warning[]): number | undefined {
  const candidates = candidatesOf(named, energyKeys);
  const [chosen] = candidates;
  if (chosen === undefined) return undefined;
  // An energy and the free energy of the same calculation side by side are usual, and no ambiguity.
  warnings.push(
    ...ambiguity(
      'The energy',
      candidates.filter(({ name }) => name.toLowerCase() !== 'free_energy'),
    ),
  );
  return numbersOf(chosen, [1], 'an energy')[0]!;
}

/** Row-major 3×3 tensor from 9 values, or from 6 in Voigt order xx yy zz yz xz xy. */
function tensorOf(named: Named): Float64Array {
  const t = numbersOf(named, [6, 9], 'a stress or virial');
  if (t.length === 9) return t;
  return Float64Array.of(t[0]!, t[5]!, t[4]!, t[5]!, t[1]!, t[3]!, t[4]!, t[3]!, t[2]!);
}

function stressOf(named: readonly Named[], lattice: Float64Array, warnings: Warning[]): Float64Array | undefined {
  const stresses = candidatesOf(named, stressKeys);
  warnings.push(...ambiguity('The stress', stresses));
  const virials = candidatesOf(named, virialKeys);
  warnings.push(...ambiguity('The virial', virials));
  if (stresses[0] !== undefined) return tensorOf(stresses[0]);
  const [virial] = virials;
  if (virial === undefined) return undefined;
  const volume = cellVolume(lattice);
  if (!(volume > 0)) {
    warnings.push({
      rule: 'virial without cell',
      message: `${quoteForMessage(virial.name)} is not used: without a cell there is no volume to make a stress of it.`,
      fix: 'Add the Lattice, or remove the virial.',
    });
    return undefined;
  }
  return tensorOf(virial).map((component) => -component / volume);
}

function periodicOf(pbc: Named | undefined, hasLattice: boolean): [boolean, boolean, boolean] {
  if (pbc === undefined) return [hasLattice, hasLattice, hasLattice];
  const words = arrayWords(pbc.value);
  const compact = words.length === 1 ? /^([TF])([TF])([TF])$/.exec(words[0]!) : null;
  const flags = compact?.slice(1) ?? words;
  const [a, b, c] = flags.map(parseBoolean);
  if (flags.length === 1 && a !== undefined) return [a, a, a];
  if (flags.length !== 3 || a === undefined || b === undefined || c === undefined)
    throw new HeaderError(
      `pbc is ${quoteForMessage(pbc.value.text)}`,
      'Write pbc="T T T" with T or F for each lattice vector.',
    );
  return [a, b, c];
}

function checkUnits(named: readonly Named[]): void {
  for (const { name, value } of named) {
    const known = unitRules.find(({ keys }) => keys.test(name));
    if (known !== undefined && !known.spellings.test(value.text.trim()))
      throw new HeaderError(
        `${quoteForMessage(name)} declares the ${known.quantity} in ${quoteForMessage(value.text)}`,
        `Convert the data to ${known.unit}.`,
      );
  }
}

function labelOf(named: readonly Named[], labelKey: string | undefined): string | undefined {
  const own = named.find(({ name, value }) => name === labelKey && value.style !== 'flag');
  const chosen = own ?? candidatesOf(named, labelKeys).find(({ value }) => value.style !== 'flag');
  return chosen?.value.text;
}

function single(named: readonly Named[], key: string): Named | undefined {
  const found = named.filter(({ name }) => name.toLowerCase() === key);
  if (found.length > 1) throw new HeaderError(`the key ${found[0]!.name} appears more than once`, 'Keep one of them.');
  return found[0];
}

function headerOf(named: readonly Named[], limits: ReadLimits, labelKey: string | undefined): ParsedHeader {
  const warnings: Warning[] = [];
  const latticeEntry = single(named, 'lattice');
  const lattice = latticeEntry === undefined ? new Float64Array(9) : numbersOf(latticeEntry, [9], 'a lattice');
  const properties = single(named, 'properties');
  let columns = plainColumns;
  if (properties !== undefined) {
    const parsed = parseAtomColumns(properties.value.text, limits.columns);
    if (parsed.kind === 'malformed') return parsed;
    columns = parsed.columns;
    warnings.push(...parsed.warnings);
  }
  checkUnits(named);
  const periodic = periodicOf(single(named, 'pbc'), latticeEntry !== undefined);
  if (latticeEntry === undefined && periodic.includes(true))
    throw new HeaderError(
      'pbc says periodic but there is no Lattice',
      'Add Lattice="ax ay az bx by bz cx cy cz", or write pbc="F F F".',
    );
  const energy = energyOf(named, warnings);
  const stress = stressOf(named, lattice, warnings);
  const label = labelOf(named, labelKey);
  const names = [...named.map(({ name }) => name), ...columns.names];
  const found = { energy: energy !== undefined, forces: columns.hasForces, stress: stress !== undefined };
  warnings.push(...lookalikeWarnings(names, found));
  const header: FrameHeader = {
    columns,
    lattice,
    periodic,
    ...(energy !== undefined && { energy }),
    ...(stress !== undefined && { stress }),
    ...(label !== undefined && { label }),
  };
  return { kind: 'ok', header, warnings };
}

/**
 * Reads the comment line of a frame. Lattice: nine numbers, rows are vectors, Å. Without `Properties` the atom lines are
 * taken as species and position; without `Lattice` the structure is not periodic. A line that is not in key=value form
 * and mentions neither is the free text of plain XYZ.
 */
export function parseFrameHeader(line: string, limits: ReadLimits, labelKey?: string): ParsedHeader {
  const comment = parseCommentLine(line, limits.keys);
  if (comment.kind === 'malformed') {
    if (!/\b(?:lattice|properties)\s*=/i.test(line)) return headerOf([], limits, undefined);
    return { kind: 'malformed', message: `The comment line cannot be read: ${comment.message}`, fix: comment.fix };
  }
  try {
    const named = comment.entries.map((value) => ({ name: value.key, value }));
    const parsed = headerOf(named, limits, labelKey);
    if (parsed.kind === 'ok') return parsed;
    return { ...parsed, message: `The comment line cannot be used: ${parsed.message}` };
  } catch (error) {
    if (!(error instanceof HeaderError)) throw error;
    return { kind: 'malformed', message: `The comment line cannot be used: ${error.message}`, fix: error.fix };
  }
}
