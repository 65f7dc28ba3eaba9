import type { ProblemEdit } from '../problem.ts';

/** What is wrong and what to do about it, before it is known in which file and on which line. */
export interface Finding {
  readonly message: string;
  readonly fix: string;
  readonly edit?: ProblemEdit;
}

/** A finding that does not keep a structure out. Readers give each rule once per file. */
export interface Warning extends Finding {
  readonly rule: string;
}
