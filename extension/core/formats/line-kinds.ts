import { asciiText } from './decimal.ts';
import type { Finding } from './finding.ts';
import type { ByteLine } from './line-splitter.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A line's text, or undefined where it is not UTF-8. */
export function decodeLine(line: ByteLine): string | undefined {
  try {
    return utf8.decode(line.bytes.subarray(line.start, line.end));
  } catch {
    return undefined;
  }
}

/** Whether a line holds nothing but blanks and tabs. */
export function isBlankLine(line: ByteLine): boolean {
  if (line.tooLong) return false;
  for (let at = line.start; at < line.end; at++) if (line.bytes[at] !== 32 && line.bytes[at] !== 9) return false;
  return true;
}

/** Longest text that can be an atom count, so that long lines are not decoded in vain. */
const LONGEST_COUNT = 40;

/** The number that stands alone on a line, or undefined. */
export function loneCount(line: ByteLine): number | undefined {
  if (line.tooLong || line.end - line.start > LONGEST_COUNT) return undefined;
  const text = asciiText(line.bytes, line.start, line.end).trim();
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Whether a line can only be the comment line of an extended XYZ frame. */
export function looksLikeHeader(line: ByteLine): boolean {
  return /(?:^|\s)(?:lattice|properties)\s*=/i.test(decodeLine(line) ?? '');
}

/** The line without the UTF-8 byte order mark that some editors write at the beginning of a file. */
export function withoutByteOrderMark(line: ByteLine): ByteLine {
  const { bytes, start, end } = line;
  const marked = end - start >= 3 && bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf;
  return marked ? { ...line, start: start + 3 } : line;
}

/** What a file is whose first line is not text, or null if it is text. */
export function binaryKind(line: ByteLine): Finding | null {
  const { bytes, start, end } = line;
  if (end - start >= 2 && bytes[start] === 0x1f && bytes[start + 1] === 0x8b)
    return { message: 'The file is compressed with gzip.', fix: 'Give it a name that ends in .gz, or decompress it.' };
  const nul = bytes.subarray(start, end).includes(0);
  if (!nul && decodeLine(line) !== undefined) return null;
  return {
    message: `The file is binary: its beginning holds ${nul ? 'a NUL byte' : 'bytes that are not UTF-8'}.`,
    fix: 'Name a text file in extended XYZ, POSCAR or CIF format.',
  };
}
