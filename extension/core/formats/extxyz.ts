import type { Checked, Problem } from '../problem.ts';
import type { Structure, StructureSource } from '../structure.ts';
import { ExtxyzFrames } from './extxyz-frames.ts';
import type { ReadOptions, StructureItem } from './item.ts';
import { defaultLimits } from './item.ts';
import { LineSplitter } from './line-splitter.ts';

/**
 * Reads extended XYZ (and plain XYZ) from a stream of bytes, one frame at a time: memory holds one frame and one chunk,
 * whatever the size of the file. `file` is the name used in sources and messages. Energies in eV, positions in Å, forces
 * in eV/Å, stress in eV/Å³. Never throws for bad input; rejections of `chunks` (a read error) pass through.
 */
export async function* readExtxyz(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  options: ReadOptions = {},
): AsyncGenerator<StructureItem> {
  const limits = { ...defaultLimits, ...options.limits };
  const lines = new LineSplitter(limits.lineBytes);
  const frames = new ExtxyzFrames(file, limits, options.labelKey);
  for await (const chunk of chunks) {
    for (const line of lines.push(chunk)) {
      frames.take(line);
      while (frames.items.length > 0) yield frames.items.shift()!;
      if (frames.stopped) return;
    }
  }
  frames.finish(takeLast(lines, frames));
  yield* frames.items;
}

/**
 * Reads the one frame that `bytes` hold: the bytes [byteOffset, byteOffset + byteLength) of an item that `readExtxyz`
 * gave, with its `source`. Rejected when they hold no frame, a faulty one, or more than one.
 */
export function parseExtxyzFrame(
  bytes: Uint8Array,
  source: StructureSource,
  options: ReadOptions = {},
): Checked<Structure> {
  const limits = { ...defaultLimits, ...options.limits };
  const lines = new LineSplitter(limits.lineBytes, source.line);
  const frames = new ExtxyzFrames(source.file, limits, options.labelKey, source.index);
  for (const line of lines.push(bytes)) if (!frames.stopped) frames.take(line);
  frames.finish(takeLast(lines, frames));
  const problems: Problem[] = [];
  const structures: Structure[] = [];
  for (const item of frames.items) {
    if (item.kind === 'structure') structures.push(item.structure);
    else problems.push(item.problem);
  }
  const [structure] = structures;
  const failed = problems.some(({ severity }) => severity === 'error');
  if (structure !== undefined && structures.length === 1 && !failed)
    return { kind: 'ok', value: structure, warnings: problems };
  if (!failed)
    problems.push({
      kind: 'problem',
      severity: 'error',
      file: source.file,
      line: source.line,
      message: `Expected one frame here, found ${structures.length}.`,
      fix: 'Read the file again from its beginning; it has changed.',
    });
  return { kind: 'rejected', problems };
}

/** Takes the line that the end of the file completes; whether there was one. */
function takeLast(lines: LineSplitter, frames: ExtxyzFrames): boolean {
  let found = false;
  for (const line of lines.finish()) {
    if (!frames.stopped) frames.take(line);
    found = true;
  }
  return found;
}
