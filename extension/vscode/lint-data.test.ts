import { describe, expect, it } from 'vitest';
import { lintData, LINTED_TEXT } from './lint-data.ts';

const LATTICE = 'Lattice="4 0 0 0 4 0 0 0 4"';
const frame = (number: number, columns = 'species:S:1:pos:R:3:forces:R:3'): string =>
  `2\n${LATTICE} Properties=${columns} energy=-${number}\nNa 0 0 ${(number % 97) / 100} 0 0 0.1\nCl 2 0 0 0 0 -0.1\n`;
const asked = { needsEnergy: false, needsForces: true, isStale: () => false };

describe('the lint of structures in an editor', () => {
  it('says that forces are missing, with the column that may hold them', async () => {
    const text = Array.from({ length: 3 }, (_, at) => frame(at, 'species:S:1:pos:R:3:frc:R:3')).join('');
    const problems = await lintData(text, 'a.xyz', asked);
    expect(problems.map(({ severity, edit }) => ({ severity, edit }))).toEqual([
      { severity: 'warning', edit: { kind: 'rename-label', from: 'frc', to: 'forces' } },
      { severity: 'error', edit: undefined },
    ]);
    expect(problems[1]?.message).toBe('3 of 3 structures have no forces, which the failure criterion needs.');
  });

  it('says nothing of forces to a project that needs none', async () => {
    expect(await lintData(frame(1, 'species:S:1:pos:R:3:x:R:3'), 'a.xyz', { ...asked, needsForces: false })).toEqual(
      [],
    );
  });

  it('does not complain of the end of a file that it does not read to the end', async () => {
    let text = '';
    for (let at = 0; text.length < LINTED_TEXT + 100_000; at++) text += frame(at);
    text += '2\nthis frame is cut off\n';
    const problems = await lintData(text, 'a.xyz', asked);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  }, 60_000);

  it('gives way to other work while it reads', async () => {
    const text = Array.from({ length: 2000 }, (_, at) => frame(at)).join('');
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 0);
    await lintData(text, 'a.xyz', asked);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
  });

  it('ends when what it reads is no longer what is shown', async () => {
    let asks = 0;
    await lintData(frame(1).repeat(20_000), 'a.xyz', { ...asked, isStale: () => ++asks > 2 });
    expect(asks).toBeLessThan(8);
  });
});
