import { open } from 'node:fs/promises';
import path from 'node:path';

/** As much of the end of a task's output as is looked at, bytes. */
const TAIL = 65_536;

/**
 * What a task said last that tells why it failed: its last line with the word "error", ours or that of a shell, of Slurm
 * or of the system, else its last line. Null where it said nothing.
 * @param shard number of the task; local tasks share one output.
 */
export async function lastProblem(folder: string, shard: number): Promise<string | null> {
  const lines =
    (await tailOf(path.join(folder, `task-${shard}.out`))) ?? (await tailOf(path.join(folder, 'task-0.out'))) ?? [];
  const spoken = lines.map((line) => line.trim()).filter((line) => line !== '');
  const telling = spoken.findLast((line) => /\berror\b/i.test(line)) ?? spoken.at(-1);
  return telling?.slice(0, 400) ?? null;
}

async function tailOf(file: string): Promise<string[] | null> {
  try {
    const handle = await open(file, 'r');
    try {
      const { size } = await handle.stat();
      const from = Math.max(0, size - TAIL);
      const { buffer, bytesRead } = await handle.read(
        Buffer.alloc(Math.min(size, TAIL)),
        0,
        Math.min(size, TAIL),
        from,
      );
      return buffer
        .toString('utf8', 0, bytesRead)
        .split('\n')
        .slice(from > 0 ? 1 : 0);
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}
