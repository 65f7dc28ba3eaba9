import { symbolOf } from '../element-symbols.ts';
import type { Structure } from '../structure.ts';
import { inverse } from './cell-geometry.ts';
import { formatDecimal } from './decimal.ts';

function cellParameters(lattice: Float64Array): { lengths: number[]; angles: number[] } {
  const dot = (i: number, j: number): number => {
    let sum = 0;
    for (let axis = 0; axis < 3; axis++) sum += lattice[3 * i + axis]! * lattice[3 * j + axis]!;
    return sum;
  };
  const lengths = [0, 1, 2].map((i) => Math.sqrt(dot(i, i)));
  const angle = (i: number, j: number): number => (Math.acos(dot(i, j) / (lengths[i]! * lengths[j]!)) * 180) / Math.PI;
  return { lengths, angles: [angle(1, 2), angle(0, 2), angle(0, 1)] };
}

/**
 * A structure as CIF in P1 with fractional coordinates. The format keeps lengths and angles, not the cell's orientation:
 * reading gives distances back to rounding. Labels of energy and forces have no place in it. The structure must be
 * periodic along all axes.
 */
export function writeCif(structure: Structure): string {
  const { lattice, periodic, species, positions, label } = structure;
  if (periodic.includes(false)) throw new RangeError('CIF holds crystals that are periodic along all axes.');
  const { lengths, angles } = cellParameters(lattice);
  const toFractional = inverse(lattice);
  const lines = [`data_${(label ?? '').replace(/[^!-~]+/g, '_') || 'structure'}`];
  ['a', 'b', 'c'].forEach((axis, i) => lines.push(`_cell_length_${axis} ${formatDecimal(lengths[i]!)}`));
  ['alpha', 'beta', 'gamma'].forEach((name, i) => lines.push(`_cell_angle_${name} ${formatDecimal(angles[i]!)}`));
  lines.push(
    "_space_group_name_H-M_alt 'P 1'",
    '_space_group_IT_number 1',
    'loop_',
    '_space_group_symop_operation_xyz',
    "'x, y, z'",
  );
  lines.push(
    'loop_',
    '_atom_site_label',
    '_atom_site_type_symbol',
    '_atom_site_fract_x',
    '_atom_site_fract_y',
    '_atom_site_fract_z',
    '_atom_site_occupancy',
  );
  for (let atom = 0; atom < species.length; atom++) {
    const symbol = symbolOf(species[atom]!);
    const fractional = [0, 1, 2].map((axis) => {
      let f = 0;
      for (let k = 0; k < 3; k++) f += positions[3 * atom + k]! * toFractional[3 * k + axis]!;
      return formatDecimal(f);
    });
    lines.push(`${symbol}${atom + 1} ${symbol} ${fractional.join(' ')} 1`);
  }
  return `${lines.join('\n')}\n`;
}
