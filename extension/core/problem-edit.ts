import { findNodeAtLocation, modify, parseTree, type JSONPath, type Node } from 'jsonc-parser';
import type { ProblemEdit } from './problem.ts';

/** A replacement of [from, to) by `insert`; offsets are UTF-16 units into the text before any change. */
export interface TextChange {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/** The changes of `text` that carry out `edit`, in order of place; none where the text is no longer as it was. */
export function textChanges(text: string, edit: ProblemEdit): TextChange[] {
  switch (edit.kind) {
    case 'rename-property': {
      const key = keyNode(text, [...edit.path]);
      return key === undefined
        ? []
        : [{ from: key.offset, to: key.offset + key.length, insert: JSON.stringify(edit.to) }];
    }
    case 'set-property': {
      const node = nodeAt(text, [...edit.path]);
      // A value that is there is replaced as it stands; only what is added needs a format.
      if (node !== undefined)
        return [{ from: node.offset, to: node.offset + node.length, insert: JSON.stringify(edit.value) }];
      return jsonChanges(text, [...edit.path], edit.value);
    }
    case 'remove-property':
      return jsonChanges(text, [...edit.path], undefined);
    case 'rename-label':
      return renamedLabels(text, edit.from, edit.to);
  }
}

function nodeAt(text: string, path: JSONPath): Node | undefined {
  const tree = parseTree(text, [], { allowTrailingComma: true });
  return tree === undefined ? undefined : findNodeAtLocation(tree, path);
}

function keyNode(text: string, path: JSONPath): Node | undefined {
  const property = nodeAt(text, path)?.parent;
  return property?.type === 'property' ? property.children?.[0] : undefined;
}

function jsonChanges(text: string, path: JSONPath, value: unknown): TextChange[] {
  const tabSize = /^\t/m.test(text) ? 1 : (/^( +)"/m.exec(text)?.[1]?.length ?? 2);
  const formattingOptions = { tabSize, insertSpaces: !/^\t/m.test(text), eol: text.includes('\r\n') ? '\r\n' : '\n' };
  return modify(text, path, value, { formattingOptions })
    .map(({ offset, length, content }) => ({ from: offset, to: offset + length, insert: content }))
    .sort((a, b) => a.from - b.from);
}

/**
 * In the comment line of every frame: `from` as a key (`from=…`) and as a column (`Properties=…:from:R:3`). Lines of atoms
 * are passed over by their number, so that nothing in them is taken for a key.
 */
function renamedLabels(text: string, from: string, to: string): TextChange[] {
  const name = from.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const asKey = new RegExp(`(?<=^|\\s)${name}(?=\\s*=)|(?<=:|Properties="?)${name}(?=:[RISL]:\\d)`, 'gi');
  const changes: TextChange[] = [];
  let at = 0;
  const nextLine = (): { readonly start: number; readonly text: string } | null => {
    if (at >= text.length) return null;
    const end = text.indexOf('\n', at);
    const line = { start: at, text: text.slice(at, end < 0 ? text.length : end) };
    at = end < 0 ? text.length : end + 1;
    return line;
  };
  for (let line = nextLine(); line !== null; line = nextLine()) {
    const count = /^\s*(\d{1,9})\s*$/.exec(line.text)?.[1];
    if (count === undefined) continue;
    const comment = nextLine();
    if (comment === null) break;
    for (const match of comment.text.matchAll(asKey)) {
      const place = comment.start + match.index;
      changes.push({ from: place, to: place + match[0].length, insert: to });
    }
    for (let atom = 0; atom < Number(count) && at < text.length; atom++) nextLine();
  }
  return changes;
}
