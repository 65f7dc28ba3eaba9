import { open } from 'node:fs/promises';

/** Observations in a log, by its whole lines; 0 where there is no log. */
export async function countObservations(log: string): Promise<number> {
  let lines = 0;
  try {
    const handle = await open(log, 'r');
    try {
      const chunk = Buffer.alloc(1 << 20);
      for (let offset = 0; ;) {
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
  return Math.max(0, lines - 1);
}
