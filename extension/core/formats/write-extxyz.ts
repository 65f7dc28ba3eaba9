import { symbolOf } from '../element-symbols.ts';
import type { Structure } from '../structure.ts';
import { quoteValue } from './comment-line.ts';
import { formatDecimal } from './decimal.ts';

const row = (values: Iterable<number>): string => Array.from(values, formatDecimal).join(' ');

/**
 * A structure as one frame of extended XYZ, newline at the end. Every number is the shortest decimal that reads back as
 * the same double, so reading gives all of them back bit for bit, and the label unchanged (under `name`). A lattice of
 * nine zeros is left out. All numbers must be finite.
 */
export function writeExtxyz(structure: Structure): string {
  const { lattice, periodic, species, positions, energy, forces, stress, label } = structure;
  const keys: string[] = [];
  const hasLattice = lattice.some((component) => component !== 0 || Object.is(component, -0));
  if (hasLattice) keys.push(`Lattice="${row(lattice)}"`);
  keys.push(`Properties=species:S:1:pos:R:3${forces === undefined ? '' : ':forces:R:3'}`);
  if (energy !== undefined) keys.push(`energy=${formatDecimal(energy)}`);
  if (stress !== undefined) keys.push(`stress="${row(stress)}"`);
  if (label !== undefined) keys.push(`name=${quoteValue(label)}`);
  keys.push(`pbc="${periodic.map((flag) => (flag ? 'T' : 'F')).join(' ')}"`);
  const lines = [String(species.length), keys.join(' ')];
  for (let atom = 0; atom < species.length; atom++) {
    const position = row(positions.subarray(3 * atom, 3 * atom + 3));
    const force = forces === undefined ? '' : ` ${row(forces.subarray(3 * atom, 3 * atom + 3))}`;
    lines.push(`${symbolOf(species[atom]!)} ${position}${force}`);
  }
  return `${lines.join('\n')}\n`;
}
