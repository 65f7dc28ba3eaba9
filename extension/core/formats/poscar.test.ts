import { describe, expect, it } from 'vitest';
import { parsePoscar } from './poscar.ts';

const lines = (over: Record<number, string> = {}): string =>
  ['two atoms', '1.0', '4 0 0', '0 4 0', '0 0 4', 'Si O', '1 1', 'Direct', '0 0 0', '0.5 0.5 0.5', '']
    .map((line, index) => over[index + 1] ?? line)
    .join('\n');

function read(text: string) {
  const parsed = parsePoscar(text, 'POSCAR');
  if (parsed.kind === 'rejected')
    throw new Error(parsed.problems.map(({ line, message }) => `${line ?? '-'}: ${message}`).join('\n'));
  return parsed;
}

describe('reading POSCAR', () => {
  it('reads VASP 5', () => {
    const { value, warnings } = read(lines());
    expect([...value.species]).toEqual([14, 8]);
    expect([...value.positions]).toEqual([0, 0, 0, 2, 2, 2]);
    expect(value.periodic).toEqual([true, true, true]);
    expect(value.label).toBe('two atoms');
    expect(warnings).toEqual([]);
  });

  it('scales by a factor, by a volume and by three factors', () => {
    expect([...read(lines({ 2: '0.5' })).value.lattice]).toEqual([2, 0, 0, 0, 2, 0, 0, 0, 2]);
    expect([...read(lines({ 2: '-512' })).value.lattice]).toEqual([8, 0, 0, 0, 8, 0, 0, 0, 8]);
    expect([...read(lines({ 2: '1 2 3' })).value.lattice]).toEqual([4, 0, 0, 0, 8, 0, 0, 0, 12]);
    expect([...read(lines({ 2: '1 2 3', 8: 'Cartesian' })).value.positions]).toEqual([0, 0, 0, 0.5, 1, 1.5]);
  });

  it('reads selective dynamics, potential names, comments and velocities', () => {
    const text = [
      '',
      '1.0',
      '4 0 0',
      '0 4 0',
      '0 0 4',
      'Si_pv O/1a2b',
      '1 1 ! counts',
      'Selective dynamics',
      'kartesian',
      '0 0 0 T T F',
      '1 1 1 F F F Si2',
      '',
      '0.1 0.1 0.1',
      '',
    ].join('\r\n');
    const { value } = read(text);
    expect([...value.species]).toEqual([14, 8]);
    expect([...value.positions]).toEqual([0, 0, 0, 1, 1, 1]);
    expect(value.label).toBeUndefined();
  });

  it('takes the symbols of VASP 4 from the comment, and says so', () => {
    const text = ['Si O', '1.0', '4 0 0', '0 4 0', '0 0 4', '1 1', 'Direct', '0 0 0', '0.5 0.5 0.5'].join('\n');
    const { value, warnings } = read(text);
    expect([...value.species]).toEqual([14, 8]);
    expect(warnings[0]?.message).toMatch(/VASP 4/);
    expect(() => read(text.replace('Si O', 'quartz'))).toThrow(
      '6: The line of element symbols is missing (VASP 4 format).',
    );
  });

  it.each([
    [lines({ 2: 'x' }), '2: The scale factor is not a number other than zero.'],
    [lines({ 2: '0' }), '2: The scale factor is not a number other than zero.'],
    [lines({ 2: '-1', 5: '4 4 0' }), '2: A volume is asked for, but the lattice vectors span none.'],
    [lines({ 3: '4 0' }), "3: Expected a lattice vector, found '4 0'."],
    [lines({ 3: '4 0 nan' }), "3: Expected a lattice vector, found '4 0 nan'."],
    [lines({ 6: 'Si Xx' }), "6: 'Xx' is not an element."],
    [lines({ 7: '1' }), '7: Found 2 element symbols but 1 numbers of atoms.'],
    [lines({ 7: '1 -1' }), '7: Found 2 element symbols but 1 numbers of atoms.'],
    [lines({ 7: '0 0' }), '7: The file says it has 0 atoms; 1 to 1000000 are read.'],
    [lines({ 7: '1 99999999' }), '7: The file says it has 100000000 atoms; 1 to 1000000 are read.'],
    [lines({ 8: 'whatever' }), `8: Expected "Direct" or "Cartesian", found 'whatever'.`],
    [lines({ 10: '0.5 0.5' }), "10: Expected the position of atom 2, found '0.5 0.5'."],
    [lines({ 7: '1 2' }), '11: The file ends where the position of atom 3 should be.'],
    [lines({ 10: '1 0 0' }), '10: Atoms 1 and 2 stand at one place (0.0 Å apart, periodic images included).'],
    [lines({ 5: '4 4 0' }), /^3: The cell has no volume/],
    ['', '1: The file ends where a comment should be.'],
  ])('rejects %j', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});
