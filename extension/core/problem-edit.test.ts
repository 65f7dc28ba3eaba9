import { describe, expect, it } from 'vitest';
import { readStructures } from './formats/detect.ts';
import type { Problem } from './problem.ts';
import { textChanges, type TextChange } from './problem-edit.ts';
import { readProject } from './project-file.ts';

function applied(text: string, changes: readonly TextChange[]): string {
  return changes.reduceRight((now, { from, to, insert }) => now.slice(0, from) + insert + now.slice(to), text);
}

function problemsOf(text: string): readonly Problem[] {
  const read = readProject(text, 'pcm.json');
  return read.kind === 'rejected' ? read.problems : [];
}

/** Carries out the edit of the first problem until there are none, as somebody who takes every quick fix would. */
function mended(text: string): string {
  let now = text;
  for (let turn = 0; turn < 10; turn++) {
    const edit = problemsOf(now)[0]?.edit;
    if (edit === undefined) return now;
    now = applied(now, textChanges(now, edit));
  }
  return now;
}

const good = `{
  // A comment that has to survive.
  "models": [{ "id": "m", "kind": "onnx", "path": "m.onnx" }],
  "data": ["data/*.xyz"],
  "failure": { "kind": "force-error", "threshold": 0.5 },
  "claim": { "failureRate": 0.1 },
}
`;

describe('edits of a project file', () => {
  it.each([
    ['a misspelt key', good.replace('"data":', '"dta":'), good],
    ['a misspelt key further in', good.replace('"failureRate"', '"failurerate"'), good],
    ['a misspelt kind', good.replace('"force-error"', '"force-eror"'), good],
  ])('mend %s, and leave everything else as it was', (_name, broken, expected) => {
    expect(problemsOf(broken)).not.toEqual([]);
    expect(mended(broken)).toBe(expected);
  });

  it.each([
    ['a key that means nothing', good.replace('"claim":', '"zzzzzz": 1, "claim":')],
    ['a missing criterion', good.replace(/ {2}"failure".*\n/, '')],
    ['missing data', good.replace(/ {2}"data".*\n/, '')],
    ['a misspelt feature', good.replace('"claim":', '"features": ["volume_per_atm"], "claim":')],
    ['a rate with too many decimals', good.replace('0.1 }', '0.12345678901234567 }')],
    ['an empty project', '{}'],
  ])('mend %s', (_name, broken) => {
    expect(problemsOf(broken)).not.toEqual([]);
    const after = mended(broken);
    expect(problemsOf(after)).toEqual([]);
    if (broken.includes('// A comment')) expect(after).toContain('// A comment that has to survive.');
  });

  it('change nothing in a text that has moved on', () => {
    expect(textChanges('{}', { kind: 'rename-property', path: ['dta'], to: 'data' })).toEqual([]);
  });
});

const frame = (comment: string): string => `2\n${comment}\nNa 0 0 0 0 0 0\nfrc 2 0 0 0 0 0\n`;

async function warningsOf(text: string): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(new TextEncoder().encode(text.replaceAll('frc 2', 'Cl 2')));
  };
  for await (const item of readStructures(bytes(), 'a.xyz', 'extxyz'))
    if (item.kind === 'problem') problems.push(item.problem);
  return problems;
}

describe('edits of an extended XYZ file', () => {
  const lattice = 'Lattice="4 0 0 0 4 0 0 0 4"';

  it('rename a column in every frame, and nothing in the atoms', async () => {
    const text = frame(`${lattice} Properties=species:S:1:pos:R:3:frc:R:3 energy=-1`).repeat(3);
    const edit = (await warningsOf(text)).map((problem) => problem.edit).find((each) => each !== undefined);
    expect(edit).toEqual({ kind: 'rename-label', from: 'frc', to: 'forces' });
    const after = applied(text, textChanges(text, edit!));
    expect(after).toBe(frame(`${lattice} Properties=species:S:1:pos:R:3:forces:R:3 energy=-1`).repeat(3));
    expect(await warningsOf(after)).toEqual([]);
  });

  it('rename a key, also where its name has signs of its own', async () => {
    const text = frame(`${lattice} Properties=species:S:1:pos:R:3:forces:R:3 e_tot=-1 note="e_tot"`);
    const edit = (await warningsOf(text)).map((problem) => problem.edit).find((each) => each !== undefined);
    expect(edit).toEqual({ kind: 'rename-label', from: 'e_tot', to: 'energy' });
    expect(applied(text, textChanges(text, edit!))).toContain(' energy=-1 note="e_tot"');
  });
});
