import { describe, expect, it } from 'vitest';
import { extractFrames } from './extract-frames.ts';

async function* lines(text: string): AsyncGenerator<string> {
  for (const line of text.split('\n')) yield await Promise.resolve(line);
}

const three = ['1\nfirst\nNa 0 0 0', '2\nsecond\nNa 0 0 0\nCl 1 1 1', '1\nthird\nSi 0 0 0'];

describe('frames of an extended XYZ file', () => {
  it('are taken out unchanged', async () => {
    expect((await extractFrames(lines(`${three.join('\n')}\n`), new Set([0, 2]))).join('\n')).toBe(
      `${three[0]}\n${three[2]}`,
    );
  });

  it('are no more than there are, and none of what is no such file', async () => {
    expect(await extractFrames(lines(three.join('\n\n')), new Set([1, 7]))).toEqual(three[1]!.split('\n'));
    expect(await extractFrames(lines('not a number\n'), new Set([0]))).toEqual([]);
  });
});
