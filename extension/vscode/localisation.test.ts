import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const read = (name: string): string => readFileSync(path.resolve(import.meta.dirname, '../..', name), 'utf8');

describe('the strings of the manifest', () => {
  const titles = JSON.parse(read('package.nls.json')) as Record<string, string>;
  const used = [...read('package.json').matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key!);

  it('all stand in package.nls.json', () => {
    expect(used.filter((key) => (titles[key] ?? '') === '')).toEqual([]);
    expect(used.length).toBeGreaterThan(10);
  });

  it('are all used', () => {
    expect(Object.keys(titles).filter((key) => !used.includes(key))).toEqual([]);
  });
});
