import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COINCIDENCE_DISTANCE, findCoincidentAtoms } from './coincident-atoms.ts';

const coordinate = fc.double({ min: -20, max: 20, noNaN: true });
const flags = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean());

describe('looking for atoms at one place', () => {
  it('finds an atom moved by lattice vectors and less than the distance, and only then', () => {
    const inputs = fc.record({
      skew: fc.array(fc.double({ min: -6, max: 6, noNaN: true }), { minLength: 3, maxLength: 3 }),
      place: fc.array(coordinate, { minLength: 3, maxLength: 3 }),
      shift: fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 3, maxLength: 3 }),
      direction: fc.integer({ min: 0, max: 2 }),
      periodic: flags,
    });
    fc.assert(
      fc.property(inputs, ({ skew, place, shift, direction, periodic }) => {
        const lattice = Float64Array.of(5, 0, 0, skew[0]!, 6, 0, skew[1]!, skew[2]!, 7);
        const moved = (distance: number): Float64Array => {
          const positions = Float64Array.from([...place, ...place]);
          for (let axis = 0; axis < 3; axis++)
            for (let k = 0; k < 3; k++) positions[3 + k]! += shift[axis]! * lattice[3 * axis + k]!;
          positions[3 + direction]! += distance;
          return positions;
        };
        const reachable = shift.every((steps, axis) => steps === 0 || periodic[axis]);
        const found = findCoincidentAtoms(lattice, periodic, moved(0.9 * COINCIDENCE_DISTANCE));
        expect(found === null).toBe(!reachable);
        expect(findCoincidentAtoms(lattice, periodic, moved(1.1 * COINCIDENCE_DISTANCE))).toBeNull();
      }),
      { numRuns: 1000 },
    );
  });

  it('takes time in proportion to the atoms, also in a perfect crystal', () => {
    const edge = 60;
    const positions = new Float64Array(3 * edge ** 3);
    for (let atom = 0; atom < edge ** 3; atom++) {
      positions[3 * atom] = atom % edge;
      positions[3 * atom + 1] = Math.floor(atom / edge) % edge;
      positions[3 * atom + 2] = Math.floor(atom / edge / edge);
    }
    const lattice = Float64Array.of(edge, 0, 0, 0, edge, 0, 0, 0, edge);
    expect(findCoincidentAtoms(lattice, [true, true, true], positions)).toBeNull();
    positions[0] = edge;
    positions[1] = edge - 1;
    expect(findCoincidentAtoms(lattice, [true, true, true], positions)).toMatchObject({ distance: 0 });
  });
});
