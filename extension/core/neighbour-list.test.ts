import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readExtxyz } from './formats/extxyz.ts';
import { layBins, searchCells } from './neighbour-list-cells.ts';
import { alongAxes, searchFrame } from './neighbour-list-frame.ts';
import { sortImages, transposed } from './neighbour-list-assembly.ts';
import {
  edgeVectors,
  neighbourList,
  squaredLengths,
  type NeighbourList,
  type NeighbourQuery,
} from './neighbour-list.ts';

interface Case {
  name: string;
  lattice: number[];
  periodic: [boolean, boolean, boolean];
  positions: number[];
  cutoff: number;
  count: number;
  sha256: string;
  edges: number[][] | null;
}

const cases = JSON.parse(
  readFileSync(new URL('../../test/fixtures/crystals/neighbour-list.json', import.meta.url), 'utf8'),
) as Case[];

const query = (c: Pick<Case, 'lattice' | 'periodic' | 'positions' | 'cutoff'>): NeighbourQuery => ({
  lattice: Float64Array.from(c.lattice),
  periodic: c.periodic,
  positions: Float64Array.from(c.positions),
  cutoff: c.cutoff,
});

function listed(q: NeighbourQuery): NeighbourList {
  const outcome = neighbourList(q);
  if (outcome.kind !== 'ok') throw new Error(JSON.stringify(outcome));
  return outcome;
}

type Columns = Pick<NeighbourList, 'count' | 'centre' | 'neighbour' | 'shift'>;
const rows = ({ count, centre, neighbour, shift }: Columns): number[][] =>
  Array.from({ length: count }, (_, e) => [centre[e]!, neighbour[e]!, ...shift.subarray(3 * e, 3 * e + 3)]);

const byNumbers = (p: number[], q: number[]): number => {
  const at = p.findIndex((value, k) => value !== q[k]);
  return at < 0 ? 0 : p[at]! - q[at]!;
};

/** Every image up to `images` cells away, tested one by one. */
function bruteForce(q: NeighbourQuery, images: number): number[][] {
  const found: number[][] = [];
  const n = q.positions.length / 3;
  const span = q.periodic.map((p) => (p ? images : 0));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let a = 0 - span[0]!; a <= span[0]!; a++) {
        for (let b = 0 - span[1]!; b <= span[1]!; b++) {
          for (let c = 0 - span[2]!; c <= span[2]!; c++) {
            if (i === j && a === 0 && b === 0 && c === 0) continue;
            const square = [0, 1, 2]
              .map(
                (d) =>
                  q.positions[3 * j + d]! -
                  q.positions[3 * i + d]! +
                  (a * q.lattice[d]! + b * q.lattice[3 + d]! + c * q.lattice[6 + d]!),
              )
              .reduce((sum, x) => sum + x * x, 0);
            if (square <= q.cutoff * q.cutoff) found.push([i, j, a, b, c]);
          }
        }
      }
    }
  }
  return found;
}

const coordinate = fc.integer({ min: -900, max: 900 }).map((k) => k / 100);
const entry = fc.integer({ min: -150, max: 150 }).map((k) => k / 100);
/** Cells with 2–5 Å on the diagonal, so that at a cutoff of at most 4 Å eight images each way are more than enough. */
const crystal = fc
  .record({
    diagonal: fc.array(fc.integer({ min: 250, max: 500 }), { minLength: 3, maxLength: 3 }),
    off: fc.array(entry, { minLength: 6, maxLength: 6 }),
    handed: fc.constantFrom(1, -1),
    periodic: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
    positions: fc.array(coordinate, { minLength: 3, maxLength: 12 }),
    cutoff: fc.integer({ min: 100, max: 400 }).map((k) => k / 100),
  })
  .map(({ diagonal: [x, y, z], off, handed, periodic, positions, cutoff }) =>
    query({
      lattice: [
        (handed * x!) / 100,
        off[0]! / 2,
        off[1]! / 2,
        off[2]! / 2,
        y! / 100,
        off[3]! / 2,
        off[4]! / 2,
        off[5]! / 2,
        z! / 100,
      ],
      periodic,
      positions: positions.slice(0, positions.length - (positions.length % 3)),
      cutoff,
    }),
  );

