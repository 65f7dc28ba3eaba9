import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neighbourList } from '../neighbour-list.ts';
import type { Structure } from '../structure.ts';
import { minimise, type Answer } from './minimise.ts';
import { pathBetween, pathReductions, type PathRecord } from './path-between.ts';

const structure = (positions: readonly number[], more: Partial<Structure> = {}): Structure => ({
  lattice: Float64Array.of(4, 0, 0, 0.5, 5, 0, 0, 0.3, 6),
  periodic: [true, true, true],
  species: Uint8Array.of(12, 8),
  positions: Float64Array.from(positions),
  source: { file: 'a.xyz', index: 0, line: 1 },
  ...more,
});

/** Lengths of all edges up to 5 Å, ascending: what a crystal is, whatever the choice of images and origin. */
function edgeLengths(crystal: Structure): number[] {
  const { lattice, positions } = crystal;
  const edges = neighbourList({ ...crystal, cutoff: 5 });
  if (edges.kind !== 'ok') throw new Error(edges.kind);
  const lengths = Array.from({ length: edges.count }, (_, e) => {
    const part = (axis: number): number => {
      const shift = [0, 1, 2].reduce((sum, k) => sum + edges.shift[3 * e + k]! * lattice[3 * k + axis]!, 0);
      return positions[3 * edges.neighbour[e]! + axis]! - positions[3 * edges.centre[e]! + axis]! + shift;
    };
    return Math.hypot(part(0), part(1), part(2));
  });
  return lengths.sort((a, b) => a - b);
}

describe('the way between two structures', () => {
  it('leads from one crystal to the other', () => {
    const from = structure([0, 0, 0, 2, 2, 2]);
    const stretched = Float64Array.of(4.2, 0, 0, 0.5, 5, 0.1, 0, 0.3, 6);
    const to = structure([0.1, 0.2, 0, 2.3, 2, 2], { lattice: stretched });
    const path = pathBetween(from, to)!;
    for (const [share, end] of [
      [0, from],
      [1, to],
    ] as const) {
      const expected = edgeLengths(end);
      const found = edgeLengths(path.at(share));
      expect(found).toHaveLength(expected.length);
      found.forEach((length, k) => expect(length).toBeCloseTo(expected[k]!, 12));
    }
    expect(path.at(0.5).lattice[0]).toBeCloseTo(4.1, 14);
  });

  it('is as long as the farthest displacement, whatever images and origin the files chose', () => {
    const from = structure([0, 0, 0, 2, 2, 2]);
    const component = fc.double({ min: -9, max: 9, noNaN: true });
    const image = fc.integer({ min: -2, max: 2 });
    fc.assert(
      fc.property(component, component, component, image, image, (x, y, z, a, c) => {
        const { lattice } = from;
        const image2 = [0, 1, 2].map((k) => a * lattice[k]! + c * lattice[6 + k]!);
        // The second atom moves by 0.4 Å against the first: 0.2 Å each, once the common shift is taken off.
        const to = structure([x, y, z, 2 + x + 0.4 + image2[0]!, 2 + y + image2[1]!, 2 + z + image2[2]!]);
        expect(pathBetween(from, to)!.distance).toBeCloseTo(0.2, 9);
      }),
    );
  });

  it('keeps to the file along axes without period', () => {
    const open = { periodic: [true, true, false] as const, lattice: Float64Array.of(4, 0, 0, 0, 4, 0, 0, 0, 0) };
    const from = structure([0, 0, 0, 2, 2, 2], open);
    const to = structure([0, 0, 0, 2, 2, 12], open);
    const path = pathBetween(from, to)!;
    expect(path.distance).toBeCloseTo(5, 12);
    const { lattice, positions } = path.at(0.5);
    expect(lattice[8]).toBe(0);
    expect(positions[5]! - positions[2]!).toBeCloseTo(7, 12);
  });

  it('exists only between the same atoms in the same order', () => {
    const from = structure([0, 0, 0, 2, 2, 2]);
    expect(pathBetween(from, structure([0, 0, 0, 2, 2, 2], { species: Uint8Array.of(8, 12) }))).toBeNull();
    expect(pathBetween(from, structure([0, 0, 0, 2, 2, 2], { periodic: [true, true, false] }))).toBeNull();
    expect(pathBetween(from, structure([0, 0, 0], { species: Uint8Array.of(12) }))).toBeNull();
  });

  it('is walked back to the first step that fails', async () => {
    const original: PathRecord = { base: 'b', target: 't', share: 1 };
    const ask = (record: PathRecord | null): Promise<Answer> =>
      Promise.resolve(
        record !== null && record.share >= 0.3 ? { kind: 'fails', error: record.share } : { kind: 'passes' },
      );
    const found = await minimise(original, pathReductions, ask, 60);
    expect(found).toMatchObject({ kind: 'minimal', below: { kind: 'passes' } });
    const { share } = (found as { record: PathRecord }).record;
    expect(share).toBe(Math.ceil(0.3 * 1024) / 1024);
  });
});
