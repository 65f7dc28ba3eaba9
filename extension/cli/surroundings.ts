import type { Installation } from './installation.ts';
import type { Reporter } from './reporter.ts';

/** What a command needs of the world around it. */
export interface Surroundings {
  readonly installation: Installation;
  readonly reporter: Reporter;
  /** Aborted when the user asks to stop. */
  readonly signal: AbortSignal;
  /** Milliseconds of a steady clock. */
  readonly now: () => number;
  readonly environment: NodeJS.ProcessEnv;
  /** Oracle processes unless the user names a number. */
  readonly processors: number;
}

/** 0 all proved, 1 something refuted, 2 could not decide or could not run. */
export type ExitCode = 0 | 1 | 2;
