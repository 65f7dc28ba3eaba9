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
}

/** A value, or the problems that kept it from being one. Warnings may travel beside a value. */
export type Checked<T> =
  | { readonly kind: 'ok'; readonly value: T; readonly warnings: readonly Problem[] }
  | { readonly kind: 'rejected'; readonly problems: readonly Problem[] };
