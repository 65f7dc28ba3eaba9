import { spawn, type ChildProcess } from 'node:child_process';
import { OracleError } from './oracle-source.ts';

/** How a process ended, in words that follow "the calculator's process". */
export function endedWith(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal === 'SIGKILL') return 'was killed (SIGKILL), as systems do with a process that takes too much memory';
  return `ended with ${signal ?? `exit code ${code ?? '?'}`}`;
}

/** The most telling line of what a process wrote to stderr. */
export function lastWords(stderr: string): string {
  const lines = stderr.trim().split('\n');
  return (lines.findLast((line) => /Error|error:/.test(line)) ?? lines.at(-1) ?? '').trim().slice(0, 200);
}

/**
 * Starts a program in a process group of its own, one thread per process. No shell is involved: the words are passed as
 * they are.
 * @param environment further variables, which outweigh all others.
 */
export function startProgram(
  program: string,
  words: readonly string[],
  folder: string,
  stdin: 'pipe' | 'ignore',
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  return spawn(program, words, {
    cwd: folder,
    detached: process.platform !== 'win32',
    stdio: [stdin, stdin === 'pipe' ? 'pipe' : 'ignore', 'pipe'],
    windowsHide: true,
    env: {
      ...process.env,
      OMP_NUM_THREADS: '1',
      MKL_NUM_THREADS: '1',
      OPENBLAS_NUM_THREADS: '1',
      // Nothing is left behind in the user's folders.
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONUTF8: '1',
      ...environment,
    },
  });
}

/** What to say where a program cannot be started at all. */
export function explainSpawnError(error: NodeJS.ErrnoException, program: string, place: string): OracleError {
  switch (error.code ?? '') {
    case 'ENOENT':
      return new OracleError(
        `The program "${program}" was not found.`,
        `Install it, or give its full path in ${place}.`,
      );
    case 'EACCES':
      return new OracleError(
        `The program "${program}" must not be run (EACCES).`,
        `Make it executable, or name another one in ${place}.`,
      );
    default:
      return new OracleError(
        `The program "${program}" cannot be started (${error.code ?? error.message}).`,
        `Check ${place}, and how many processes this machine allows.`,
      );
  }
}