const hash = (found: number[][]): string =>
  createHash('sha256')
    .update(found.map((row) => `${row.join(' ')}\n`).join(''))
    .digest('hex');

describe('neighbourList against ASE', () => {
  it.each(cases)('$name', (c) => {
    const found = rows(listed(query(c)));
    if (c.edges !== null) expect(found).toEqual(c.edges);
    expect(found.length).toBe(c.count);
    expect(hash(found)).toBe(c.sha256);
  });

  it.each(cases.filter((c) => c.count > 0))('through bins as well: $name', (c) => {
    const q = query(c);
    const frame = searchFrame(q.lattice, q.periodic)!;
    const search = { ...q, rotated: alongAxes(frame, q.positions), reach: q.cutoff * (1 + 1e-9), limit: 1e6 };
    const raw = { data: new Int32Array(10), count: 0 };
    searchCells(frame, search, layBins(frame, search), raw);
    const edges = transposed(raw, q.positions.length / 3);
    sortImages(edges);
    expect(rows(edges)).toEqual(rows(listed(q)));
  });
});

describe('neighbourList on any crystal', () => {
  it('finds what trying every image finds, in sorted order', () => {
    fc.assert(
      fc.property(crystal, (q) => {
        expect(rows(listed(q))).toEqual(bruteForce(q, 16));
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it('holds (j, i, −s) wherever it holds (i, j, s)', () => {
    fc.assert(
      fc.property(crystal, (q) => {
        const forward = rows(listed(q));
        const mirrored = forward.map(([i, j, a, b, c]) => [j!, i!, 0 - a!, 0 - b!, 0 - c!]).sort(byNumbers);
        expect(mirrored).toEqual(forward);
      }),
      { seed: 2 },
    );
  });

  it('gives the same lengths for a shifted crystal and for another choice of lattice vectors', () => {
    const lengths = (q: NeighbourQuery): number[] => [...squaredLengths(q, listed(q))].sort((a, b) => a - b);
    fc.assert(
      fc.property(
        crystal,
        fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 3, maxLength: 3 }),
        (q, [p, r, s]) => {
          const [u, v, w] = [0, 3, 6].map((k) => [...q.lattice.subarray(k, k + 3)]) as [number[], number[], number[]];
          const all: NeighbourQuery = { ...q, periodic: [true, true, true] };
          // Unimodular: b += p a, c += r a + s b', then a and b change places (which also changes the handedness).
          const b = v.map((x, d) => x + p! * u[d]!);
          const c = w.map((x, d) => x + r! * u[d]! + s! * b[d]!);
          const other = {
            ...all,
            lattice: Float64Array.from([...b, ...u, ...c]),
            positions: q.positions.map((x, k) => x + [0.37, -5.1, 12.9][k % 3]! + (k < 3 ? c[k]! : 0)),
          };
          const here = lengths(all);
          // Rounding may move a pair across the cutoff itself; such crystals say nothing.
          fc.pre(
            lengths({ ...all, cutoff: q.cutoff + 1e-9 }).length === lengths({ ...all, cutoff: q.cutoff - 1e-9 }).length,
          );
          const there = lengths(other);
          expect(there.length).toBe(here.length);
          there.forEach((value, k) => expect(value).toBeCloseTo(here[k]!, 9));
        },
      ),
      { seed: 3 },
    );
  });
});

describe('neighbourList at its limits', () => {
  const cube = { lattice: [4, 0, 0, 0, 4, 0, 0, 0, 4], periodic: [true, true, true], cutoff: 4 } as const;
  const simple = query({ ...cube, lattice: [...cube.lattice], periodic: [true, true, true], positions: [0, 0, 0] });

  it('counts a pair at exactly the cutoff', () => {
    expect(listed(simple).count).toBe(6);
    expect(listed({ ...simple, cutoff: 4 - 1e-12 }).count).toBe(0);
  });

  it('keeps two different atoms at one place as edges of length zero', () => {
    const q = { ...simple, cutoff: 1, positions: new Float64Array(6) };
    expect(rows(listed(q))).toEqual([
      [0, 1, 0, 0, 0],
      [1, 0, 0, 0, 0],
    ]);
    expect([...edgeVectors(q, listed(q))]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('gives an empty list for no atoms', () => {
    expect(listed({ ...simple, positions: new Float64Array(0) }).count).toBe(0);
  });

  it.each([
    ['all zero', [0, 0, 0, 0, 0, 0, 0, 0, 0]],
    ['parallel', [1, 2, 3, 2, 4, 6, 0, 0, 5]],
    ['parallel, not representable', [0.1, 0.2, 0.3, 0.7, 1.4, 2.1, 0, 0, 5]],
    ['in one plane', [1, 0, 0, -0.5, 0.866, 0, -0.5, -0.866, 0]],
    ['in one plane, tilted', [0.1, 0.7, 0.3, 1.1, -0.2, 0.9, 1.2, 0.5, 1.2]],
  ])('refuses a cell without volume: %s', (_, lattice) => {
    expect(neighbourList({ ...simple, lattice: Float64Array.from(lattice) })).toEqual({ kind: 'singular-cell' });
  });

  it('stops at the limit on edges, on both routes', () => {
    expect(neighbourList({ ...simple, maximumEdges: 5 })).toEqual({ kind: 'too-many-edges', maximumEdges: 5 });
    expect(neighbourList({ ...simple, maximumEdges: 6 }).kind).toBe('ok');
    expect(neighbourList({ ...simple, cutoff: 1000 }).kind).toBe('too-many-edges');
    expect(neighbourList({ ...simple, lattice: simple.lattice.map((x) => x * 1e-6) }).kind).toBe('too-many-edges');
    const large = query(cases.find((c) => c.name === 'many atoms, cubic')!);
    expect(neighbourList({ ...large, maximumEdges: 100 }).kind).toBe('too-many-edges');
  });

  it.each([
    { lattice: simple.lattice.map((x, k) => (k === 4 ? NaN : x)) },
    { positions: Float64Array.from([0, Infinity, 0]) },
    { positions: new Float64Array(4) },
    { positions: Float64Array.from([0, 0, 0, 1e12, 0, 0]) },
    { cutoff: NaN },
    { cutoff: 0 },
    { maximumEdges: NaN },
    { lattice: new Float64Array(6) },
  ])('refuses %o', (change) => {
    expect(neighbourList({ ...simple, ...change }).kind).toBe('bad-input');
  });
});

const realData = new URL('../../../shared/data/mptrj-random-1k.xyz', import.meta.url);
if (!existsSync(realData)) console.warn(`skipped: ${realData.pathname} is missing, so no real crystals are tried`);
describe.skipIf(!existsSync(realData))('neighbourList of real crystals', () => {
  it('has the pairs that ASE finds at 5 Å', async () => {
    const expected = new Map(
      (
        JSON.parse(
          readFileSync(new URL('../../test/fixtures/crystals/neighbour-list-mptrj.json', import.meta.url), 'utf8'),
        ) as { index: number; count: number; sha256: string }[]
      ).map((row) => [row.index, row]),
    );
    async function* bytes(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(readFileSync(realData));
    }
    let compared = 0;
    for await (const item of readExtxyz(bytes(), 'mptrj')) {
      if (item.kind !== 'structure') throw new Error(item.problem.message);
      const row = expected.get(item.structure.source.index);
      if (row === undefined) continue;
      const found = rows(listed({ ...item.structure, cutoff: 5 }));
      expect([found.length, hash(found)]).toEqual([row.count, row.sha256]);
      compared++;
    }
    expect(compared).toBe(50);
  });
});
