/**
 * A change of the text that mends a problem, as data. Where it is one of several ways out, the user chooses.
 *
 * `rename-property`, `set-property`, `remove-property`: of a project file, by path; setting adds what is missing.
 * `rename-label`: the key or column of that name, in the comment line of every frame of an extended XYZ file.
 */
export type ProblemEdit =
  | { readonly kind: 'rename-property'; readonly path: PropertyPath; readonly to: string }
  | { readonly kind: 'set-property'; readonly path: PropertyPath; readonly value: unknown }
  | { readonly kind: 'remove-property'; readonly path: PropertyPath }
  | { readonly kind: 'rename-label'; readonly from: string; readonly to: string };

/** Keys and indices that lead from the root of a JSON document to a value. */
export type PropertyPath = readonly (string | number)[];

/**
 * Something wrong with the user's input. It names the place and the way out, so that the same value can become a line
 * on a terminal, a JSON object on a pipe, or a squiggle in the editor.
 */
export interface Problem {
  readonly kind: 'problem';
  readonly severity: 'error' | 'warning' | 'information';
  /** Path as the user gave it, relative to the project folder where that is possible. */
  readonly file: string;
  /** One-based line of the text, or null where a line has no meaning (a binary model, a missing file). */
  readonly line: number | null;
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** What the user can do about it, in one sentence. */
  readonly fix: string;
  /** The same way out for a machine, where there is one that only changes text. */
  readonly edit?: ProblemEdit;
}

/** A value, or the problems that kept it from being one. Warnings may travel beside a value. */
export type Checked<T> =
  | { readonly kind: 'ok'; readonly value: T; readonly warnings: readonly Problem[] }
  | { readonly kind: 'rejected'; readonly problems: readonly Problem[] };
