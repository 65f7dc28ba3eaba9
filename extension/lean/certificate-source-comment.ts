/** Longest comment text taken over from data, in characters. */
export const LONGEST_COMMENT_TEXT = 120;

/**
 * A text from data (a formula, a path, a unit) as it may stand inside a Lean comment: one line, of bounded length, without
 * invisible characters, and unable to open or close a comment. Whatever comes in, the comment around it ends where the
 * emitter ends it, provided that white space stands on both sides.
 */
export function commentText(text: string): string {
  const characters = Array.from(text.slice(0, 4 * LONGEST_COMMENT_TEXT));
  const short =
    characters.length > LONGEST_COMMENT_TEXT || text.length > 4 * LONGEST_COMMENT_TEXT
      ? characters.slice(0, LONGEST_COMMENT_TEXT - 1).concat('…')
      : characters;
  return short
    .join('')
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .replace(/-(?=\/)/g, '- ')
    .replace(/\/(?=-)/g, '/ ')
    .trim();
}
