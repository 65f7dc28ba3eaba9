import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAILED, VALIDATION } from '../extension/protocol/dashboard-rows.ts';
import type { RowsEvent, TableEvent } from '../extension/protocol/observation-events.ts';
import { csvOf, pieceOf, storedTable, storeRows, type StoredTable } from '../extension/vscode/observation-store.ts';
import { createOutbox } from '../extension/vscode/outbox.ts';
import { emptyDashboard } from '../extension/protocol/dashboard-reducer.ts';
import { emptyFilter, filterParts, isEmpty, rowsMatching, type Filter } from './filter.ts';
import { addRows, emptyObservations, hasElement, type Observations } from './observations.ts';
import { countElements, errorBins, familyRates, rateOf, wilsonInterval } from './rates.ts';
import { sortedRows, visibleRows } from './row-order.ts';
import { thinned } from './thinning.ts';

const head: TableEvent = {
  kind: 'table',
  model: 'mace',
  rows: 6,
  files: ['data/a.xyz'],
  strategies: ['random', 'surrogate'],
  features: [{ id: 'volume_per_atom', unit: 'Å³' }],
  rounds: 2,
  criterion: 'force-error',
  unit: 'eV/Å',
  threshold: 0.5,
};
const rows: RowsEvent = {
  kind: 'rows',
  model: 'mace',
  from: 0,
  formula: ['NaCl', 'BaTiO3', 'CeO2', 'NaCl', 'Si', 'UO2'],
  id: ['0', '1', '2', '3', '4', '5'].map((row) => row.padStart(16, '0')),
  made: [0, 0, 0, 1, 0, 0],
  split: [0, 0, 0, 0, 1, 1],
  error: [0.1, 0.7, null, 0.6, 0.2, 0.9],
  failed: [0, 1, 1, 1, 0, 1],
  file: [0, 0, 0, 0, 0, 0],
  index: [0, 1, 2, 3, 4, 5],
  line: [1, 9, 20, 29, 38, 50],
  inside: [2, 0, 1, 2, 2, 2],
  strategy: [1, 2, 2, 1, 0, 0],
  round: [1, 1, 2, 2, 0, 0],
  features: [[20, 12, 13, 20.5, 19, 14]],
};

function stored(): StoredTable {
  const table = storedTable(head, '/p/certificates/mace.pcm-cert.json', 'pcm.json');
  expect(storeRows(table, rows)).toBe(true);
  return table;
}

function observations(): Observations {
  const table = stored();
  const own = emptyObservations(table.head);
  expect(addRows(own, pieceOf(table, 0))).toBe(true);
  return own;
}

const found = (change: Partial<Filter>): number[] => [...rowsMatching(observations(), { ...emptyFilter, ...change })];

describe('observations in the page', () => {
  it('are those of the events', () => {
    const table = observations();
    expect(table.length).toBe(6);
    expect([...table.flags]).toEqual([0, FAILED, FAILED, FAILED, VALIDATION, FAILED | VALIDATION]);
    expect(table.error[2]).toBeNaN();
    expect([11, 17, 8].map((z) => hasElement(table, 0, z))).toEqual([true, true, false]);
    // Elements of all four words of the mask.
    expect([hasElement(table, 1, 56), hasElement(table, 5, 92)]).toEqual([true, true]);
  });

  it('are refused where they do not follow on', () => {
    const own = emptyObservations(stored().head);
    expect(addRows(own, { ...pieceOf(stored(), 0), from: 1 })).toBe(false);
    expect(storeRows(stored(), rows)).toBe(false);
  });
});

describe('the filter', () => {
  it.each([
    [{}, [0, 1, 2, 3, 4, 5]],
    [{ elements: [11] }, [0, 3]],
    [{ elements: [8, 92] }, [5]],
    [{ family: 'f_block' }, [2, 5]],
    [{ family: 'chalcogen', outcome: 'failed' }, [1, 2, 5]],
    [{ strategy: 'surrogate' }, [1, 2]],
    [{ strategy: 'unknown' }, [4, 5]],
    [{ round: 2 }, [2, 3]],
    [{ outcome: 'passed' }, [0, 4]],
  ] satisfies [Partial<Filter>, number[]][])('%j leaves rows %j', (change, expected) =>
    expect(found(change)).toEqual(expected),
  );

  it('is named part by part, and each part can be taken away', () => {
    const filter: Filter = { elements: [11, 17], family: 'alkali', strategy: 'random', round: 1, outcome: 'failed' };
    const parts = filterParts(filter);
    expect(parts.map(({ words }) => words)).toEqual([
      'contains Na',
      'contains Cl',
      'contains alkali metals',
      'found by random',
      'tested in round 1',
      'failed only',
    ]);
    expect(parts[0]!.without.elements).toEqual([17]);
    expect(isEmpty(emptyFilter)).toBe(true);
    expect(isEmpty(filter)).toBe(false);
  });
});

