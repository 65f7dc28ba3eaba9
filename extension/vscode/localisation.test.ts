import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const read = (name: string): string => readFileSync(path.resolve(import.meta.dirname, '../..', name), 'utf8');

/** Keys of the manifest whose values people read. */
const SHOWN = ['title', 'displayName', 'description', 'contents', 'contextualTitle', 'enumDescriptions', 'name'];

/** What is shown and is no key of package.nls.json, anywhere in the manifest; the name of the package itself is an id. */
function unlocalised(value: unknown, key = '', depth = 0): string[] {
  if (typeof value === 'string') {
    const isId = key === 'name' && depth <= 1;
    return SHOWN.includes(key) && !isId && !/^%[\w.-]+%$/.test(value) ? [`${key}: ${value}`] : [];
  }
  if (Array.isArray(value)) return value.flatMap((each) => unlocalised(each, key, depth + 1));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => unlocalised(each, name, depth + 1));
}

describe('the strings of the manifest', () => {
  const titles = JSON.parse(read('package.nls.json')) as Record<string, string>;
  const used = [...read('package.json').matchAll(/"%([\w.-]+)%"/g)].map(([, key]) => key!);

  it('all stand in package.nls.json', () => {
    expect(used.filter((key) => (titles[key] ?? '') === '')).toEqual([]);
    expect(used.length).toBeGreaterThan(10);
  });

  it('are all that the editor shows of the manifest', () => {
    expect(unlocalised(JSON.parse(read('package.json')))).toEqual([]);
    expect(unlocalised({ commands: [{ command: 'a.b', title: 'Do It' }] })).toEqual(['title: Do It']);
  });

  it('are all used', () => {
    expect(Object.keys(titles).filter((key) => !used.includes(key))).toEqual([]);
  });
});
