import { describe, expect, it } from 'vitest';
import { parseExtxyzFrame, readExtxyz } from './extxyz.ts';
import type { ReadOptions, StructureItem } from './item.ts';

const encoder = new TextEncoder();

/** The items of a file whose bytes come in chunks of `chunkSize`. */
async function read(content: string | Uint8Array, options: ReadOptions = {}, chunkSize = 7): Promise<StructureItem[]> {
  const bytes = typeof content === 'string' ? encoder.encode(content) : content;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    await Promise.resolve();
    for (let at = 0; at < bytes.length; at += chunkSize) yield bytes.subarray(at, at + chunkSize);
  }
  const items: StructureItem[] = [];
  for await (const item of readExtxyz(chunks(), 'data.xyz', options)) items.push(item);
  return items;
}

/** One line per item, so that a test reads like the reader's log. */
function log(items: readonly StructureItem[]): string[] {
  return items.map((item) => {
    if (item.kind === 'structure') {
      const { species, source } = item.structure;
      return `structure ${source.index} line ${source.line}: ${[...species].join(' ')}`;
    }
    const { severity, line, message } = item.problem;
    return `${severity} line ${line ?? '-'}${item.rejected === null ? '' : ` (frame ${item.rejected.index})`}: ${message}`;
  });
}

async function readOne(content: string, options: ReadOptions = {}) {
  const items = await read(content, options);
  const [item] = items;
  if (items.length !== 1 || item?.kind !== 'structure') throw new Error(log(items).join('\n'));
  return item.structure;
}

const cell = 'Lattice="4 0 0 0 4 0 0 0 4"';
const atoms = 'Si 0 0 0 0.1 0.2 0.3\nO 1.5 1.5 1.5 -0.1 -0.2 -0.3\n';
const header = `${cell} Properties=species:S:1:pos:R:3:forces:R:3`;
const good = `2\n${header} energy=-1.5 name=a\n${atoms}`;

