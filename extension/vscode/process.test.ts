import { describe, expect, it } from 'vitest';
import { startProcess, type RunningProcess } from './process.ts';

function startScript(script: string, onLine: (line: string) => void = () => undefined, patience = 300): RunningProcess {
  return startProcess({
    command: process.execPath,
    args: ['-e', script],
    cwd: import.meta.dirname,
    env: process.env,
    onLine,
    onErrorLine: () => undefined,
    patience,
  });
}

/** Starts a script and waits for the first line that it prints. */
function startAndHear(script: string): Promise<{ process: RunningProcess; line: string }> {
  return new Promise((resolve) => {
    const process = startScript(script, (line) => resolve({ process, line }));
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a child process', () => {
  it('delivers every line before it is said to have stopped', async () => {
    const lines: string[] = [];
    const child = startScript(`for (let i = 0; i < 5000; i++) console.log('line', i); process.exitCode = 3`, (line) =>
      lines.push(line),
    );
    expect(await child.stopped).toEqual({ kind: 'exited', code: 3 });
    expect(lines).toHaveLength(5000);
    expect(lines.at(-1)).toBe('line 4999');
  });

  it('says when it could not be started', async () => {
    const child = startProcess({
      command: '/nonexistent/program',
      args: [],
      cwd: import.meta.dirname,
      env: {},
      onLine: () => undefined,
      onErrorLine: () => undefined,
      patience: 100,
    });
    expect(await child.stopped).toMatchObject({ kind: 'not-started' });
  });

  it('tells a crash from a cancellation', async () => {
    const crashed = startScript(`process.kill(process.pid, 'SIGKILL')`);
    expect(await crashed.stopped).toEqual({ kind: 'killed', signal: 'SIGKILL' });
    const { process: polite } = await startAndHear(
      `process.on('SIGINT', () => process.exit(130)); setInterval(() => {}, 1000); console.log('up')`,
    );
    polite.cancel();
    expect(await polite.stopped).toMatchObject({ kind: 'cancelled' });
  });

  it.skipIf(process.platform === 'win32')('ends the whole tree of a child that does not listen', async () => {
    const { process: deaf, line } = await startAndHear(`
      process.on('SIGINT', () => {});
      const grandchild = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      console.log(grandchild.pid);
      setInterval(() => {}, 1000);`);
    expect(isAlive(Number(line))).toBe(true);
    deaf.cancel();
    expect(await deaf.stopped).toEqual({ kind: 'cancelled', code: null });
    await expect.poll(() => isAlive(Number(line)), { timeout: 5000 }).toBe(false);
  });

  it.skipIf(process.platform === 'win32')('leaves nothing behind of a child that was killed', async () => {
    const { process: killed, line } = await startAndHear(`
      const grandchild = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      console.log(grandchild.pid);
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), 100);`);
    expect(await killed.stopped).toEqual({ kind: 'killed', signal: 'SIGKILL' });
    await expect.poll(() => isAlive(Number(line)), { timeout: 5000 }).toBe(false);
  });
});
