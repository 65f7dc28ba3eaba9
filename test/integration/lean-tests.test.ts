import { readdirSync, readFileSync } from 'node:fs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { auditSource } from '../../extension/lean/audit.ts';
import { openEmbeddedLean } from '../embedded-lean.ts';

const library = path.resolve('lean-project');

const read = (name: string): string => readFileSync(path.join(library, name), 'utf8');

/** Lean files of a folder of the library, relative to it. */
const leanFiles = (folder: string): string[] =>
  readdirSync(path.join(library, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.lean'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .sort();

/**
 * Test files one below the other: a process that imports the library takes seconds, however little it checks. Headers
 * become blank, so that a file's lines keep their distance.
 */
function join(names: readonly string[]): { readonly source: string; readonly fileOf: (line: number) => string } {
  const imports = new Set(names.flatMap((name) => read(name).match(/^public import .*$/gm) ?? []));
  const lines = ['module', ...imports, '@[expose] public noncomputable section'];
  const starts: { readonly name: string; readonly first: number }[] = [];
  for (const name of names) {
    starts.push({ name, first: lines.length + 1 });
    const header = /^(module|public import [A-Za-z.]+|@\[expose\] public noncomputable section)$/;
    lines.push(
      ...read(name)
        .split('\n')
        .map((line) => (header.test(line) ? '' : line)),
    );
  }
  const fileOf = (line: number): string => {
    const { name, first } = starts.findLast((start) => start.first <= line)!;
    return `lean-project/${name}, line ${line - first + 1}`;
  };
  return { source: `${lines.join('\n')}\n`, fileOf };
}

it('the tests in Lean pass: what must be refused is refused, with the words that it should be', async () => {
  const names = leanFiles('Test');
  expect(names.length).toBeGreaterThan(5);
  const { source, fileOf } = join(names);
  expect(auditSource('Test.lean', source.replaceAll(/^#guard_msgs in$/gm, ''), 'library')).toEqual([]);
  const opened = await openEmbeddedLean();
  const root = mkdtempSync(path.join(tmpdir(), 'pcm-lean-tests-'));
  try {
    const file = path.join(root, 'Tests.lean');
    writeFileSync(file, source);
    const { session, libraryPaths } = opened;
    const outcome = await session.checkFile({ file, root, libraryPaths, timeLimitMs: 240_000 });
    expect(outcome.kind).toBe('finished');
    expect(outcome.messages.map(({ line, text }) => `${fileOf(line)}: ${text}`)).toEqual([]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}, 300_000);

it('every topic of the library has its test, and every test is in a namespace of its own', () => {
  for (const name of leanFiles('Test')) {
    const topic = path.basename(name, '.lean');
    const text = read(name);
    expect(text, name).toContain(`\nnamespace Test.${topic}\n`);
    expect(text.endsWith(`\nend Test.${topic}\n`), name).toBe(true);
  }
});

it('every public definition of the library says what it is', () => {
  for (const name of leanFiles('PCM')) {
    const lines = read(name).split('\n');
    lines.forEach((line, i) => {
      if (!/^(noncomputable )?(def|abbrev|structure|inductive|class|instance) /.test(line)) return;
      let above = i - 1;
      while (/^(open .* in|@\[.*\]|variable .*)$/.test(lines[above] ?? '')) above--;
      expect(lines[above], `lean-project/${name}, line ${i + 1} has no docstring`).toMatch(/-\/$/);
    });
  }
});
