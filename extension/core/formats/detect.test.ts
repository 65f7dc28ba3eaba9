import { describe, expect, it } from 'vitest';
import { formatOfContent, formatOfName, readStructures } from './detect.ts';

async function messages(bytes: Uint8Array, format: 'poscar' | 'cif', wholeFileBytes = 1000): Promise<string[]> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    await Promise.resolve();
    yield bytes;
  }
  const found: string[] = [];
  for await (const item of readStructures(chunks(), 'f', format, { limits: { wholeFileBytes } }))
    found.push(item.kind === 'problem' ? item.problem.message : 'structure');
  return found;
}

describe('telling formats apart', () => {
  it('goes by the name', () => {
    for (const name of ['a.xyz', 'a.extxyz', 'dir/a.XYZ.gz']) expect(formatOfName(name)).toBe('extxyz');
    for (const name of ['POSCAR', 'd/CONTCAR.gz', 'POSCAR_1', 'POSCAR.si', 'a.vasp', 'd\\a.poscar'])
      expect(formatOfName(name)).toBe('poscar');
    expect(formatOfName('a.cif')).toBe('cif');
    for (const name of ['a.csv', 'xyz', 'a.gz', '']) expect(formatOfName(name)).toBeUndefined();
  });

  it('goes by the content', () => {
    expect(formatOfContent('2\n\nH 0 0 0\nH 0 0 1\n')).toBe('extxyz');
    expect(formatOfContent('2\n1.0\n4 0 0\n0 4 0\n0 0 4\nSi\n')).toBe('poscar');
    expect(formatOfContent('# made by\n\ndata_x\n')).toBe('cif');
    expect(formatOfContent('a,b\n1,2\n')).toBeUndefined();
    expect(formatOfContent('')).toBeUndefined();
  });
});

describe('files that are read whole', () => {
  it('are refused where they are not text, empty or too long', async () => {
    const text = (content: string): Uint8Array => new TextEncoder().encode(content);
    expect(await messages(Uint8Array.of(0x1f, 0x8b, 0), 'cif')).toEqual(['The file is compressed with gzip.']);
    expect(await messages(Uint8Array.of(0xff), 'cif')).toEqual(['The file is not UTF-8 text.']);
    expect(await messages(Uint8Array.of(65, 0), 'poscar')).toEqual(['The file is binary: it holds a NUL byte.']);
    expect(await messages(text(''), 'poscar')).toEqual(['The file is empty.']);
    expect(await messages(text('x'.repeat(1001)), 'poscar')).toEqual(['The file is longer than 1000 bytes.']);
    expect(await messages(text('a\n1\n4 0 0\n0 4 0\n0 0 4\nSi\n1\nD\n0 0 0\n'), 'poscar')).toEqual(['structure']);
  });
});
