import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Structure } from '../structure.ts';
import { parseCif } from './cif.ts';
import { arrayWords, parseCommentLine, quoteValue } from './comment-line.ts';
import { contentBytes } from './content-hash.ts';
import { cosineOfDegrees } from './cosine-of-degrees.ts';
import { cubeRoot } from './cube-root.ts';
import { formatDecimal, parseDecimal, parseDecimalText } from './decimal.ts';
import { parseExtxyzFrame } from './extxyz.ts';
import { parsePoscar } from './poscar.ts';
import { writeCif } from './write-cif.ts';
import { writeExtxyz } from './write-extxyz.ts';
import { writePoscar } from './write-poscar.ts';

const encoder = new TextEncoder();
const source = { file: 'data.xyz', index: 0, line: 1 };

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const label = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.stringMatching(/^[-/"'\\={}[\], \n\t#a]*$/),
  fc.constantFrom('-/', '#eval 1', '" = "', "it's", '\\n', '\\', 'T', '1 2 3', '"]', '\r'),
);

/** Structures that pass the checks: a sound cell, and atoms on a jittered grid so that no two coincide. */
const structures: fc.Arbitrary<Structure> = fc
  .record({
    count: fc.integer({ min: 1, max: 8 }),
    diagonal: fc.array(fc.double({ min: 4, max: 9, noNaN: true }), { minLength: 3, maxLength: 3 }),
    skew: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 }),
    periodic: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
    species: fc.uint8Array({ min: 1, max: 118, minLength: 8, maxLength: 8 }),
    jitter: fc.array(fc.double({ min: -0.4, max: 0.4, noNaN: true }), { minLength: 24, maxLength: 24 }),
    numbers: fc.array(finite, { minLength: 34, maxLength: 34 }),
    has: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean()),
    label,
  })
  .map(({ count, diagonal, skew, periodic, species, jitter, numbers, has, label }) => {
    const [a, b, c] = diagonal as [number, number, number];
    const s = skew as [number, number, number, number, number, number];
    const positions = Float64Array.from({ length: 3 * count }, (_, at) => {
      const cornerAxis = (Math.floor(at / 3) >> (at % 3)) & 1;
      return cornerAxis * 2 + jitter[at]!;
    });
    return {
      lattice: Float64Array.of(a, s[0], s[1], s[2], b, s[3], s[4], s[5], c),
      periodic,
      species: species.slice(0, count),
      positions,
      ...(has[0] && { energy: numbers[0]! }),
      ...(has[1] && { forces: Float64Array.from(numbers.slice(1, 1 + 3 * count)) }),
      ...(has[2] && { stress: Float64Array.from(numbers.slice(25, 34)) }),
      ...(has[3] && { label }),
      source,
    };
  });

/** toEqual takes −0 for 0, so bits are compared. */
const bits = (values: Float64Array | undefined): string[] =>
  Array.from(values ?? [], (value) => (Object.is(value, -0) ? '-0' : String(value)));

function expectSameBits(actual: Structure, wanted: Structure): void {
  for (const key of ['lattice', 'positions', 'forces', 'stress'] as const)
    expect([key, actual[key] === undefined, bits(actual[key])]).toEqual([
      key,
      wanted[key] === undefined,
      bits(wanted[key]),
    ]);
  expect(Object.is(actual.energy, wanted.energy)).toBe(true);
  expect([...actual.species]).toEqual([...wanted.species]);
  expect(actual.periodic).toEqual(wanted.periodic);
}

describe('numbers', () => {
  const parse = (text: string): number => {
    const bytes = encoder.encode(`x${text}y`);
    return parseDecimal(bytes, 1, bytes.length - 1);
  };

  it('read exactly as Number() reads them', () => {
    const decimal = fc.stringMatching(/^[+-]?[0-9]{1,20}(\.[0-9]{0,25})?([eE][+-]?[0-9]{1,3})?$/);
    fc.assert(
      fc.property(decimal, (text) => {
        expect(parse(text)).toBe(Number(text));
      }),
      { numRuns: 3000 },
    );
    fc.assert(
      fc.property(finite, (value) => {
        expect(parse(formatDecimal(value))).toBe(value);
      }),
      { numRuns: 3000 },
    );
    for (const text of [
      '-0',
      '-0.00000000',
      '.5',
      '5.',
      '+1',
      '9007199254740993',
      '0.3',
      '1e-400',
      '123456789012345678',
    ])
      expect(parse(text)).toBe(Number(text));
  });

  it('know Fortran, and refuse what is no number', () => {
    expect(parse('-1.5D+02')).toBe(-150);
    expect(parse('1d0')).toBe(1);
    for (const text of [
      '',
      '-',
      '.',
      '+.',
      '1e',
      '1e+',
      '0x10',
      '1_0',
      '1,0',
      'nan',
      'Infinity',
      '1.2.3',
      '--1',
      '1 2',
      '٣',
    ]) {
      expect(parse(text)).toBeNaN();
      expect(parseDecimalText(text)).toBeNaN();
    }
  });

  it('come from exact arithmetic where others use a library', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 180, noNaN: true }), (angle) => {
        expect(Math.abs(cosineOfDegrees(angle) - Math.cos((angle * Math.PI) / 180))).toBeLessThan(4e-16);
      }),
    );
    expect([0, 60, 90, 120, 180].map(cosineOfDegrees)).toEqual([1, 0.5, 0, -0.5, -1]);
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), (x) => {
        expect(Math.abs(cubeRoot(x) / Math.cbrt(x) - 1)).toBeLessThan(1e-15);
      }),
    );
    expect([0, 1, 8, NaN, -1, Infinity].map(cubeRoot)).toEqual([0, 1, 2, NaN, NaN, NaN]);
  });
});

