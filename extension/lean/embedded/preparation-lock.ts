import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A lock file that only saves work: it keeps two processes from preparing the same thing at once. Correctness never
 * rests on it (results are renamed into place, and the loser of a race discards its own), so a lock whose holder is gone
 * may be broken without ceremony.
 */

/** A holder is taken for gone after this long, in milliseconds, even if a process with its number lives. */
const LONGEST_HOLD = 10 * 60_000;
const POLL = 100;

/** Whether a process with this number exists (it may belong to someone else). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Runs `work` while holding the lock.
 *
 * @param path the lock file
 * @param onWait told once when another process holds the lock
 * @param signal ends the waiting; `work` looks at it itself
 */
export async function withLock<T>(
  path: string,
  onWait: () => void,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const token = `${process.pid} ${Date.now()} ${randomBytes(6).toString('hex')}\n`;
  let told = false;
  while (!(await tryLock(path, token))) {
    if (!told) onWait();
    told = true;
    await sleep(POLL, undefined, signal === undefined ? {} : { signal });
  }
  try {
    return await work();
  } finally {
    const holder = await readFile(path, 'utf8').catch(() => '');
    if (holder === token) await rm(path, { force: true });
  }
}

/** A hard link appears with its contents, so that nobody ever reads a lock without its holder. */
async function tryLock(path: string, token: string): Promise<boolean> {
  const draft = `${path}.${process.pid}-${randomBytes(6).toString('hex')}`;
  await writeFile(draft, token, { flag: 'wx' });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Some file systems have no hard links; there, the race decides.
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'ENOSYS') return true;
    if (code !== 'EEXIST') throw error;
    const [pid, since] = (await readFile(path, 'utf8').catch(() => `${process.pid} ${Date.now()}`))
      .split(' ')
      .map(Number);
    const abandoned = pid === undefined || since === undefined || !isAlive(pid) || !(Date.now() - since < LONGEST_HOLD);
    if (abandoned) await rm(path, { force: true });
    return false;
  } finally {
    await rm(draft, { force: true });
  }
}
