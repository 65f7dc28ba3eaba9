import { readFileSync } from 'node:fs';

/** Resident MB of a process and its children, from /proc; those that have ended count as nothing. */
export function residentMegabytes(pid: number): number {
  const read = (file: string): string => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return '';
    }
  };
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean);
  return [pid, ...children].reduce<number>(
    (sum, each) => sum + Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${each}/status`))?.[1] ?? 0) / 1024,
    0,
  );
}
