/** The words of the reader's language for `message`, with `{0}`, `{1}` … filled in: the editor's `l10n.t`. */
export type Translate = (message: string, ...words: (string | number)[]) => string;
