import type { FileHandle } from 'node:fs/promises';

/** Longest line of a log that is read; longer ones are damage. */
const LONGEST_LINE = 65_536;

/**
 * Complete lines of a file from an offset on, without their newline, and the offset just behind each. Text after the last newline is not
 * given, and reading stops at a line that is longer than any the log writes.
 */
export async function* readLines(handle: FileHandle, from = 0): AsyncGenerator<{ text: string; end: number }> {
  const chunk = Buffer.alloc(1 << 20);
  let rest = Buffer.alloc(0);
  let offset = from;
  for (;;) {
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, offset);
    if (bytesRead === 0) return;
    const bytes = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    const base = offset - rest.length;
    let start = 0;
    for (let newline = bytes.indexOf(10); newline >= 0; newline = bytes.indexOf(10, start)) {
      yield { text: bytes.toString('utf8', start, newline), end: base + newline + 1 };
      start = newline + 1;
    }
    rest = Buffer.from(bytes.subarray(start));
    if (rest.length > LONGEST_LINE) return;
    offset += bytesRead;
  }
}
