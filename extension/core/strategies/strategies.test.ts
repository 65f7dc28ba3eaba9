import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box } from '../certificate.ts';
import { randomStream } from '../random.ts';
import { latinHypercube } from './latin-hypercube.ts';
import { nearestCandidate } from './nearest-candidate.ts';
import type { SearchContext } from './strategy.ts';
import { poolStrategies, poolStrategyIds } from './table.ts';

// A power of two, so that normalised coordinates are exact and equal distances are equal.
const SIDE = 16;
const unitBox: Box = [
  { lower: 0, upper: SIDE },
  { lower: 0, upper: SIDE },
];

/** A pool on a square lattice; the tested rows and their errors are given, every other row is a candidate. */
function context(tested: readonly (readonly [row: number, error: number])[], box: Box = unitBox): SearchContext {
  const size = (SIDE + 1) ** 2;
  const rows = Array.from({ length: size }, (_, row) => row);
  const columns = [
    Float64Array.from(rows, (row) => row % (SIDE + 1)),
    Float64Array.from(rows, (row) => Math.floor(row / (SIDE + 1))),
  ];
  const done = new Set(tested.map(([row]) => row));
  const inside = (row: number): boolean =>
    columns.every((column, f) => column[row]! >= box[f]!.lower && column[row]! <= box[f]!.upper);
  return {
    candidates: Int32Array.from(rows.filter((row) => !done.has(row) && inside(row))),
    columns,
    box,
    tested: {
      rows: Int32Array.from(tested, ([row]) => row),
      errors: Float64Array.from(tested, ([, error]) => error),
      failed: Uint8Array.from(tested, ([, error]) => (error <= 50 ? 0 : 1)),
    },
  };
}

const testedRows = fc
  .uniqueArray(fc.nat((SIDE + 1) ** 2 - 1), { maxLength: 30 })
  .chain((rows) =>
    fc
      .array(fc.oneof(fc.nat(100), fc.constant(NaN)), { minLength: rows.length, maxLength: rows.length })
      .map((errors) => rows.map((row, at) => [row, errors[at]!] as const)),
  );

describe.each(poolStrategyIds)('strategy %s', (id) => {
  const strategy = poolStrategies[id];

  it('is listed under its own id', () => expect(strategy.id).toBe(id));

  it('proposes different candidates only, as many as asked for or as there are, the same ones each time', () => {
    fc.assert(
      fc.property(testedRows, fc.nat(500), fc.integer(), (tested, count, seed) => {
        const known = context(tested);
        const rows = strategy.propose(known, count, randomStream(seed, id));
        expect(rows.length).toBe(Math.min(count, known.candidates.length));
        expect(new Set(rows).size).toBe(rows.length);
        const allowed = new Set(known.candidates);
        expect([...rows].every((row) => allowed.has(row))).toBe(true);
        expect([...strategy.propose(known, count, randomStream(seed, id))]).toEqual([...rows]);
      }),
      { numRuns: 40 },
    );
  });

  it('has nothing to propose from an empty pool', () => {
    const known = { ...context([]), candidates: new Int32Array(0) };
    expect(strategy.propose(known, 10, randomStream(1)).length).toBe(0);
  });

  it('copes with a box that is a point along a feature', () => {
    const box: Box = [
      { lower: 3, upper: 3 },
      { lower: 0, upper: SIDE },
    ];
    expect(strategy.propose(context([], box), 100, randomStream(1)).length).toBe(SIDE + 1);
  });
});

