import type { CifToken } from './cif-tokens.ts';
import { cifTokens } from './cif-tokens.ts';
import { quoteForMessage } from './comment-line.ts';

/** A column of a loop, or a single item: values under one name. */
export interface CifColumn {
  readonly values: readonly CifToken[];
  readonly line: number;
}

export interface CifBlock {
  readonly name: string;
  readonly line: number;
  readonly columns: ReadonlyMap<string, CifColumn>;
}

export type CifBlocks =
  | { readonly kind: 'ok'; readonly blocks: readonly CifBlock[] }
  | { readonly kind: 'malformed'; readonly line: number; readonly message: string; readonly fix: string };

interface OpenBlock {
  readonly name: string;
  readonly line: number;
  readonly columns: Map<string, CifColumn>;
}

/** The data blocks of a CIF text. */
export function cifBlocks(content: string): CifBlocks {
  const lexed = cifTokens(content);
  if (lexed.kind === 'malformed') return lexed;
  const { tokens } = lexed;
  const blocks: OpenBlock[] = [];
  const malformed = (line: number, message: string, fix: string): CifBlocks => ({
    kind: 'malformed',
    line,
    message,
    fix,
  });
  let at = 0;
  while (at < tokens.length) {
    const token = tokens[at]!;
    const block = blocks.at(-1);
    if (token.kind === 'data') {
      blocks.push({ name: token.text, line: token.line, columns: new Map() });
      at++;
      continue;
    }
    if (block === undefined)
      return malformed(
        token.line,
        `${quoteForMessage(token.text)} stands before the first data block.`,
        'Begin the file with a line such as data_crystal.',
      );
    if (token.kind === 'tag') {
      const value = tokens[at + 1];
      if (value?.kind !== 'value')
        return malformed(token.line, `${token.text} has no value.`, 'Write a value after it, or ? if it is unknown.');
      if (block.columns.has(token.text))
        return malformed(token.line, `${token.text} appears twice in one data block.`, 'Keep one of them.');
      block.columns.set(token.text, { values: [value], line: token.line });
      at += 2;
    } else if (token.kind === 'loop') {
      const loop = loopAt(tokens, at);
      if (typeof loop === 'string')
        return malformed(token.line, loop, 'Give every row of the loop one value per name.');
      for (const [name, column] of loop.columns) {
        if (block.columns.has(name))
          return malformed(column.line, `${name} appears twice in one data block.`, 'Keep one of them.');
        block.columns.set(name, column);
      }
      at = loop.next;
    } else
      return malformed(
        token.line,
        `${quoteForMessage(token.text)} does not belong here.`,
        'Put values that hold blanks into quotes.',
      );
  }
  return { kind: 'ok', blocks };
}

/** The loop that begins at `start`, or what is wrong with it. */
function loopAt(tokens: readonly CifToken[], start: number): { columns: [string, CifColumn][]; next: number } | string {
  const names: CifToken[] = [];
  let at = start + 1;
  while (tokens[at]?.kind === 'tag') names.push(tokens[at++]!);
  if (names.length === 0) return 'A loop has no names.';
  const values: CifToken[][] = names.map(() => []);
  let count = 0;
  while (tokens[at]?.kind === 'value') values[count++ % names.length]!.push(tokens[at++]!);
  if (count === 0 || count % names.length !== 0) return `A loop of ${names.length} names holds ${count} values.`;
  return { columns: names.map((name, index) => [name.text, { values: values[index]!, line: name.line }]), next: at };
}
