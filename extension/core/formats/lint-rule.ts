import type { Structure } from '../structure.ts';
import type { Finding } from './finding.ts';

export interface LintOptions {
  /** What the project's failure criterion compares with. */
  readonly needsEnergy: boolean;
  readonly needsForces: boolean;
  /** A key that is equal for structures of equal content, such as a hash of `contentBytes`. */
  readonly contentKey: (structure: Structure) => string;
}

export interface LintFinding extends Finding {
  readonly severity: 'error' | 'warning' | 'information';
  /** One-based line of the first structure concerned, null where it is the file as a whole. */
  readonly line: number | null;
}

/** Watches the structures of one file and concludes at its end. */
export interface LintWatch {
  readonly see: (structure: Structure) => void;
  readonly conclude: () => LintFinding | null;
}

export type LintRule = (options: LintOptions) => LintWatch;