describe('latin hypercube', () => {
  it('puts one point into each slab of each axis', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 6 }), fc.integer(), (n, d, seed) => {
        const points = latinHypercube(n, d, randomStream(seed));
        for (let f = 0; f < d; f++) {
          const slabs = Array.from({ length: n }, (_, at) => Math.floor(points[at * d + f]! * n));
          expect(new Set(slabs).size).toBe(n);
        }
      }),
    );
  });

  it('covers a skewed pool more evenly than random draws do', () => {
    // Nine tenths of the pool sit in the first tenth of the range.
    const rows = Array.from({ length: 2000 }, (_, row) => row);
    const column = Float64Array.from(rows, (row) => (row < 1800 ? row % 100 : 100 + ((row - 1800) * 900) / 200));
    const known: SearchContext = {
      ...context([]),
      candidates: Int32Array.from(rows),
      columns: [column],
      box: [{ lower: 0, upper: 1000 }],
    };
    const share = (id: 'random' | 'latin-hypercube'): number =>
      poolStrategies[id].propose(known, 100, randomStream(2, id)).filter((row) => column[row]! >= 100).length / 100;
    expect(share('latin-hypercube')).toBeGreaterThan(0.85);
    expect(share('random')).toBeLessThan(0.25);
  });
});

describe('sobol', () => {
  it('spreads over both axes at once: half the tests in each half, a quarter in each quarter', () => {
    const known = context([]);
    const rows = poolStrategies.sobol.propose(known, 64, randomStream(4, 'sobol'));
    const quarters = [0, 0, 0, 0];
    for (const row of rows) {
      const [x, y] = known.columns.map((column) => column[row]!);
      quarters[(x! > SIDE / 2 ? 1 : 0) + (y! > SIDE / 2 ? 2 : 0)]!++;
    }
    for (const quarter of quarters) expect(Math.abs(quarter - 16)).toBeLessThanOrEqual(4);
  });
});

describe('grid', () => {
  it('tests every occupied cell once before any cell twice', () => {
    // 255 candidates share the first quarter of the axis, the last one stands alone.
    const column = Float64Array.from({ length: 256 }, (_, row) => (row < 255 ? row / 4 : 256));
    const known: SearchContext = {
      ...context([]),
      candidates: Int32Array.from(column.keys()),
      columns: [column],
      box: [{ lower: 0, upper: 256 }],
    };
    for (let seed = 0; seed < 10; seed++) {
      // Two candidates per cell of the coarsest grid that has two occupied cells: the one nearest its centre comes first.
      expect([...poolStrategies.grid.propose(known, 2, randomStream(seed))].sort((a, b) => a - b)).toEqual([254, 255]);
    }
    // On sixteen slabs five cells are occupied, so each of them gets one of five tests.
    const rows = poolStrategies.grid.propose(known, 5, randomStream(1));
    expect([...rows].map((row) => Math.floor(column[row]! / 16)).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 16]);
  });

  it('takes the candidate in the middle of a cell first', () => {
    const rows = poolStrategies.grid.propose(context([]), 4, randomStream(1));
    const at = (x: number, y: number): number => y * (SIDE + 1) + x;
    expect([...rows].sort((a, b) => a - b)).toEqual([at(4, 4), at(12, 4), at(4, 12), at(12, 12)]);
  });

  it('ends where candidates cannot be told apart', () => {
    const known: SearchContext = { ...context([]), columns: [new Float64Array(289), new Float64Array(289)] };
    expect(poolStrategies.grid.propose(known, 5, randomStream(1)).length).toBe(5);
  });
});

