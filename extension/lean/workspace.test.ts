import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeTemplate } from './workspace.ts';

const library = path.resolve('lean-project');
const folder = mkdtempSync(path.join(tmpdir(), 'pcm-workspace-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the workspace template', () => {
  it('is complete, and brings neither tests nor a lakefile that asks for them', async () => {
    expect(await writeTemplate(folder, library)).toBeNull();
    const lakefile = readFileSync(path.join(folder, 'lakefile.toml'), 'utf8');
    const libraries = [...lakefile.matchAll(/\[\[lean_lib\]\]\nname = "(\w+)"/g)].map(([, name]) => name);
    expect(libraries).toEqual(['PCM', 'Certificates']);
    expect(lakefile).not.toContain('Test');
    expect(existsSync(path.join(folder, 'Test'))).toBe(false);
    for (const name of ['lean-toolchain', 'README.md', 'TRUST.md', 'PCM.lean'])
      expect(readFileSync(path.join(folder, name), 'utf8')).toBe(readFileSync(path.join(library, name), 'utf8'));
    const modules = (root: string): string[] =>
      readdirSync(path.join(root, 'PCM'), { recursive: true, encoding: 'utf8' });
    expect(modules(folder).sort()).toEqual(modules(library).sort());
  });

  it('is brought up to date, file by file', async () => {
    const module = path.join(folder, 'PCM', 'Safe.lean');
    writeFileSync(module, 'theorem safe : True := trivial\n');
    expect(await writeTemplate(folder, library)).toBeNull();
    expect(readFileSync(module, 'utf8')).toBe(readFileSync(path.join(library, 'PCM', 'Safe.lean'), 'utf8'));
  });
});

describe("the library's own lakefile", () => {
  it('names no folder that is not there', () => {
    const lakefile = readFileSync(path.join(library, 'lakefile.toml'), 'utf8');
    for (const [, name] of lakefile.matchAll(/\[\[lean_lib\]\]\nname = "(\w+)"/g))
      expect(existsSync(path.join(library, name!))).toBe(true);
    expect(lakefile).toContain('testDriver = "Test"');
  });
});
