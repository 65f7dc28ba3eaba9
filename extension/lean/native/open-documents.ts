import * as z from 'zod';
import type { NotificationMessage } from 'vscode-jsonrpc/node';

/** The documents that a client has open, with their current text: what a language server that is started again must be told. */
export interface OpenDocuments {
  /** Takes note of `didOpen`, `didChange` and `didClose`; every other message is passed over. */
  readonly note: (message: NotificationMessage) => void;
  /** One `didOpen` per document, in the order in which they were opened. */
  readonly reopen: () => NotificationMessage[];
}

const position = z.object({ line: z.number().int().nonnegative(), character: z.number().int().nonnegative() });
const changeSchema = z.object({
  range: z.object({ start: position, end: position }).optional(),
  text: z.string(),
});
const openSchema = z.looseObject({
  textDocument: z.looseObject({ uri: z.string(), version: z.number(), text: z.string() }),
});
const didChangeSchema = z.object({
  textDocument: z.object({ uri: z.string(), version: z.number() }),
  contentChanges: z.array(changeSchema),
});
const closeSchema = z.object({ textDocument: z.object({ uri: z.string() }) });

/** One change of a text as the protocol has it: UTF-16 positions, or the whole text where there is no range. */
export type TextChange = z.infer<typeof changeSchema>;

export function openDocuments(): OpenDocuments {
  const documents = new Map<string, z.infer<typeof openSchema>>();
  return {
    note({ method, params }) {
      switch (method) {
        case 'textDocument/didOpen': {
          const open = openSchema.safeParse(params);
          if (open.success) documents.set(open.data.textDocument.uri, open.data);
          return;
        }
        case 'textDocument/didChange': {
          const change = didChangeSchema.safeParse(params);
          if (!change.success) return;
          const { textDocument, contentChanges } = change.data;
          const open = documents.get(textDocument.uri);
          if (open === undefined) return;
          const text = contentChanges.reduce(applyChange, open.textDocument.text);
          documents.set(textDocument.uri, {
            ...open,
            textDocument: { ...open.textDocument, version: textDocument.version, text },
          });
          return;
        }
        case 'textDocument/didClose': {
          const close = closeSchema.safeParse(params);
          if (close.success) documents.delete(close.data.textDocument.uri);
          return;
        }
      }
    },
    reopen: () => [...documents.values()].map((params) => ({ jsonrpc: '2.0', method: 'textDocument/didOpen', params })),
  };
}

/** The text after one change. Positions beyond a line's or the text's end mean that end, as the protocol says. */
export function applyChange(text: string, { range, text: inserted }: TextChange): string {
  if (range === undefined) return inserted;
  const start = offsetOf(text, range.start);
  const end = Math.max(start, offsetOf(text, range.end));
  return text.slice(0, start) + inserted + text.slice(end);
}

function offsetOf(text: string, { line, character }: z.infer<typeof position>): number {
  let start = 0;
  for (let passed = 0; passed < line; passed++) {
    const end = endOfLine(text, start);
    if (end === text.length) return text.length;
    start = end + (text.startsWith('\r\n', end) ? 2 : 1);
  }
  return Math.min(start + character, endOfLine(text, start));
}

/** Where the line that starts at `from` ends: at `\n`, `\r`, `\r\n` or the end of the text. */
function endOfLine(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || code === 13) return at;
  }
  return text.length;
}