describe('surrogate', () => {
  /** Tests 40 rows of a lattice pool and asks for the next ones. */
  const proposalsAfter = (errorOf: (row: number) => number): Int32Array => {
    const rows = sampleOf(40);
    return poolStrategies.surrogate.propose(
      context(rows.map((row) => [row, errorOf(row)] as const)),
      20,
      randomStream(3, 'surrogate'),
    );
  };
  const sampleOf = (count: number): number[] => {
    const random = randomStream(8, 'rows');
    return [...new Set(Array.from({ length: 2 * count }, () => random.integer((SIDE + 1) ** 2)))].slice(0, count);
  };
  const xOf = (row: number): number => row % (SIDE + 1);

  it('goes where errors are predicted to be large, before anything has failed', () => {
    const rows = proposalsAfter((row) => xOf(row));
    // All errors are below the threshold of 50. Two of the twenty are uniform draws.
    expect(rows.filter((row) => xOf(row) > 10).length).toBeGreaterThanOrEqual(18);
  });

  it('takes a missing prediction for the worst of all', () => {
    const rows = proposalsAfter((row) => (xOf(row) < 5 ? NaN : 100 + xOf(row)));
    expect(rows.filter((row) => xOf(row) < 6).length).toBeGreaterThanOrEqual(18);
  });

  it('draws on when all errors are equal or missing', () => {
    expect(proposalsAfter(() => 7).length).toBe(20);
    expect(proposalsAfter(() => NaN).length).toBe(20);
  });

  it('depends on the order of errors only, not on their size', () => {
    const error = (row: number): number => xOf(row) + row / 1000;
    expect([...proposalsAfter((row) => error(row) ** 3)]).toEqual([...proposalsAfter(error)]);
  });

  it('begins with points spread over the box', () => {
    const rows = poolStrategies.surrogate.propose(context([[0, 900]]), 16, randomStream(3, 'surrogate'));
    expect(new Set(Array.from(rows, (row) => Math.min(3, Math.floor(xOf(row) / 4.25)))).size).toBe(4);
  });
});

describe('local search', () => {
  it('goes to the neighbours of the worst known structures', () => {
    const corner = (SIDE + 1) ** 2 - 1;
    const known = context([
      [0, 10],
      [corner, 900],
      [SIDE, 20],
    ]);
    // The first pair of proposals belongs to the worst base, the next pair to the second worst.
    const rows = poolStrategies['local-search'].propose(known, 4, randomStream(5));
    expect([...rows]).toEqual([corner - (SIDE + 1), corner - 1, SIDE - 1, SIDE + SIDE + 1]);
  });

  it('takes a missing prediction for the worst of all', () => {
    const known = context([
      [0, 1e9],
      [SIDE, NaN],
    ]);
    expect(poolStrategies['local-search'].propose(known, 1, randomStream(5))[0]).toBe(SIDE - 1);
  });

  it('finds a small failing region with fewer tests than random draws', () => {
    const failingTests = (id: 'random' | 'local-search'): number => {
      let tested: (readonly [number, number])[] = [];
      for (let generation = 0; generation < 8; generation++) {
        const known = context(tested);
        const rows = poolStrategies[id].propose(known, 15, randomStream(9, id, String(generation)));
        const error = (row: number): number => {
          const distance = Math.hypot(known.columns[0]![row]! - 14, known.columns[1]![row]! - 6);
          return Math.max(0, 100 - 15 * distance);
        };
        tested = [...tested, ...Array.from(rows, (row) => [row, error(row)] as const)];
      }
      return tested.filter(([, error]) => error > 50).length;
    };
    expect(failingTests('local-search')).toBeGreaterThan(1.5 * failingTests('random'));
  });
});

describe('nearest candidate', () => {
  it('agrees with looking at every candidate, ties by row number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 4 }), fc.integer(), (n, d, seed) => {
        const random = randomStream(seed, 'nearest');
        const columns = Array.from({ length: d }, () => Float64Array.from({ length: n }, () => random.integer(6)));
        const box: Box = columns.map(() => ({ lower: 0, upper: 8 }));
        const candidates = Int32Array.from({ length: n }, (_, at) => n - 1 - at);
        const tree = nearestCandidate(candidates, columns, box);
        const left = new Set(candidates);
        for (let step = 0; step < n; step++) {
          const point = Float64Array.from({ length: d }, () => random.integer(9) / 8);
          let best = -1;
          let bestDistance = Infinity;
          for (let row = 0; row < n; row++) {
            if (!left.has(row)) continue;
            const distance = columns.reduce((sum, column, f) => sum + (column[row]! / 8 - point[f]!) ** 2, 0);
            if (distance < bestDistance) {
              best = row;
              bestDistance = distance;
            }
          }
          expect(tree.take(point)).toBe(best);
          left.delete(best);
        }
        expect(tree.remaining()).toBe(0);
        expect(tree.take(new Float64Array(d))).toBe(-1);
      }),
      { numRuns: 60 },
    );
  });
});
