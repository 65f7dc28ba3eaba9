import { lex } from '../lexer.ts';

/** What a Lean file says before its first command. */
export interface ImportHeader {
  /** Equal for two texts exactly if they begin with the same `module`, `prelude` and imports, comments aside. */
  readonly key: string;
  /** Names of the imported modules, in order. */
  readonly imports: readonly string[];
  /** Zero-based line of the first import, for messages about the imports; 0 where there is none. */
  readonly line: number;
}

/** Words that stand before an import. */
const modifiers = new Set(['module', 'prelude', 'import', 'public', 'meta', 'all', 'private']);
/** How much of a text is read for its header, characters; more only where the header may go on. */
const SIZES = [4096, 262_144];

/**
 * Reads the header of a Lean file. In doubt (an unfinished comment) more counts as header than Lean would say, which
 * costs a restart and nothing else.
 */
export function importHeader(text: string): ImportHeader {
  const [brief, long] = SIZES.map((size) => text.slice(0, size)) as [string, string];
  const read = readHeader(brief);
  return (read.complete || brief === text ? read : readHeader(long)).header;
}

function readHeader(text: string): { readonly header: ImportHeader; readonly complete: boolean } {
  const words: string[] = [];
  const imports: string[] = [];
  let line = 0;
  let complete = false;
  for (const token of lex(text)) {
    const previous = words.at(-1);
    const isName = previous === 'import' || (previous === 'all' && words.at(-2) === 'import');
    if (isName && !modifiers.has(token.text)) imports.push(token.text);
    else if (!modifiers.has(token.text)) {
      complete = token.kind !== 'ambiguous';
      break;
    }
    if (token.text === 'import' && imports.length === 0) line = token.line - 1;
    words.push(token.text);
  }
  // A `public` that begins a section is no part of the header.
  while (words.length > 0 && ['public', 'meta', 'private'].includes(words.at(-1)!)) words.pop();
  return { header: { key: words.join(' '), imports, line }, complete };
}
