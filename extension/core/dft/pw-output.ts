import { symbolOf } from '../element-symbols.ts';
import { parseDecimalText } from '../formats/decimal.ts';
import { childAt, readXml, type XmlElement } from './bounded-xml.ts';
import type { ReferenceOutcome } from './reference.ts';
import { BOHR_IN_ANGSTROM, HARTREE_IN_EV } from './units.ts';

/** What a run of `pw.x` wrote to `data-file-schema.xml`, and which program that was. */
export interface PwOutput {
  readonly outcome: ReferenceOutcome;
  /** Such as "PWSCF 6.7MaX". */
  readonly program: string;
}

/**
 * Reads the XML that `pw.x` leaves in its output folder (schema `qes`, versions of Quantum ESPRESSO 6.4 and later), in
 * Hartree atomic units. Without convergence, or with any number missing or not finite, there is no reference.
 *
 * Energy: `total_energy/etot`, with smearing the free energy, of which forces are the derivatives. Stress: the file
 * counts compression as positive; ours is positive under tension.
 *
 * @param species atomic numbers of the structure that was computed, to hold the file against; length n
 */
export function readPwOutput(text: string, species: Uint8Array): PwOutput {
  const read = readXml(text);
  if (read.kind === 'malformed')
    return { outcome: none(`the output of pw.x cannot be read: ${read.reason}`), program: '' };
  const creator = childAt(read.root, 'general_info', 'creator');
  const program = [creator?.attributes.get('NAME') ?? 'unknown', creator?.attributes.get('VERSION') ?? '']
    .join(' ')
    .trim();
  return { outcome: outcomeOf(read.root, species), program };
}

function outcomeOf(root: XmlElement, species: Uint8Array): ReferenceOutcome {
  const output = childAt(root, 'output');
  if (root.name !== 'espresso' || output === null) return none('the output of pw.x holds no results');
  const scf = childAt(output, 'convergence_info', 'scf_conv');
  const steps = scf === null ? NaN : numberIn(childAt(scf, 'n_scf_steps'));
  if (scf === null || childAt(scf, 'convergence_achieved')?.text.trim() !== 'true' || !(steps >= 1)) {
    const error = scf === null ? NaN : numberIn(childAt(scf, 'scf_error'));
    const reached = Number.isFinite(error) ? `, estimated error ${error.toExponential(1)} Ha` : '';
    return none(
      `the self-consistent calculation did not converge (${Number.isFinite(steps) ? steps : 'unknown'} steps${reached})`,
    );
  }
  const atoms =
    childAt(output, 'atomic_structure', 'atomic_positions')?.children.filter(({ name }) => name === 'atom') ?? [];
  const same =
    atoms.length === species.length && atoms.every((atom, k) => atom.attributes.get('name') === symbolOf(species[k]!));
  if (!same) return none('the output of pw.x is that of another structure');
  const energy = numberIn(childAt(output, 'total_energy', 'etot')) * HARTREE_IN_EV;
  const forces = numbersIn(childAt(output, 'forces'), 3 * species.length, HARTREE_IN_EV / BOHR_IN_ANGSTROM);
  const stress = numbersIn(childAt(output, 'stress'), 9, -HARTREE_IN_EV / BOHR_IN_ANGSTROM ** 3);
  if (!Number.isFinite(energy) || forces === null)
    return none('the output of pw.x lacks a finite energy or finite forces');
  const wall = numberIn(childAt(root, 'timing_info', 'total', 'wall'));
  return { kind: 'computed', energy, forces, stress, scfSteps: steps, seconds: Number.isFinite(wall) ? wall : 0 };
}

const none = (reason: string): ReferenceOutcome => ({ kind: 'none', reason });

const numberIn = (element: XmlElement | null): number =>
  element === null ? NaN : parseDecimalText(element.text.trim());

/** Exactly `count` finite numbers times a factor, or null. */
function numbersIn(element: XmlElement | null, count: number, factor: number): Float64Array | null {
  if (element === null) return null;
  const words = element.text.trim().split(/\s+/);
  if (words.length !== count) return null;
  // Adding 0 turns −0 into 0.
  const numbers = Float64Array.from(words, (word) => parseDecimalText(word) * factor + 0);
  return numbers.every(Number.isFinite) ? numbers : null;
}

/** What `pw.x` printed as the reason for giving up, or null: the lines of its box of percent signs. */
export function pwErrorIn(printed: string): string | null {
  const box = /Error in routine\s+(\S+)\s*\([^)\n]{0,20}\):?\s*\n([^%]{0,500})%/.exec(printed);
  if (box === null) return null;
  return `${box[1]!}: ${box[2]!.replace(/\s+/g, ' ').trim()}`;
}

/** The version that `pw.x` prints first, such as "6.7MaX", or null. */
export function pwVersionIn(printed: string): string | null {
  return /Program PWSCF v\.\s?(\S{1,40})/.exec(printed)?.[1] ?? null;
}