describe('writing and reading back', () => {
  it('gives every extended XYZ structure back, bit for bit', () => {
    fc.assert(
      fc.property(structures, (structure) => {
        const text = writeExtxyz(structure);
        const parsed = parseExtxyzFrame(encoder.encode(text), source);
        if (parsed.kind === 'rejected') throw new Error(parsed.problems[0]?.message);
        expectSameBits(parsed.value, structure);
        expect(parsed.value.label).toBe(structure.label);
        expect(writeExtxyz(parsed.value)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('gives POSCAR structures back, bit for bit', () => {
    fc.assert(
      fc.property(structures, ({ lattice, species, positions }) => {
        const structure: Structure = { lattice, periodic: [true, true, true], species, positions, source };
        const parsed = parsePoscar(writePoscar(structure), 'POSCAR');
        if (parsed.kind === 'rejected') throw new Error(parsed.problems[0]?.message);
        expectSameBits(parsed.value, structure);
      }),
    );
  });

  it('gives distances of CIF structures back to rounding', () => {
    fc.assert(
      fc.property(structures, (any) => {
        const structure: Structure = { ...any, periodic: [true, true, true] };
        const [item] = parseCif(writeCif(structure), 'a.cif', 0);
        if (item?.kind !== 'structure') throw new Error(item?.problem.message);
        expect([...item.structure.species]).toEqual([...structure.species]);
        const distances = ({ positions }: Structure): number[] =>
          Array.from({ length: positions.length / 3 }, (_, atom) =>
            Math.hypot(...[0, 1, 2].map((axis) => positions[3 * atom + axis]! - positions[axis]!)),
          );
        const wanted = distances(structure);
        distances(item.structure).forEach((d, atom) => expect(Math.abs(d - wanted[atom]!)).toBeLessThan(1e-9));
      }),
    );
  });

  it('gives every comment value back from among its neighbours', () => {
    fc.assert(
      fc.property(fc.array(label, { maxLength: 5 }), (values) => {
        const line = values.map((text, index) => `key${index}=${quoteValue(text)}`).join(' ');
        expect(line).not.toContain('\n');
        const parsed = parseCommentLine(line, 100);
        expect(parsed.kind === 'entries' && parsed.entries.map(({ text }) => text)).toEqual(values);
      }),
    );
  });

  it('reads any comment line without an exception', () => {
    fc.assert(
      fc.property(fc.oneof(label, fc.string()), (line) => {
        const parsed = parseCommentLine(line, 100);
        if (parsed.kind === 'entries') parsed.entries.forEach(arrayWords);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the bytes behind a structure id', () => {
  it('depend on the content and on nothing else', () => {
    fc.assert(
      fc.property(structures, (structure) => {
        const bytes = contentBytes(structure);
        const renamed = { ...structure, label: 'other', source: { file: 'b', index: 9, line: 9 } };
        expect(contentBytes(renamed)).toEqual(bytes);
        const moved = structure.positions.slice();
        moved[0]! += 1;
        expect(contentBytes({ ...structure, positions: moved })).not.toEqual(bytes);
        expect(contentBytes({ ...structure, energy: (structure.energy ?? 0) === 7 ? 8 : 7 })).not.toEqual(bytes);
      }),
    );
  });

  it('do not tell the two zeros apart', () => {
    const hydrogen = (x: number): Structure => ({
      lattice: new Float64Array(9),
      periodic: [false, false, false],
      species: Uint8Array.of(1),
      positions: Float64Array.of(x, 0, 0),
      source,
    });
    expect(contentBytes(hydrogen(-0))).toEqual(contentBytes(hydrogen(0)));
    expect([...contentBytes(hydrogen(0)).subarray(0, 13)]).toEqual([0x50, 0x43, 0x4d, 0x53, 1, 0, 0, 0, 1, 0, 0, 0, 1]);
    expect(contentBytes(hydrogen(0)).length).toBe(13 + 8 * 12);
  });
});
