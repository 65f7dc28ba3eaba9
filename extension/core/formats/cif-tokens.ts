/** A token of a CIF file and its one-based line. `value` tokens may be quoted; only bare ones can mean unknown. */
export interface CifToken {
  readonly kind: 'data' | 'loop' | 'tag' | 'value' | 'reserved';
  readonly text: string;
  readonly quoted: boolean;
  readonly line: number;
}

export type CifTokens =
  | { readonly kind: 'ok'; readonly tokens: readonly CifToken[] }
  | { readonly kind: 'malformed'; readonly line: number; readonly message: string; readonly fix: string };

function bareToken(text: string, line: number): CifToken {
  const lower = text.toLowerCase();
  if (lower.startsWith('data_')) return { kind: 'data', text: text.slice(5), quoted: false, line };
  if (lower === 'loop_') return { kind: 'loop', text: '', quoted: false, line };
  if (text.startsWith('_')) return { kind: 'tag', text: lower, quoted: false, line };
  if (lower.startsWith('save_') || lower === 'global_' || lower === 'stop_')
    return { kind: 'reserved', text, quoted: false, line };
  return { kind: 'value', text, quoted: false, line };
}

/** Quoted text on one line; the quote ends it where a blank or the end of the line follows. */
function quotedEnd(text: string, start: number): number {
  const quote = text[start]!;
  for (let at = start + 1; at < text.length; at++)
    if (text[at] === quote && (at + 1 === text.length || text[at + 1] === ' ' || text[at + 1] === '\t')) return at;
  return -1;
}

/** Tokens of a CIF 1.1 text: names in lower case, quotes and the semicolons of text fields removed. */
export function cifTokens(content: string): CifTokens {
  const tokens: CifToken[] = [];
  const lines = content.replace(/^\ufeff/, '').split(/\r?\n/);
  for (let index = 0; index < lines.length; index++) {
    const text = lines[index]!;
    const line = index + 1;
    let at = 0;
    if (text.startsWith(';')) {
      let end = index + 1;
      while (end < lines.length && !lines[end]!.startsWith(';')) end++;
      if (end >= lines.length)
        return {
          kind: 'malformed',
          line,
          message: 'A text field is not closed.',
          fix: 'End it with a semicolon at the beginning of a line.',
        };
      tokens.push({
        kind: 'value',
        text: [text.slice(1), ...lines.slice(index + 1, end)].join('\n'),
        quoted: true,
        line,
      });
      index = end;
      at = 1;
    }
    const rest = lines[index]!;
    while (at < rest.length) {
      const character = rest[at]!;
      if (character === ' ' || character === '\t') at++;
      else if (character === '#') break;
      else if (character === '"' || character === "'") {
        const end = quotedEnd(rest, at);
        if (end < 0)
          return {
            kind: 'malformed',
            line: index + 1,
            message: 'A quoted value is not closed.',
            fix: `Close the quote at column ${at + 1}.`,
          };
        tokens.push({ kind: 'value', text: rest.slice(at + 1, end), quoted: true, line: index + 1 });
        at = end + 1;
      } else {
        let end = at;
        while (end < rest.length && rest[end] !== ' ' && rest[end] !== '\t') end++;
        tokens.push(bareToken(rest.slice(at, end), index + 1));
        at = end;
      }
    }
  }
  return { kind: 'ok', tokens };
}
