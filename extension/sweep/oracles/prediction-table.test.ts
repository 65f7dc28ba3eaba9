import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Structure } from '../../core/structure.ts';
import { readCsv } from '../../core/formats/csv.ts';
import { readPredictionCsv } from './prediction-csv.ts';
import { lookUp } from './table-source.ts';

const columns = { key: 'id', energyPerAtom: 'pred', reference: 'dft' };
const read = (text: string): ReturnType<typeof readPredictionCsv> => readPredictionCsv(text, columns, 't.csv');

function problemsOf(text: string): (readonly [number | null, string])[] {
  const outcome = read(text);
  return outcome.kind === 'ok' ? [] : outcome.problems.map(({ line, message }) => [line, message] as const);
}

describe('CSV', () => {
  it('gives back what was written, whatever the fields hold', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', ' ', 'é'), maxLength: 6 });
    const rows = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n'), (written, end) => {
        const text = written
          .map((fields) => fields.map((value) => `"${value.replaceAll('"', '""')}"`).join(',') + end)
          .join('');
        expect([...readCsv(text)].map((record) => (record.kind === 'record' ? record.fields : null))).toEqual(written);
      }),
    );
  });

  it('counts lines through quoted line ends, and needs no line end at the end', () => {
    expect([...readCsv('a,b\n"1\n2",\n\nc,')]).toEqual([
      { kind: 'record', line: 1, fields: ['a', 'b'] },
      { kind: 'record', line: 2, fields: ['1\n2', ''] },
      { kind: 'record', line: 5, fields: ['c', ''] },
    ]);
  });

  it.each([
    ['a\n"b', 2, /does not end/],
    ['a\n"b"c', 2, /after a closing quote/],
    ['a\nb"c', 2, /after a closing quote/],
    ['a\rb', 1, /carriage return/],
  ])('%j is damaged', (text, line, message) => {
    expect([...readCsv(text)].at(-1)).toMatchObject({
      kind: 'damage',
      line,
      message: expect.stringMatching(message) as string,
    });
  });
});

describe('a table of predictions', () => {
  it('is read by the names of its columns', () => {
    const table = read('\ufeffdft,id,more,pred\r\n-3.5,mp-1,"x, y",-3.25\r\n,mp-2,,nan\r\n');
    expect(table.kind === 'ok' && [...table.value]).toEqual([
      ['mp-1', { line: 2, energyPerAtom: -3.25, reference: -3.5, forceError: null, maxForce: null }],
      ['mp-2', { line: 3, energyPerAtom: NaN, reference: NaN, forceError: null, maxForce: null }],
    ]);
  });

  it.each([
    ['', [[null, 'The table has no rows.']]],
    ['id,pred,dft\n', [[null, 'The table has no rows.']]],
    ['id,pref,dft\n', [[1, 'There is no column "pred".']]],
    ['id,pred,dft,pred\n', [[1, 'There are two columns "pred".']]],
    ['id,pred,dft\na,1\n', [[2, 'This line has 2 fields, the first one 3.']]],
    ['id,pred,dft\n,1,2\n', [[2, 'Column "id" is empty.']]],
    [
      'id,pred,dft\na,1e,2\nb,0x10,1\n',
      [
        [2, '"1e" in column "pred" is no number.'],
        [3, '"0x10" in column "pred" is no number.'],
      ],
    ],
    ['id,pred,dft\na,1,2\na,1,3\n', [[3, '"a" is on line 2 with other numbers.']]],
  ] as const)('%j is refused', (text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  it('says which column may have been meant, and warns of the same line twice', () => {
    const outcome = read('id,pref,dft\na,1,2\n');
    expect(outcome.kind === 'rejected' && outcome.problems[0]!.fix).toContain('did you mean "pref"?');
    const twice = read('id,pred,dft\na,1,2\na,1.0,2\n');
    expect(twice.kind === 'ok' && twice.warnings[0]!.message).toBe('"a" is already on line 2.');
  });

  it('answers by name, with the error of its own columns', () => {
    const table = read('id,pred,dft\na,-1.25,-1\nb,,1\nc,2,\n');
    if (table.kind !== 'ok') throw new Error('refused');
    const structure = (label?: string): Structure => ({
      lattice: Float64Array.of(3, 0, 0, 0, 3, 0, 0, 0, 3),
      periodic: [true, true, true],
      species: Uint8Array.of(3, 9),
      positions: Float64Array.of(0, 0, 0, 1.5, 1.5, 1.5),
      energy: 77,
      source: { file: 'a.xyz', index: 0, line: 1 },
      ...(label === undefined ? {} : { label }),
    });
    const of = (label?: string): ReturnType<typeof lookUp> => lookUp(table.value, columns, structure(label));
    expect(of('a')).toMatchObject({
      kind: 'measured',
      measurement: { status: 'predicted', energy: -2.5, energyError: 0.25 },
    });
    expect(of('b')).toMatchObject({ measurement: { status: 'not-finite', energyError: Number.NaN } });
    expect(of('c')).toMatchObject({ measurement: { status: 'predicted', energyError: null } });
    expect(of('d')).toEqual({ kind: 'refused', detail: 'the table has no "d" in column "id"' });
    expect(of()).toMatchObject({ kind: 'refused' });
  });

  it('may hold forces instead, each column judged alone, and energies without a reference of its own', () => {
    const roles = { key: 'id', energyPerAtom: 'e', forceError: 'f', maxForce: 'm' };
    const table = readPredictionCsv('id,f,m,e\na,0.3,2,-1\nb,0.4,nan,\n', roles, 't.csv');
    if (table.kind !== 'ok') throw new Error('refused');
    const of = (label: string): ReturnType<typeof lookUp> =>
      lookUp(table.value, roles, {
        lattice: Float64Array.of(3, 0, 0, 0, 3, 0, 0, 0, 3),
        periodic: [true, true, true],
        species: Uint8Array.of(3, 9),
        positions: Float64Array.of(0, 0, 0, 1.5, 1.5, 1.5),
        energy: -3,
        source: { file: 'a.xyz', index: 0, line: 1 },
        label,
      });
    expect(of('a')).toMatchObject({
      measurement: { status: 'predicted', forceError: 0.3, forceMagnitude: 2, energyError: 0.5, energy: -2 },
    });
    expect(of('b')).toMatchObject({
      measurement: { status: 'not-finite', forceError: 0.4, forceMagnitude: NaN, energyError: NaN },
      detail: 'row 3 of the table has no number in column "e"',
    });
  });
});
