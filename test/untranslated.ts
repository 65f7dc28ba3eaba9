/** A `Translate` that keeps the language of the sources. */
export const untranslated = (message: string, ...words: readonly (string | number)[]): string =>
  message.replaceAll(/\{(\d)\}/g, (_, at) => String(words[Number(at)]));

/** A language of no country: what is not passed through it stands out. */
export const pseudoLocale = (message: string, ...words: readonly (string | number)[]): string =>
  `⟦${untranslated(message, ...words)}⟧`;
