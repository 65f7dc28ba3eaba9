import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomically } from './atomic-file.ts';

describe('writing files as a whole', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'pcm-atomic-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('makes folders, replaces content and leaves nothing else behind', async () => {
    const file = path.join(folder, 'a', 'b', 'c.json');
    expect(await writeFileAtomically(file, 'old')).toEqual({ kind: 'written' });
    expect(await writeFileAtomically(file, 'new')).toEqual({ kind: 'written' });
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(readdirSync(path.dirname(file))).toEqual(['c.json']);
  });

  it('says what to do when the place is not a folder', async () => {
    writeFileSync(path.join(folder, 'file'), '');
    const outcome = await writeFileAtomically(path.join(folder, 'file', 'x'), 'text');
    expect(outcome).toMatchObject({ kind: 'failed', fix: expect.stringContaining('folder') as string });
  });
});
