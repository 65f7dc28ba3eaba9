/**
 * A lexer for the outside of Lean: it tells comments and literals from code and cuts code into words, which is all that
 * the audit and the reading of imports need. Where Lean itself knows more (which words are keywords), it says nothing.
 */

export interface Token {
  /** `word`: an identifier or keyword with its dots; `command`: `#eval` and its kind; `ambiguous`: see {@link lex}. */
  readonly kind: 'word' | 'command' | 'string' | 'symbol' | 'ambiguous';
  /** The text as it stands; of a quoted name `«…»`, with the quotes. */
  readonly text: string;
  /** One-based. */
  readonly line: number;
}

const wordStart =
  /[A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017f\u0391-\u039f\u03a1\u03a2\u03a4-\u03a9\u03b1-\u03ba\u03bc-\u03c9\u2100-\u214f«]/u;
const wordPattern =
  /(?:«[^»\n]*»|[A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017f\u0391-\u039f\u03a1\u03a2\u03a4-\u03a9\u03b1-\u03ba\u03bc-\u03c9\u2100-\u214f][A-Za-z0-9_'!?\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017f\u0391-\u039f\u03a1\u03a2\u03a4-\u03a9\u03b1-\u03ba\u03bc-\u03c9\u2080-\u2089\u2090-\u209c\u2100-\u214f]*)(?:\.(?:«[^»\n]*»|[A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017f\u0391-\u039f\u03a1\u03a2\u03a4-\u03a9\u03b1-\u03ba\u03bc-\u03c9\u2100-\u214f][A-Za-z0-9_'!?\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017f\u0391-\u039f\u03a1\u03a2\u03a4-\u03a9\u03b1-\u03ba\u03bc-\u03c9\u2080-\u2089\u2090-\u209c\u2100-\u214f]*))*/uy;
const numberPattern = /0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|[0-9][0-9_]*/y;
const charPattern = /'(?:\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[\\'"nrt])|[^\\'\n])'/uy;
const rawStringStart = /r(#*)"/y;
const commandPattern = /#[A-Za-z_][A-Za-z_0-9]*/y;

/**
 * Cuts Lean source into the tokens that are code; comments (also documentation) are left out, numbers and character
 * literals too. What could be read in two ways is returned as `ambiguous` instead of being guessed: unfinished comments
 * and strings, a comment that opens and closes in one breath, a quoted name without its end.
 */
export function lex(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  const take = (kind: Token['kind'] | null, end: number): void => {
    const text = source.slice(at, end);
    if (kind !== null) tokens.push({ kind, text, line });
    for (const char of text) if (char === '\n') line++;
    at = end;
  };
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(source);
  };
  while (at < source.length) {
    const char = source[at]!;
    const two = source.slice(at, at + 2);
    if (/\s/.test(char)) take(null, at + 1);
    else if (two === '--') take(null, endOfLine(source, at));
    else if (two === '/-') {
      const end = endOfComment(source, at);
      const isTight = /^\/-[-!]?\//.test(source.slice(at, at + 4));
      take(end === null || isTight ? 'ambiguous' : null, end ?? source.length);
    } else if (char === '"') {
      const end = endOfString(source, at);
      take(end === null ? 'ambiguous' : 'string', end ?? source.length);
    } else if (char === "'") {
      const literal = match(charPattern);
      take(literal === null ? 'symbol' : null, literal === null ? at + 1 : charPattern.lastIndex);
    } else if (char === '#') {
      const command = match(commandPattern);
      take(command === null ? 'symbol' : 'command', command === null ? at + 1 : commandPattern.lastIndex);
    } else if (match(rawStringStart) !== null) {
      const close = `"${match(rawStringStart)![1]!}`;
      const end = source.indexOf(close, rawStringStart.lastIndex);
      take(end < 0 ? 'ambiguous' : 'string', end < 0 ? source.length : end + close.length);
    } else if (wordStart.test(char)) {
      const word = match(wordPattern);
      take(word === null ? 'ambiguous' : 'word', word === null ? at + 1 : wordPattern.lastIndex);
    } else if (match(numberPattern) !== null) take(null, numberPattern.lastIndex);
    else take('symbol', at + (source.codePointAt(at)! > 0xffff ? 2 : 1));
  }
  return tokens;
}

function endOfLine(source: string, start: number): number {
  const end = source.indexOf('\n', start);
  return end < 0 ? source.length : end;
}

/** Comments nest. @returns the offset after the end, or null when there is none. */
function endOfComment(source: string, start: number): number | null {
  let depth = 1;
  for (let at = start + 2; at < source.length - 1; at++) {
    const two = source.slice(at, at + 2);
    if (two !== '-/' && two !== '/-') continue;
    depth += two === '/-' ? 1 : -1;
    at++;
    if (depth === 0) return at + 1;
  }
  return null;
}

function endOfString(source: string, start: number): number | null {
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === '"') return at + 1;
  }
  return null;
}

/** The components of a dotted word, without the quotes of `«…»`. */
export function components(word: string): string[] {
  return [...word.matchAll(/«([^»]*)»|[^.«»]+/gu)].map((match) => match[1] ?? match[0]);
}
