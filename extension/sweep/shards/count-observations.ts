import { open } from 'node:fs/promises';
import { readIndexSize } from '../observation-index.ts';
import type { LogExtent } from '../observation-log.ts';

/**
 * Observations in a log: those that are known of or that its index counts, and the whole lines behind them. 0 where there is
 * no log.
 * @param known a beginning of this very log.
 */
export async function countObservations(log: string, known: LogExtent | null): Promise<number> {
  // The header is a line, too.
  let lines = -1;
  try {
    const handle = await open(log, 'r');
    try {
      const index = await readIndexSize(log);
      let from = 0;
      if (index !== null && index.length <= (await handle.stat()).size) [from, lines] = [index.length, index.rows];
      if (known !== null && known.bytes > from) [from, lines] = [known.bytes, known.observations];
      const chunk = Buffer.alloc(1 << 20);
      for (let offset = from; ;) {
        const { bytesRead } = await handle.read(chunk, 0, chunk.length, offset);
        if (bytesRead === 0) break;
        for (let at = chunk.indexOf(10); at >= 0 && at < bytesRead; at = chunk.indexOf(10, at + 1)) lines++;
        offset += bytesRead;
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return Math.max(0, lines);
}
