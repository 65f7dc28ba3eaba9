import type { Structure } from '../structure.ts';

/**
 * `times`[k] copies of a cell along each lattice vector. Atom number `image` × n + `atom` is the copy of `atom` in image
 * (i, j, k) of the cell, counted with k fastest; its position is r + i a + j b + k c.
 *
 * @param times positive whole numbers; 1 along axes that are not periodic, else a RangeError
 */
export function supercell(
  structure: Structure,
  times: readonly [number, number, number],
): { readonly lattice: Float64Array; readonly positions: Float64Array; readonly species: Uint8Array } {
  const { lattice, periodic, positions, species } = structure;
  if (times.some((copies, axis) => copies < 1 || (copies > 1 && !periodic[axis]))) {
    throw new RangeError('A cell is repeated along periodic axes only.');
  }
  const images = times[0] * times[1] * times[2];
  const placed = new Float64Array(images * positions.length);
  const repeated = new Uint8Array(images * species.length);
  let image = 0;
  for (let i = 0; i < times[0]; i++)
    for (let j = 0; j < times[1]; j++)
      for (let k = 0; k < times[2]; k++) {
        repeated.set(species, image * species.length);
        for (let at = 0; at < positions.length; at++) {
          const axis = at % 3;
          placed[image * positions.length + at] =
            positions[at]! + (i * lattice[axis]! + j * lattice[3 + axis]! + k * lattice[6 + axis]!);
        }
        image++;
      }
  return { lattice: lattice.map((x, at) => x * times[Math.floor(at / 3)]!), positions: placed, species: repeated };
}
