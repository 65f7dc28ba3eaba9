import { symbolOf } from '../element-symbols.ts';
import type { Structure } from '../structure.ts';
import { formatDecimal } from './decimal.ts';

/**
 * A structure as a POSCAR file with Cartesian positions and scale 1, so that reading gives lattice, positions and the
 * order of atoms back bit for bit. Labels of energy and forces have no place in the format. The structure must be periodic
 * along all axes, which the format takes for granted.
 */
export function writePoscar(structure: Structure): string {
  const { lattice, periodic, species, positions, label } = structure;
  if (periodic.includes(false)) throw new RangeError('POSCAR holds crystals that are periodic along all axes.');
  const runs: { symbol: string; count: number }[] = [];
  for (const z of species) {
    const last = runs.at(-1);
    if (last?.symbol === symbolOf(z)) last.count += 1;
    else runs.push({ symbol: symbolOf(z), count: 1 });
  }
  const rows = (values: Float64Array): string[] =>
    Array.from({ length: values.length / 3 }, (_, row) =>
      Array.from(values.subarray(3 * row, 3 * row + 3), formatDecimal).join(' '),
    );
  return [
    (label ?? '').replace(/\s+/g, ' ').trim(),
    '1.0',
    ...rows(lattice),
    runs.map(({ symbol }) => symbol).join(' '),
    runs.map(({ count }) => count).join(' '),
    'Cartesian',
    ...rows(positions),
    '',
  ].join('\n');
}
