import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createLineSplitter } from './line-splitter.ts';

function split(chunks: readonly string[], limit: number): { lines: string[]; tooLong: number } {
  const lines: string[] = [];
  let tooLong = 0;
  const splitter = createLineSplitter(
    limit,
    (line) => lines.push(line),
    () => tooLong++,
  );
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return { lines, tooLong };
}

it('gives the same lines however the stream is cut', () => {
  const line = fc.string({ unit: 'grapheme-ascii', maxLength: 8 }).map((text) => text.replace(/[\r\n]/g, ''));
  fc.assert(
    fc.property(fc.array(line), fc.integer({ min: 1, max: 7 }), (lines, size) => {
      const text = lines.map((each) => `${each}\n`).join('');
      const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
        text.slice(i * size, (i + 1) * size),
      );
      expect(split(chunks, 100).lines).toEqual(lines);
    }),
  );
});

it('drops a line that is too long, says so once, and goes on after it', () => {
  expect(split(['ab\n', 'x'.repeat(6), 'x'.repeat(6), 'x\ncd'], 5)).toEqual({ lines: ['ab', 'cd'], tooLong: 1 });
  expect(split(['123456\n12345\n'], 5)).toEqual({ lines: ['12345'], tooLong: 1 });
});

it('takes carriage returns away', () => {
  expect(split(['a\r\nb\r\n'], 9).lines).toEqual(['a', 'b']);
});
