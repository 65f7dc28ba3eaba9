import { ErrorCodes, ResponseError, type CancellationToken } from 'vscode-jsonrpc/node';
import { documentHover, libraryDefinition } from './library-places.ts';
import type { ServedDocument } from './document-interface.ts';

/** Asked of the worker as they are. */
const forwarded = new Set([
  'textDocument/hover',
  'textDocument/completion',
  'completionItem/resolve',
  'textDocument/signatureHelp',
  'textDocument/declaration',
  'textDocument/definition',
  'textDocument/typeDefinition',
  'textDocument/documentHighlight',
  'textDocument/documentSymbol',
  'textDocument/foldingRange',
  'textDocument/documentColor',
  'textDocument/colorPresentation',
  'textDocument/inlayHint',
  'textDocument/codeAction',
  'codeAction/resolve',
  'textDocument/semanticTokens/full',
  'textDocument/semanticTokens/range',
  'textDocument/waitForDiagnostics',
  '$/lean/plainGoal',
  '$/lean/plainTermGoal',
  '$/lean/rpc/connect',
  '$/lean/rpc/call',
]);

const places = new Set(['textDocument/declaration', 'textDocument/definition']);

/**
 * Answers one request about `document`.
 *
 * @throws ResponseError
 */
export async function answerRequest(
  document: ServedDocument,
  method: string,
  params: unknown,
  token: CancellationToken,
): Promise<unknown> {
  if (method === 'textDocument/references') {
    const highlights = await document.ask('textDocument/documentHighlight', params, token);
    return Array.isArray(highlights)
      ? highlights.map(({ range }: { range: unknown }) => ({ uri: document.uri, range }))
      : null;
  }
  if (!forwarded.has(method)) throw new ResponseError(ErrorCodes.MethodNotFound, `${method} is not served`);
  if (method === 'textDocument/waitForDiagnostics' && versionOf(params) > document.version()) {
    throw new ResponseError(ErrorCodes.InvalidParams, 'The document has no such version yet.');
  }
  const answer = await document.ask(method, params, token);
  const library = document.sources();
  if (library === null) return answer;
  if (method === 'textDocument/hover') return await documentHover(answer, library);
  if (!places.has(method)) return answer;
  if (Array.isArray(answer) && answer.length > 0) return answer;
  return await libraryDefinition(await document.ask('textDocument/hover', params, token), library);
}

const versionOf = (params: unknown): number => {
  const version = (params as { version?: unknown } | null)?.version;
  return typeof version === 'number' ? version : 0;
};

/**
 * The document that a message is about: named by URI, or, in what a worker wants back, somewhere inside.
 */
export function documentOf(
  documents: ReadonlyMap<string, ServedDocument>,
  params: unknown,
): ServedDocument | undefined {
  const { textDocument, uri } = (params ?? {}) as { textDocument?: { uri?: unknown }; uri?: unknown };
  const named = textDocument?.uri ?? uri;
  if (typeof named === 'string') return documents.get(named);
  const inside = [...stringsIn((params as { data?: unknown } | null)?.data)];
  return [...documents.values()].find(({ names }) => names.some((name) => inside.includes(name)));
}

function* stringsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) yield* stringsIn(item);
}
