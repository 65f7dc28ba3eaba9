import { link, open, readFile, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import * as z from 'zod';
import { isRunning, startOf } from './process-identity.ts';

const ownerSchema = z.object({
  pid: z.number().int().positive(),
  started: z.string(),
  host: z.string().default(hostname),
});
/** `seen`: when the lock file was last written, ms, by the clock of its file system. */
type Owner = z.infer<typeof ownerSchema> & { readonly seen: number };

/** A process of another machine cannot be asked whether it lives; it says so by writing its lock file again. */
const HEARTBEAT_MS = 20_000;
const SILENCE_MS = 120_000;

/** Locks of this process: its own pid in a lock file otherwise means a predecessor in a container with the same pid. */
const held = new Set<string>();

function isAlive(owner: Owner, path: string, now: number): boolean {
  if (owner.host !== hostname()) return now - owner.seen < SILENCE_MS;
  if (owner.pid === process.pid) return held.has(path);
  return isRunning(owner.pid, owner.started);
}

async function readOwner(path: string): Promise<Owner | null> {
  try {
    const owner = ownerSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    return { ...owner, seen: (await stat(path)).mtimeMs };
  } catch {
    return null;
  }
}

export type LockOutcome =
  | { readonly kind: 'locked'; readonly release: () => Promise<void> }
  | { readonly kind: 'held'; readonly pid: number; readonly host: string };

/** Writes the same words again and again, into this very file even when its name has gone to another one. */
function keepAlive(handle: FileHandle, words: string): () => Promise<void> {
  let writing: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    writing = handle.write(words, 0).catch(() => undefined);
  }, HEARTBEAT_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await writing;
    await handle.close();
  };
}

/**
 * Takes the lock file at `path` for this process, or says which living process has it. A lock whose owner has died is
 * taken over; an owner on another machine counts as dead once its lock file has not been written for two minutes. The
 * file appears complete at once (a hard link to a finished file), so that it is never read half-written.
 */
export async function takeLock(path: string): Promise<LockOutcome> {
  const words = JSON.stringify({ pid: process.pid, started: startOf(process.pid), host: hostname() });
  const candidate = `${path}.${randomUUID()}`;
  await writeFile(candidate, words);
  try {
    const now = (await stat(candidate)).mtimeMs;
    for (let attempt = 0; attempt < 5; attempt++) {
      try {
        await link(candidate, path);
        held.add(path);
        const stop = keepAlive(await open(candidate, 'r+'), words);
        return {
          kind: 'locked',
          release: async () => {
            held.delete(path);
            await stop();
            await rm(path, { force: true });
          },
        };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const other = await readOwner(path);
      if (other !== null && isAlive(other, path, now)) return { kind: 'held', pid: other.pid, host: other.host };
      // Move the dead lock aside first: of two processes that find it, one gets it, and the other finds it gone.
      const aside = `${candidate}.stale`;
      try {
        await rename(path, aside);
      } catch {
        continue;
      }
      const moved = await readOwner(aside);
      if (moved !== null && isAlive(moved, path, now)) await link(aside, path).catch(() => undefined);
      await rm(aside, { force: true });
    }
    const last = await readOwner(path);
    return { kind: 'held', pid: last?.pid ?? 0, host: last?.host ?? hostname() };
  } finally {
    await rm(candidate, { force: true });
  }
}

/**
 * The living process that has a lock, without taking it; null where there is none. For whoever only looks on: by the time
 * of the answer it may have ended.
 */
export async function lockOwner(path: string): Promise<{ readonly pid: number; readonly host: string } | null> {
  const owner = await readOwner(path);
  return owner !== null && isAlive(owner, path, Date.now()) ? { pid: owner.pid, host: owner.host } : null;
}
