import { elementProperty } from '../element-properties.ts';
import { symbolOf } from '../element-symbols.ts';
import type { RandomStream } from '../random.ts';
import type { Structure } from '../structure.ts';
import { displaced } from './crystal.ts';
import { randomDisplacements } from './random-geometry.ts';

/** Å; no atom stays where symmetry alone would keep its force at zero. */
const RATTLE = 0.15;

/** Cells with the distance of nearest neighbours as unit of length; sites in units of the lattice vectors. */
const cells: readonly { name: string; edge: number; lattice: readonly number[]; sites: readonly number[] }[] = [
  { name: 'rocksalt', edge: Math.sqrt(2), lattice: [0, 1, 1, 1, 0, 1, 1, 1, 0], sites: [0, 0, 0, 0.5, 0.5, 0.5] },
  {
    name: 'caesium chloride',
    edge: 2 / Math.sqrt(3),
    lattice: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    sites: [0, 0, 0, 0.5, 0.5, 0.5],
  },
  {
    name: 'zincblende',
    edge: 2 * Math.sqrt(2 / 3),
    lattice: [0, 1, 1, 1, 0, 1, 1, 1, 0],
    sites: [0, 0, 0, 0.25, 0.25, 0.25],
  },
];

/**
 * Simple crystals for an oracle that comes without data: pairs of its elements at random in rocksalt, caesium chloride and
 * zincblende cells, nearest neighbours at the sum of their covalent radii, atoms pushed about. Elements without a known
 * radius are left out; no elements, no crystals.
 */
export function prototypeCrystals(elements: readonly number[], count: number, random: RandomStream): Structure[] {
  const known = elements.flatMap((z) => {
    const radius = elementProperty('covalent_radius', z);
    return radius === null ? [] : [{ z, radius }];
  });
  if (known.length === 0) return [];
  return Array.from({ length: count }, (_, index): Structure => {
    const { name, lattice: shape, sites, edge } = cells[index % cells.length]!;
    const first = known[random.integer(known.length)]!;
    const second = known[random.integer(known.length)]!;
    // For rows like (0, 1, 1) the row's length is √2 times the entry: `edge` is the length of the row.
    const [x = 0, y = 0, z = 0] = shape;
    const row = Math.sqrt(x * x + y * y + z * z);
    const unit = ((first.radius + second.radius) * edge) / row;
    const lattice = Float64Array.from(shape, (x) => unit * x);
    const positions = Float64Array.from({ length: sites.length }, (_, k) => {
      const atom = 3 * Math.floor(k / 3);
      return [0, 1, 2].reduce((sum, axis) => sum + sites[atom + axis]! * lattice[3 * axis + (k % 3)]!, 0);
    });
    const ideal = {
      lattice,
      periodic: [true, true, true] as const,
      species: Uint8Array.of(first.z, second.z),
      positions,
    };
    const file = `${name} ${symbolOf(first.z)}${symbolOf(second.z)} (built)`;
    return { ...displaced(ideal, randomDisplacements(2, RATTLE, random)), source: { file, index, line: 1 } };
  });
}