describe('reading extended XYZ', () => {
  it('reads cell, species, positions and labels', async () => {
    const structure = await readOne(
      `2\nLattice="1 2 3 4 5 6 7 8 10" Properties=species:S:1:pos:R:3:forces:R:3 energy=-1.5 stress="1 2 3 4 5 6 7 8 9" pbc="T F T" material_id=mp-1\n${atoms}`,
    );
    expect([...structure.lattice]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 10]);
    expect(structure.periodic).toEqual([true, false, true]);
    expect([...structure.species]).toEqual([14, 8]);
    expect([...structure.positions]).toEqual([0, 0, 0, 1.5, 1.5, 1.5]);
    expect([...structure.forces!]).toEqual([0.1, 0.2, 0.3, -0.1, -0.2, -0.3]);
    expect([...structure.stress!]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(structure.energy).toBe(-1.5);
    expect(structure.label).toBe('mp-1');
    expect(structure.source).toEqual({ file: 'data.xyz', index: 0, line: 1 });
  });

  it('reads columns of all types in any order', async () => {
    const structure = await readOne(
      `1\n${cell} Properties=magmom:R:1:dft_forces:R:3:fixed:L:1:pos:R:3:Z:I:1:tag:S:2\n0.5 1 2 3 T 0.25 .5 1. 26 a b\n`,
    );
    expect([...structure.species]).toEqual([26]);
    expect([...structure.forces!]).toEqual([1, 2, 3]);
    expect([...structure.positions]).toEqual([0.25, 0.5, 1]);
  });

  it.each([
    ['Lattice="4 0 0 0 5 0 0 0 6"'],
    ["lattice='4 0 0 0 5 0 0 0 6'"],
    ['Lattice={4 0 0 0 5 0 0 0 6}'],
    ['Lattice=[4,0,0, 0,5,0, 0,0,6]'],
    ['Lattice = [[4, 0, 0], [0, 5, 0], [0, 0, 6]]'],
    ['Lattice="4.d0 0 0 0 5.0D+0 0 0 0 0.6E1"'],
  ])('reads the lattice %s', async (text) => {
    const structure = await readOne(`1\nflag ${text} note="a \\"b\\" = c"\nH 0 0 0\n`);
    expect([...structure.lattice]).toEqual([4, 0, 0, 0, 5, 0, 0, 0, 6]);
    expect(structure.periodic).toEqual([true, true, true]);
  });

  it.each([
    ['pbc="T T F"', [true, true, false]],
    ['pbc=[T,T,F]', [true, true, false]],
    ['pbc="1 1 0"', [true, true, false]],
    ['pbc={True true FALSE}', [true, true, false]],
    ['pbc=TTF', [true, true, false]],
    ['pbc=F', [false, false, false]],
    ['pbc', [true, true, true]],
  ])('reads %s', async (text, expected) => {
    expect((await readOne(`1\n${cell} ${text}\nH 0 0 0\n`)).periodic).toEqual(expected);
  });

  it('expands a Voigt stress and turns a virial into a stress', async () => {
    const voigt = await readOne(`1\n${cell} stress="1 2 3 4 5 6"\nH 0 0 0\n`);
    expect([...voigt.stress!]).toEqual([1, 6, 5, 6, 2, 4, 5, 4, 3]);
    const virial = await readOne(`1\n${cell} virial="64 0 0 0 128 0 0 0 -64"\nH 0 0 0\n`);
    expect([...virial.stress!]).toEqual([-1, -0, -0, -0, -2, -0, -0, -0, 1]);
  });

  it('prefers reference labels and says so where they differ', async () => {
    const items = await read(
      `1\n${cell} Properties=species:S:1:pos:R:3:forces:R:3:REF_forces:R:3 energy=1 REF_energy=2 free_energy=3\nH 0 0 0 1 1 1 2 2 2\n`.repeat(
        2,
      ),
    );
    expect(log(items)).toEqual([
      "warning line 2: Forces stand under 'REF_forces', 'forces'; 'REF_forces' is used.",
      "warning line 2: The energy stands under 'REF_energy', 'energy' with different values; 'REF_energy' is used.",
      'structure 0 line 1: 1',
      'structure 1 line 4: 1',
    ]);
    const structure = items[2]!.kind === 'structure' ? items[2]!.structure : undefined;
    expect(structure?.energy).toBe(2);
    expect([...structure!.forces!]).toEqual([2, 2, 2]);
  });

  it('does not take the prediction of another model for a reference, but says that it is there', async () => {
    const items = await read(
      `1\n${cell} Properties=species:S:1:pos:R:3:mace_forces:R:3 mace_energy=1 energy_per_atom=2\nH 0 0 0 1 1 1\n`,
    );
    expect(log(items)).toEqual([
      "warning line 2: No energy was found, but there is 'mace_energy'.",
      "warning line 2: No forces were found, but there is 'mace_forces'.",
      'structure 0 line 1: 1',
    ]);
    const structure = items[2]!.kind === 'structure' ? items[2]!.structure : undefined;
    expect(structure?.energy).toBeUndefined();
    expect(structure?.forces).toBeUndefined();
  });

  it('reads plain XYZ as non-periodic, whatever its comment says', async () => {
    for (const comment of ['', 'water, "half a quote', 'step = 5; T = -3', '= = =']) {
      const structure = await readOne(`3\n${comment}\nO 0 0 0 0.3\nH 0 0 1 x\nH 0 1 0\n`);
      expect(structure.periodic).toEqual([false, false, false]);
      expect([...structure.lattice]).toEqual(new Array(9).fill(0));
      expect(structure.energy).toBeUndefined();
      expect([...structure.species]).toEqual([8, 1, 1]);
    }
  });

  it('takes the label from the key that is asked for, and keeps hostile text as it is', async () => {
    const nasty = `2\n${header} name=a key="-/ end\\n\\"; #eval 1 \\\\ 'x'"\n${atoms}`;
    expect((await readOne(nasty)).label).toBe('a');
    expect((await readOne(nasty, { labelKey: 'key' })).label).toBe("-/ end\n\"; #eval 1 \\ 'x'");
  });

  it('gives the same for any chunk size, line ends and blank lines at the end', async () => {
    const expected = ['structure 0 line 1: 14 8', 'structure 1 line 5: 14 8'];
    for (const size of [1, 2, 3, 64, 100_000]) expect(log(await read(good + good, {}, size))).toEqual(expected);
    expect(log(await read((good + good).replaceAll('\n', '\r\n')))).toEqual(expected);
    expect(log(await read(`\ufeff${good}${good}`))).toEqual(expected);
    expect(log(await read(`${good}${good}\n \n\n`))).toEqual(expected);
  });

  it('locates frames, so that one can be read alone', async () => {
    const other = good.replace('-1.5', '7').replace('name=a', 'name="ä"');
    const bytes = encoder.encode(good + other + good);
    const items = await read(bytes);
    const item = items[1]!;
    if (item.kind !== 'structure') throw new Error('no structure');
    const alone = bytes.subarray(item.byteOffset, item.byteOffset + item.byteLength);
    expect(new TextDecoder().decode(alone)).toBe(other);
    expect(parseExtxyzFrame(alone, item.structure.source)).toEqual({ kind: 'ok', value: item.structure, warnings: [] });
    expect(parseExtxyzFrame(bytes, item.structure.source).kind).toBe('rejected');
    expect(parseExtxyzFrame(alone.subarray(0, 40), item.structure.source).kind).toBe('rejected');
    expect(parseExtxyzFrame(new Uint8Array(0), item.structure.source).kind).toBe('rejected');
  });
});

