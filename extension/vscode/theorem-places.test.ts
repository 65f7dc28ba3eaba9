import { describe, expect, it } from 'vitest';
import { theoremAt, theoremLine, theoremLines } from './theorem-places.ts';

const source = `import PCM

/-- theorem nested is only spoken of here -/
theorem nested : Nested := by
  decide
 theorem indented : True := trivial
theorem observed_000 : Observed :=
  by decide

theorem observed_0000x : True := trivial
`;

describe('theorems of a generated file', () => {
  it('are found at the line that states them', () => {
    expect([...theoremLines(source)]).toEqual([
      ['nested', 3],
      ['observed_000', 6],
    ]);
    expect(theoremLine(source, 'safe')).toBeUndefined();
  });

  it('own the lines up to the next one', () => {
    expect([0, 3, 5, 6, 9].map((line) => theoremAt(source, line))).toEqual([
      undefined,
      'nested',
      'nested',
      'observed_000',
      'observed_000',
    ]);
  });
});
