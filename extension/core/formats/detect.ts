import type { Problem } from '../problem.ts';
import { parseCif } from './cif.ts';
import { readExtxyz } from './extxyz.ts';
import type { ReadOptions, StructureItem } from './item.ts';
import { defaultLimits } from './item.ts';
import { parsePoscar } from './poscar.ts';

export type StructureFormat = 'extxyz' | 'poscar' | 'cif';

/** Format by the file's name, `.gz` aside; undefined where the name does not tell. */
export function formatOfName(file: string): StructureFormat | undefined {
  const name = (file.split(/[\\/]/).at(-1) ?? '').replace(/\.gz$/i, '');
  if (/\.(?:ext)?xyz$/i.test(name)) return 'extxyz';
  if (/\.cif$/i.test(name)) return 'cif';
  if (/^(?:POSCAR|CONTCAR)/.test(name) || /\.(?:vasp|poscar|contcar)$/i.test(name)) return 'poscar';
  return undefined;
}

/**
 * Format by the beginning of a file's text; undefined where it looks like none. XYZ begins with a lone count, CIF has a
 * data block, and POSCAR has numbers on lines 2 to 5.
 */
export function formatOfContent(beginning: string): StructureFormat | undefined {
  const lines = beginning.replace(/^\ufeff/, '').split(/\r?\n/);
  const numeric = /^\s*[-+.\d][-+.\deEdD]*(?:\s+[-+.\d][-+.\deEdD]*){2}\b/;
  if (/^\s*[-+.\d][-+.\deEdD]*(?:\s|$)/.test(lines[1] ?? '') && [2, 3, 4].every((at) => numeric.test(lines[at] ?? '')))
    return 'poscar';
  if (/^\s*\d+\s*$/.test(lines[0] ?? '')) return 'extxyz';
  if (lines.some((line) => /^\s*data_\S*/i.test(line))) return 'cif';
  return undefined;
}

async function collect(chunks: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > limit) return undefined;
    pieces.push(chunk.slice());
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** Text of a file that should be UTF-8, or what is wrong with it. */
function textOf(bytes: Uint8Array): { text: string } | { message: string; fix: string } {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b)
    return { message: 'The file is compressed with gzip.', fix: 'Give it a name that ends in .gz, or decompress it.' };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (text.includes('\0')) return { message: 'The file is binary: it holds a NUL byte.', fix: 'Name a text file.' };
    if (text.trim() === '') return { message: 'The file is empty.', fix: 'Check that the right file is named.' };
    return { text };
  } catch {
    return { message: 'The file is not UTF-8 text.', fix: 'Save it as UTF-8.' };
  }
}

async function* readWhole(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  format: 'poscar' | 'cif',
  options: ReadOptions,
): AsyncGenerator<StructureItem> {
  const limit = options.limits?.wholeFileBytes ?? defaultLimits.wholeFileBytes;
  const bytes = await collect(chunks, limit);
  const found =
    bytes === undefined
      ? { message: `The file is longer than ${limit} bytes.`, fix: 'Split it into smaller files.' }
      : textOf(bytes);
  if (bytes === undefined || !('text' in found)) {
    const { message, fix } = found as { message: string; fix: string };
    const problem: Problem = { kind: 'problem', severity: 'error', file, line: null, message, fix };
    yield { kind: 'problem', problem, rejected: null };
    return;
  }
  if (format === 'cif') {
    yield* parseCif(found.text, file, bytes.length, options);
    return;
  }
  const parsed = parsePoscar(found.text, file, options);
  const problems = parsed.kind === 'ok' ? parsed.warnings : parsed.problems;
  for (const problem of problems)
    yield { kind: 'problem', problem, rejected: problem.severity === 'error' ? { index: 0, line: 1 } : null };
  if (parsed.kind === 'ok')
    yield { kind: 'structure', structure: parsed.value, byteOffset: 0, byteLength: bytes.length };
}

/**
 * Reads the structures of a file in any format, in order. `chunks` are its bytes, decompressed by the caller; `file` is
 * the name used in sources and messages. Extended XYZ is read in constant memory, the other formats whole.
 */
export function readStructures(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  format: StructureFormat,
  options: ReadOptions = {},
): AsyncGenerator<StructureItem> {
  return format === 'extxyz' ? readExtxyz(chunks, file, options) : readWhole(chunks, file, format, options);
}