describe('bad extended XYZ', () => {
  it('names the frame that is cut off by the end of the file', async () => {
    expect(log(await read(good + good.slice(0, good.indexOf('O 1.5'))))).toEqual([
      'structure 0 line 1: 14 8',
      'error line 5 (frame 1): The file ends after 1 of the 2 atoms of the frame that begins on line 5.',
    ]);
    expect(log(await read(`${good}2\n`))[1]).toMatch(/^error line 5 \(frame 1\): The file ends after 0 of the 2 atoms/);
  });

  it('gives no structure wherever the file is cut, and a warning where only its last number may be', async () => {
    const lastNumber = good.lastIndexOf(' ') + 2;
    for (let length = 1; length < good.length; length++) {
      const kinds = log(await read(good.slice(0, length))).map((text) => text.split(' ', 1)[0]);
      // A lone minus sign is no number yet.
      const isWhole = length > lastNumber;
      expect(kinds.filter((kind) => kind !== 'warning')).toEqual([isWhole ? 'structure' : 'error']);
      if (isWhole) expect(kinds).toContain('warning');
    }
  });

  it('says that a file is empty', async () => {
    for (const content of ['', '\n\n  \n'])
      expect(log(await read(content))).toEqual(['error line -: The file holds no structure.']);
  });

  it('recognises binary files and stops', async () => {
    expect(log(await read(Uint8Array.of(0x1f, 0x8b, 8, 0, 10, 50, 10)))).toEqual([
      'error line 1: The file is compressed with gzip.',
    ]);
    expect(log(await read(Uint8Array.of(0x89, 0x50, 0, 1, 10, 50, 10)))).toEqual([
      'error line 1: The file is binary: its beginning holds a NUL byte.',
    ]);
    expect(log(await read(Uint8Array.of(0xff, 0xfe, 50, 10)))).toEqual([
      'error line 1: The file is binary: its beginning holds bytes that are not UTF-8.',
    ]);
    expect(log(await read(`1\n${cell} \0\nH 0 0 0\n`))[0]).toMatch(
      /^error line 2 \(frame 0\): The comment line is not text/,
    );
  });

  it('names a line that is too long, without keeping it', async () => {
    const long = 'x'.repeat(10_000_000);
    expect(log(await read(`1\n${cell} note="${long}"\nH 0 0 0\n${good}`, {}, 65_536))).toEqual([
      'error line 2 (frame 0): The comment line is longer than 1000000 bytes.',
      'structure 1 line 4: 14 8',
    ]);
    expect(log(await read(`1\n${cell}\nH 0 0 0 ${long}\n${good}`, {}, 65_536))[0]).toBe(
      'error line 3 (frame 0): Atom 1 of 1 in the frame that begins on line 1: the line is longer than 1000000 bytes.',
    );
    expect(log(await read(long, {}, 65_536))).toEqual([
      'error line 1: Expected the number of atoms, found a line of more than 1000000 bytes.',
    ]);
  });

  it.each([
    ['Si 0 0 nan 0 0 0', "the z component of its position is 'nan', which is not finite"],
    ['Si 0 0 0 0 NaN 0', "the y component of its force is 'NaN', which is not finite"],
    ['Si 0 0 0 -inf 0 0', "the x component of its force is '-inf', which is not finite"],
    ['Si 0 0 0 1e999 0 0', undefined],
    ['Si 0 0x10 0 0 0 0', "the y component of its position is '0x10', which is not a number"],
    ['Xx 0 0 0 0 0 0', "'Xx' is not an element"],
    ['D 0 0 0 0 0 0', "'D' is not an element"],
    ['14 0 0 0 0 0 0', "'14' is not an element"],
    ['Si1 0 0 0 0 0 0', "'Si1' is not an element"],
    ['Si 0 0 0 0 0', 'found 6 columns instead of 7'],
    ['Si 0 0 0 0 0 0 0', 'found 8 columns instead of 7'],
    ['', 'found 0 columns instead of 7'],
  ])('rejects the frame of the atom line %j and reads on', async (line, reason) => {
    const message =
      reason === undefined
        ? 'The force on atom 2 is not finite.'
        : `Atom 2 of 3 in the frame that begins on line 5: ${reason}.`;
    expect(log(await read(`${good}3\n${header}\nO 1 1 1 0 0 0\n${line}\nO 2 2 2 0 0 0\n${good}`))).toEqual([
      'structure 0 line 1: 14 8',
      `error line 8 (frame 1): ${message}`,
      'structure 2 line 10: 14 8',
    ]);
  });

  it.each([
    ['energy=nan', "'energy' holds 'nan', which is not finite"],
    ['energy=abc', "'energy' holds 'abc', which is not a number"],
    ['energy="1 2"', "'energy' holds 2 values, an energy needs 1"],
    ['stress="1 2 3"', "'stress' holds 3 values, a stress or virial needs 6 or 9"],
    ['stress="1 2 3 4 5 NaN"', "'stress' holds 'NaN', which is not finite"],
    ['pbc="T T"', "pbc is 'T T'"],
    ['pbc="T T 7"', "pbc is 'T T 7'"],
    ['Lattice="1 0 0 0 1 0 0 0 1"', 'the key Lattice appears more than once'],
    ['energy_unit=Hartree', "'energy_unit' declares the energy in 'Hartree'"],
  ])('rejects a frame with %s', async (text, reason) => {
    expect(log(await read(`2\n${header} ${text}\n${atoms}`))).toEqual([
      `error line 2 (frame 0): The comment line cannot be used: ${reason}.`,
    ]);
  });

  it.each([
    ['Properties=species:S:1', 'Properties declares no positions'],
    ['Properties=pos:R:3', 'Properties declares no elements'],
    ['Properties=species:S:1:pos:R', 'Properties is not made of name:type:count triplets'],
    ['Properties=species:S:1:pos:Q:3', "column 'pos' has unknown type 'Q'"],
    ['Properties=species:S:1:pos:R:3:x:R:9999', 'Properties declares more than 1000 columns'],
    ['Properties=species:S:1:pos:R:3:forces:R:1', "column 'forces' is R:1, forces are R:3"],
    ['Lattice="1 0 0 0 1 0 0 0 1', undefined],
    ['Lattice="1 0 0 0 1"', "'Lattice' holds 5 values, a lattice needs 9"],
    ['Properties=species:S:1:pos:R:3 pbc="T T T"', 'pbc says periodic but there is no Lattice'],
  ])('rejects the comment line %s', async (text, reason) => {
    expect(log(await read(`1\n${text}\nH 0 0 0\n${good}`))).toEqual([
      reason === undefined
        ? "error line 2 (frame 0): The comment line cannot be read: the value of 'Lattice' is not closed."
        : `error line 2 (frame 0): The comment line cannot be used: ${reason}.`,
      'structure 1 line 4: 14 8',
    ]);
  });

  it.each([
    ['Lattice="1 0 0 0 1 0 1 1 0"'],
    ['Lattice="0 0 0 0 0 0 0 0 0"'],
    ['Lattice="3 0 0 0 3 0 0 0 0" pbc="T T T"'],
    ['Lattice="5 0 0 5 1e-6 0 0 0 5"'],
    ['Lattice="1e-9 0 0 0 1e-9 0 0 0 1e-9"'],
  ])('rejects a cell without volume: %s', async (text) => {
    expect(log(await read(`1\n${text}\nH 0 0 0\n`))[0]).toMatch(/^error line 2 \(frame 0\): The cell has no volume/);
  });

  it('accepts left-handed and partly periodic cells', async () => {
    await readOne('1\nLattice="0 4 0 4 0 0 0 0 4"\nH 0 0 0\n');
    await readOne('1\nLattice="4 0 0 0 4 0 0 0 0" pbc="T T F"\nH 0 0 0\n');
    await readOne('1\nLattice="0 0 0 0 4 0 0 0 0" pbc="F T F"\nH 0 0 0\n');
  });

  it('rejects two atoms at one place, also through the cell faces', async () => {
    for (const second of ['0 0 0.0005', '4 0 0', '-4 8 4.0001', '3.9999 0 0']) {
      expect(log(await read(`2\n${cell}\nH 0 0 0\nH ${second}\n`))[0]).toMatch(
        /^error line 4 \(frame 0\): Atoms 1 and 2 stand at one place/,
      );
    }
    await readOne(`2\n${cell} pbc="F F F"\nH 0 0 0\nH 4 0 0\n`);
  });

  it('recovers when a frame holds fewer atoms than it says', async () => {
    expect(log(await read(`3\n${header}\n${atoms}${good}`))).toEqual([
      'error line 5 (frame 0): Atom 3 of 3 in the frame that begins on line 1: found 1 columns instead of 7.',
      'structure 1 line 5: 14 8',
    ]);
    expect(log(await read(`9\n${header}\n${atoms}${good}${good}`)).slice(1)).toEqual([
      'structure 1 line 5: 14 8',
      'structure 2 line 9: 14 8',
    ]);
  });

  it('rejects a frame that goes on after its last atom, and says what was not read', async () => {
    expect(log(await read(`${good}1\n${header}\n${atoms}junk\n${good}`))).toEqual([
      'structure 0 line 1: 14 8',
      'error line 5 (frame 1): The frame that begins on line 5 says it has 1 atoms, but line 8, where the next frame should begin, does not hold a number of atoms.',
      'error line 8: Lines 8 to 9 do not belong to a frame and were not read.',
      'structure 2 line 10: 14 8',
    ]);
  });

  it('accounts for every line of a file that is something else', async () => {
    expect(log(await read('a,b\n1,2\n3,4\n'))).toEqual([
      "error line 1: Expected the number of atoms, found 'a,b'.",
      'error line 1: Lines 1 to 3 do not belong to a frame and were not read.',
    ]);
  });

  it('bounds what a file may ask for', async () => {
    expect(log(await read('999999999\n\nH 0 0 0\n'))).toEqual([
      'error line 1 (frame 0): The frame says it has 999999999 atoms; at most 1000000 are read.',
    ]);
    expect(log(await read(`0\n${cell}\n${good}`))).toEqual([
      'error line 1 (frame 0): The frame has no atoms.',
      'structure 1 line 3: 14 8',
    ]);
    expect(log(await read(`1\n${'k '.repeat(2000)}${cell}\nH 0 0 0\n`))[0]).toMatch(/more than 1000 keys/);
  });
});
