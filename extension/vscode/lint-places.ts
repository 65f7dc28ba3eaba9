import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import type { Problem } from '../core/problem.ts';

/** Where a problem stands: offsets into the text, UTF-16 units. */
export interface Place {
  readonly from: number;
  readonly to: number;
}

/** The key or value that a problem of a project file is about; else the words of its line. */
export function placeOf(text: string, problem: Problem): Place {
  const { edit } = problem;
  if (edit !== undefined && 'path' in edit) {
    const tree = parseTree(text, [], { allowTrailingComma: true });
    const node = tree === undefined ? undefined : findNodeAtLocation(tree, [...edit.path]);
    const key = edit.kind === 'rename-property' ? node?.parent?.children?.[0] : node;
    if (key !== undefined) return { from: key.offset, to: key.offset + key.length };
  }
  return placeOfLine(text, problem.line ?? 1);
}

function placeOfLine(text: string, line: number): Place {
  let from = 0;
  for (let number = 1; number < line; number++) {
    const next = text.indexOf('\n', from);
    if (next < 0) break;
    from = next + 1;
  }
  const end = text.indexOf('\n', from);
  const words = text.slice(from, end < 0 ? text.length : end);
  const indent = words.length - words.trimStart().length;
  return { from: from + indent, to: from + Math.max(words.trimEnd().length, indent) };
}
