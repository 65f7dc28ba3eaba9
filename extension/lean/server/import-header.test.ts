import { describe, expect, test } from 'vitest';
import { importHeader } from './import-header.ts';

describe('importHeader', () => {
  test('reads modules and modifiers, comments aside', () => {
    const header = importHeader('/- note -/\nmodule -- here\n\npublic import PCM\nimport all Std.Data\ndef x := 1\n');
    expect(header).toEqual({
      key: 'module public import PCM import all Std.Data',
      imports: ['PCM', 'Std.Data'],
      line: 3,
    });
  });

  test('stays the same when only the body or comments change', () => {
    const { key } = importHeader('module\nimport PCM\ntheorem a : 1 = 1 := rfl\n');
    expect(importHeader('module\n/- x -/\nimport  PCM\n#check import\n').key).toBe(key);
    expect(importHeader('module\nimport PCM\n\npublic section\n').key).toBe(key);
  });

  test('changes with what is imported', () => {
    const keys = ['', 'module\n', 'module\nimport PCM\n', 'import PCM\n', 'module\nimport PCM.Safe\n'].map(
      (text) => importHeader(text).key,
    );
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('reads on where a long comment stands before the imports', () => {
    expect(importHeader(`/- ${'long '.repeat(2000)} -/\nimport PCM\n`).imports).toEqual(['PCM']);
  });
});
