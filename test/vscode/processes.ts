import { readdirSync, readFileSync } from 'node:fs';
import { eventually } from './host-test.ts';

export interface ListedProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Processes that descend from this one and whose command line matches; needs Linux's `/proc`. */
export function descendants(command: RegExp): ListedProcess[] {
  const all = listed();
  const ours = new Set([process.pid]);
  // A process is listed after its parent unless numbers have wrapped around: until nothing is added any more.
  for (let before = 0; before !== ours.size;) {
    before = ours.size;
    for (const { pid, parent } of all) if (ours.has(parent)) ours.add(pid);
  }
  return all.filter(({ pid, command: line }) => ours.has(pid) && command.test(line));
}

export function isAlive(pid: number): boolean {
  return listed().some((each) => each.pid === pid);
}

/** Ends a process as a system does that has run out of memory, if it has not ended by itself just now. */
export function strike({ pid }: ListedProcess): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The same, and waits until it is gone. */
export async function kill(victim: ListedProcess): Promise<void> {
  const { pid } = victim;
  strike(victim);
  await eventually(`end of process ${pid}`, 60, () => !isAlive(pid) || undefined);
}

function listed(): ListedProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        // State and parent follow the name, which may itself hold brackets.
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        if (state === 'Z') return [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return [{ pid: Number(name), parent: Number(parent), command }];
      } catch {
        return [];
      }
    });
}