describe('rates', () => {
  it('have Wilson intervals as statsmodels computes them', () => {
    const expected = [
      [0, 10, 0.0, 0.27753279],
      [3, 17, 0.06191127, 0.41029459],
      [10, 10, 0.72246721, 1.0],
    ] as const;
    for (const [failed, tested, lower, upper] of expected) {
      expect(wilsonInterval(failed, tested).lower).toBeCloseTo(lower, 6);
      expect(wilsonInterval(failed, tested).upper).toBeCloseTo(upper, 6);
    }
    expect(rateOf(0, 0)).toMatchObject({ lower: 0, upper: 1, rate: Number.NaN });
  });

  it('count a structure for each of its elements, and once per family', () => {
    const table = observations();
    const { tested, failed } = countElements(table, rowsMatching(table, emptyFilter));
    expect([tested[11], failed[11], tested[8], failed[8], tested[92]]).toEqual([2, 1, 3, 3, 1]);
    const rates = familyRates(table, rowsMatching(table, emptyFilter));
    expect(rates.find(({ family }) => family === 'f_block')?.rate).toMatchObject({ tested: 2, failed: 2 });
  });

  it('bin every finite error once', () => {
    const table = observations();
    const { bins, notFinite } = errorBins(table, rowsMatching(table, emptyFilter));
    expect([bins.reduce((sum, count) => sum + count, 0), notFinite]).toEqual([5, 1]);
  });
});

describe('the list', () => {
  it('is sorted by any column, what is not finite counting as worst', () => {
    const table = observations();
    const all = rowsMatching(table, emptyFilter);
    expect([...sortedRows(table, all, { key: 'error', descending: true })]).toEqual([2, 5, 1, 3, 4, 0]);
    expect([...sortedRows(table, all, { key: 'formula', descending: false })]).toEqual([1, 2, 0, 3, 4, 5]);
    expect([...all]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('draws what is in view, whatever the length', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.integer({ min: 1, max: 2000 }), fc.nat(250_000), (scrolled, height, count) => {
        const { from, to } = visibleRows(scrolled, height, 28, count);
        expect(from).toBeGreaterThanOrEqual(0);
        expect(to).toBeLessThanOrEqual(count);
        expect(to - from).toBeLessThanOrEqual(Math.ceil(height / 28) + 18);
        const first = Math.floor(scrolled / 28);
        if (first < count) expect(from <= first && first < to).toBe(true);
      }),
    );
  });

  it('goes into a spreadsheet without becoming a formula', () => {
    const table = stored();
    table.columns.formula[0] = '=cmd("x")';
    const lines = csvOf(table, [0, 2, 4]).trimEnd().split('\n');
    expect(lines[0]).toContain('error (eV/Å)');
    expect(lines[1]!.startsWith(`"'=cmd(""x"")",false,0.1,search,random`)).toBe(true);
    expect(lines[2]).toContain('CeO2,true,,search,surrogate,2,1');
    expect(lines[3]).toContain('Si,false,0.2,validation,,,2');
    expect(csvOf(table, [3]).trimEnd().split('\n')[1]).toContain(',2,true,data/a.xyz,3,');
    expect(table.ids[3]).toBe('0000000000000003');
  });
});

describe('a cloud of points', () => {
  it('is thinned to one point per cell, and loses no cell', () => {
    const xs = Float64Array.from({ length: 20_000 }, (_, row) => (row * 0.6180339887) % 1);
    const ys = Float64Array.from({ length: 20_000 }, (_, row) => (row * 0.7548776662) % 1);
    const all = Uint32Array.from({ length: 20_000 }, (_, row) => row);
    const extent = { left: 0, right: 1, bottom: 0, top: 1 };
    const points = thinned(
      all,
      (row) => xs[row]!,
      (row) => ys[row]!,
      extent,
      20,
      10,
    );
    expect(points).toHaveLength(200);
    expect(points.every(({ x, y, row }) => x === xs[row] && y === ys[row])).toBe(true);
  });
});

describe('what is sent to the page', () => {
  it('is the newest state, then heads and rows once, and forgetting', () => {
    const tables = new Map<string, StoredTable>([['mace', stored()]]);
    const outbox = createOutbox(
      () => emptyDashboard,
      () => tables,
    );
    const drain = (): string[] => {
      const kinds: string[] = [];
      for (let next = outbox.next(); next !== null; next = outbox.next()) kinds.push(next.kind);
      return kinds;
    };
    expect(drain()).toEqual(['state', 'table', 'rows']);
    outbox.stateChanged();
    outbox.stateChanged();
    expect(drain()).toEqual(['state']);
    tables.clear();
    expect(drain()).toEqual(['forget']);
    tables.set('mace', stored());
    outbox.reset();
    outbox.answer({ kind: 'answer', id: 1, answer: { kind: 'done', message: '' } });
    expect(drain()).toEqual(['answer', 'state', 'table', 'rows']);
  });
});
