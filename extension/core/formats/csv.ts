/** One record of a CSV file, and the line on which it begins. */
export interface CsvRecord {
  readonly kind: 'record';
  readonly line: number;
  readonly fields: readonly string[];
}
export interface CsvDamage {
  readonly kind: 'damage';
  readonly line: number;
  readonly message: string;
  readonly fix: string;
}

export interface CsvLimits {
  readonly fieldCharacters: number;
  readonly fields: number;
}
const defaultLimits: CsvLimits = { fieldCharacters: 65_536, fields: 4096 };

/** A quoted field behind its opening quote, and a plain one; both sticky, so that a file is read in one pass. */
const quotedPart = /[^"]*/y;
const plainPart = /[^",\r\n]*/y;

/**
 * Records of a CSV text, strictly as RFC 4180 says: fields between commas, quoted where they hold commas, quotes
 * (doubled) or line ends; lines end with LF or CRLF. Empty lines are passed over. Ends after the first damage, so that
 * no later field lands in the wrong column.
 * @param text without byte-order mark.
 */
export function* readCsv(text: string, limits: CsvLimits = defaultLimits): Generator<CsvRecord | CsvDamage> {
  let at = 0;
  let line = 1;
  const part = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)![0];
    at += found.length;
    return found;
  };
  while (at < text.length) {
    const begin = line;
    const damage = (message: string, fix: string): CsvDamage => ({ kind: 'damage', line, message, fix });
    const fields: string[] = [];
    for (;;) {
      let field = '';
      if (text[at] === '"') {
        at++;
        for (;;) {
          const found = part(quotedPart);
          field += found;
          for (let k = found.indexOf('\n'); k >= 0; k = found.indexOf('\n', k + 1)) line++;
          if (at >= text.length) {
            const fix = 'Close it; a quote inside a quoted field is written twice.';
            yield { kind: 'damage', line: begin, message: 'A quoted field begins here and does not end.', fix };
            return;
          }
          at++;
          if (text[at] !== '"') break;
          field += '"';
          at++;
        }
      } else field = part(plainPart);
      if (field.length > limits.fieldCharacters) {
        yield damage(`A field has more than ${limits.fieldCharacters} characters.`, 'Leave such columns out.');
        return;
      }
      fields.push(field);
      if (fields.length > limits.fields) {
        yield damage(`A line has more than ${limits.fields} fields.`, 'Keep only the columns that are needed.');
        return;
      }
      if (text[at] !== ',') break;
      at++;
    }
    if (at < text.length) {
      if (text.startsWith('\r\n', at)) at += 2;
      else if (text[at] === '\n') at++;
      else {
        const what = text[at] === '\r' ? 'a carriage return that ends no line' : 'something after a closing quote';
        yield damage(
          `There is ${what}.`,
          'Write the file with LF or CRLF, and quote whole fields, with quotes inside doubled.',
        );
        return;
      }
      line++;
    }
    if (fields.length > 1 || fields[0] !== '') yield { kind: 'record', line: begin, fields };
  }
}
