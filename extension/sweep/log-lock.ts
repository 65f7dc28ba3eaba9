import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';

const ownerSchema = z.object({ pid: z.number().int().positive(), started: z.string() });
type Owner = z.infer<typeof ownerSchema>;

/** Locks of this process: its own pid in a lock file otherwise means a predecessor in a container with the same pid. */
const held = new Set<string>();

/** Start time of a process in ticks since boot, where the system tells; '' elsewhere. Guards against reused pids. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The process's name may hold spaces and parentheses; fields are counted after the last ')'.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function isAlive(owner: Owner, path: string): boolean {
  if (owner.pid === process.pid) return held.has(path);
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return owner.started === '' || startOf(owner.pid) === '' || owner.started === startOf(owner.pid);
}

async function readOwner(path: string): Promise<Owner | null> {
  try {
    return ownerSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}

export type LockOutcome =
  { readonly kind: 'locked'; readonly release: () => Promise<void> } | { readonly kind: 'held'; readonly pid: number };

/**
 * Takes the lock file at `path` for this process, or says which living process has it. A lock whose owner has died is
 * taken over. The file appears complete at once (a hard link to a finished file), so that it is never read half-written.
 */
export async function takeLock(path: string): Promise<LockOutcome> {
  const owner: Owner = { pid: process.pid, started: startOf(process.pid) };
  const candidate = `${path}.${randomUUID()}`;
  await writeFile(candidate, JSON.stringify(owner));
  try {
    for (let attempt = 0; attempt < 5; attempt++) {
      try {
        await link(candidate, path);
        held.add(path);
        return {
          kind: 'locked',
          release: async () => {
            held.delete(path);
            await rm(path, { force: true });
          },
        };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const other = await readOwner(path);
      if (other !== null && isAlive(other, path)) return { kind: 'held', pid: other.pid };
      // Move the dead lock aside first: of two processes that find it, one gets it, and the other finds it gone.
      const aside = `${candidate}.stale`;
      try {
        await rename(path, aside);
      } catch {
        continue;
      }
      const moved = await readOwner(aside);
      if (moved !== null && isAlive(moved, path)) await link(aside, path).catch(() => undefined);
      await rm(aside, { force: true });
    }
    return { kind: 'held', pid: (await readOwner(path))?.pid ?? 0 };
  } finally {
    await rm(candidate, { force: true });
  }
}
