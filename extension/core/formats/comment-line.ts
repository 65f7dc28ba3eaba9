/**
 * The second line of an extended XYZ frame: `key=value` pairs after the libAtoms grammar, read generously where files
 * in circulation take liberties (single quotes, bare values with any punctuation).
 */
export interface CommentEntry {
  readonly key: string;
  /** The value without its delimiters; `T` for a key that stands alone. */
  readonly text: string;
  /** `square` values keep their inner brackets. */
  readonly style: 'bare' | 'quoted' | 'curly' | 'square' | 'flag';
}

export type ParsedComment =
  | { readonly kind: 'entries'; readonly entries: readonly CommentEntry[] }
  | { readonly kind: 'malformed'; readonly message: string; readonly fix: string };

const isSpace = (character: string | undefined): boolean =>
  character === ' ' || character === '\t' || character === '\v' || character === '\f';

interface Token {
  readonly text: string;
  readonly style: 'bare' | 'quoted' | 'curly' | 'square';
  readonly next: number;
}

/** Quoted text from the quote at `start`; undefined when the quote is not closed. */
function quotedToken(line: string, start: number): Token | undefined {
  const quote = line[start];
  let text = '';
  for (let at = start + 1; at < line.length; at++) {
    const character = line[at]!;
    if (character === quote) return { text, style: 'quoted', next: at + 1 };
    if (character === '\\' && at + 1 < line.length) {
      at++;
      text += line[at] === 'n' ? '\n' : line[at]!;
    } else text += character;
  }
  return undefined;
}

/** Bracketed text from the bracket at `start`, nested brackets included; undefined when it is not closed. */
function bracketedToken(line: string, start: number, open: string, close: string): Token | undefined {
  let depth = 0;
  for (let at = start; at < line.length; at++) {
    const character = line[at]!;
    if (character === '"') {
      const inner = quotedToken(line, at);
      if (inner === undefined) return undefined;
      at = inner.next - 1;
    } else if (character === open) depth++;
    else if (character === close && --depth === 0) {
      return { text: line.slice(start + 1, at), style: open === '[' ? 'square' : 'curly', next: at + 1 };
    }
  }
  return undefined;
}

function bareToken(line: string, start: number, endsAtEquals: boolean): Token {
  let at = start;
  while (at < line.length && !isSpace(line[at]) && !(endsAtEquals && line[at] === '=')) at++;
  return { text: line.slice(start, at), style: 'bare', next: at };
}

function valueToken(line: string, start: number): Token | undefined {
  const first = line[start];
  if (first === '"' || first === "'") return quotedToken(line, start);
  if (first === '[') return bracketedToken(line, start, '[', ']');
  if (first === '{') return bracketedToken(line, start, '{', '}');
  return bareToken(line, start, false);
}

function skipSpaces(line: string, start: number): number {
  let at = start;
  while (isSpace(line[at])) at++;
  return at;
}

/**
 * Parses a comment line into its entries, in order. `maximumKeys` bounds their number. A line that does not follow the
 * grammar is `malformed`; whether that is an error (extended XYZ) or free text (plain XYZ) is for the caller to say.
 */
export function parseCommentLine(line: string, maximumKeys: number): ParsedComment {
  const entries: CommentEntry[] = [];
  let at = skipSpaces(line, 0);
  while (at < line.length) {
    if (entries.length >= maximumKeys)
      return { kind: 'malformed', message: `more than ${maximumKeys} keys`, fix: 'Remove keys that are not needed.' };
    const first = line[at];
    const key = first === '"' || first === "'" ? quotedToken(line, at) : bareToken(line, at, true);
    if (key === undefined)
      return { kind: 'malformed', message: 'a quoted key is not closed', fix: `Close the quote at column ${at + 1}.` };
    if (key.text === '')
      return { kind: 'malformed', message: `no key before column ${at + 1}`, fix: 'Write key=value.' };
    const equals = skipSpaces(line, key.next);
    if (line[equals] !== '=') {
      entries.push({ key: key.text, text: 'T', style: 'flag' });
      at = equals;
      continue;
    }
    const start = skipSpaces(line, equals + 1);
    const value = valueToken(line, start);
    if (value === undefined)
      return {
        kind: 'malformed',
        message: `the value of ${quoteForMessage(key.text)} is not closed`,
        fix: `Close the quote or bracket at column ${start + 1}.`,
      };
    entries.push({ key: key.text, text: value.text, style: value.style });
    at = skipSpaces(line, value.next);
  }
  return { kind: 'entries', entries };
}

/** The words of an array in any style, nested brackets flattened row by row; `_JSON` is ASE's mark of a nested array. */
export function arrayWords(entry: CommentEntry): string[] {
  return entry.text
    .replace(/^_JSON\s/, '')
    .split(/[\s,[\]]+/)
    .filter((word) => word !== '');
}

/** true or false in the spellings of the grammar and as 1 and 0; undefined for anything else. */
export function parseBoolean(word: string): boolean | undefined {
  if (/^(?:T|[tT]rue|TRUE|1)$/.test(word)) return true;
  if (/^(?:F|[fF]alse|FALSE|0)$/.test(word)) return false;
  return undefined;
}

/** A value as it may stand after `=`: quoted and escaped, so that parsing gives exactly `text` back, in one line. */
export function quoteValue(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

/** Untrusted text, shortened and stripped of control characters, in quotes, for use inside a message. */
export function quoteForMessage(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is searched for
  const visible = text.slice(0, 41).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '\ufffd');
  return `'${visible.length > 40 ? `${visible.slice(0, 40)}…` : visible}'`;
}
