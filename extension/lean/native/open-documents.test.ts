import fc from 'fast-check';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { describe, expect, it } from 'vitest';
import { openDocuments } from './open-documents.ts';

const uri = 'file:///a.lean';
const opened = (text: string, version = 1) => ({
  jsonrpc: '2.0',
  method: 'textDocument/didOpen',
  params: { textDocument: { uri, languageId: 'lean4', version, text } },
});

/** Line breaks of every kind, and characters of one and two UTF-16 units. */
const text = fc
  .array(fc.constantFrom('a', 'bc', '\n', '\r', '\r\n', '∀', '𝔽', ' '), { maxLength: 30 })
  .map((parts) => parts.join(''));
const position = fc.record({ line: fc.nat(12), character: fc.nat(12) });
const change = fc.record({ range: fc.record({ start: position, end: position }), text }, { requiredKeys: ['text'] });

/** The protocol has ranges in order. */
function inOrder(
  changes: (typeof change extends fc.Arbitrary<infer T> ? T : never)[],
): { text: string; range?: object }[] {
  return changes.map(({ range, text }) => {
    if (range === undefined) return { text };
    const { start, end } = range;
    const swapped = end.line < start.line || (end.line === start.line && end.character < start.character);
    return { text, range: swapped ? { start: end, end: start } : range };
  });
}

describe('open documents', () => {
  it('have the text that an independent implementation of the protocol arrives at', () => {
    fc.assert(
      fc.property(text, fc.array(change, { maxLength: 8 }).map(inOrder), (before, contentChanges) => {
        // A new document per change: where an edit joins \r and \n, its line table still has two breaks.
        const update = (text: string, change: { text: string; range?: object }): string =>
          TextDocument.update(TextDocument.create(uri, 'lean4', 1, text), [change], 2).getText();
        const documents = openDocuments();
        documents.note(opened(before));
        documents.note({
          jsonrpc: '2.0',
          method: 'textDocument/didChange',
          params: { textDocument: { uri, version: 2 }, contentChanges },
        });
        expect(documents.reopen()).toEqual([opened(contentChanges.reduce(update, before), 2)]);
      }),
      { numRuns: 2000 },
    );
  });

  it('are forgotten when they are closed, and are not upset by what is malformed', () => {
    const documents = openDocuments();
    const note = (method: string, params: unknown): void => documents.note({ jsonrpc: '2.0', method, params } as never);
    note('textDocument/didChange', { textDocument: { uri, version: 2 }, contentChanges: [{ text: 'unknown' }] });
    note('textDocument/didOpen', { textDocument: { uri } });
    note('textDocument/didOpen', null);
    expect(documents.reopen()).toEqual([]);
    documents.note(opened('text'));
    note('textDocument/didChange', { textDocument: { uri, version: 2 }, contentChanges: [{ range: {}, text: '' }] });
    expect(documents.reopen()).toEqual([opened('text')]);
    note('textDocument/didClose', { textDocument: { uri } });
    expect(documents.reopen()).toEqual([]);
  });
});
