import { createHash } from 'node:crypto';
import { contentBytes } from '../core/formats/content-hash.ts';
import { readStructures } from '../core/formats/detect.ts';
import type { StructureItem } from '../core/formats/item.ts';
import { lintStructures } from '../core/formats/lint.ts';
import type { Problem } from '../core/problem.ts';

/** What of a file is looked at while it is edited, in UTF-16 units; `pcm lint` looks at everything. */
export const LINTED_TEXT = 1_000_000;
/** Text that is read without a pause: a few milliseconds of work. */
const PORTION = 16_384;
/** The problems view becomes useless beyond this. */
const MOST_PROBLEMS = 200;

export interface DataLint {
  readonly needsEnergy: boolean;
  readonly needsForces: boolean;
  /** Asked between portions; the lint ends early, with what it has, once it says yes. */
  readonly isStale: () => boolean;
}

/**
 * What is wrong in the text of an extended XYZ file. Gives way to other work between portions, so that an editor stays
 * responsive; of a long file the beginning is taken.
 */
export async function lintData(text: string, file: string, { isStale, ...needs }: DataLint): Promise<Problem[]> {
  const items = beginning(readStructures(portions(text, isStale), file, 'extxyz'), text.length > LINTED_TEXT);
  const contentKey: Parameters<typeof lintStructures>[2]['contentKey'] = (structure) =>
    createHash('sha256').update(contentBytes(structure)).digest('base64');
  const problems: Problem[] = [];
  for await (const problem of lintStructures(items, file, { ...needs, contentKey })) {
    problems.push(problem);
    if (problems.length >= MOST_PROBLEMS || isStale()) break;
  }
  return problems;
}

async function* portions(text: string, isStale: () => boolean): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for (let at = 0; at < text.length && !isStale();) {
    let end = Math.min(text.length, at + PORTION);
    // A pair of surrogates stays together.
    if (end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800) end -= 1;
    yield encoder.encode(text.slice(at, end));
    at = end;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Stops after the structure that reaches the limit, before the reader can complain of a cut that is ours. */
async function* beginning(items: AsyncIterable<StructureItem>, isLong: boolean): AsyncGenerator<StructureItem> {
  for await (const item of items) {
    yield item;
    if (isLong && item.kind === 'structure' && item.byteOffset >= LINTED_TEXT) return;
  }
}
