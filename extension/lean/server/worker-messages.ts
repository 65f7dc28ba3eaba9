import type { MessageConnection } from 'vscode-jsonrpc/node';

/** A document as a worker is told of it. */
export interface OpenedText {
  readonly uri: string;
  readonly languageId: string;
  readonly version: number;
  readonly text: string;
}

/** Sends a notification; a worker that died meanwhile is noticed by its end. */
export function tellWorker(connection: MessageConnection, method: string, params: unknown): void {
  connection.sendNotification(method, params).catch(() => undefined);
}

/**
 * The first messages to a worker. It answers `initialize` with nothing and wants no `initialized`.
 *
 * @param initialize the client's parameters, with the worker's URIs
 */
export function openInWorker(connection: MessageConnection, initialize: unknown, textDocument: OpenedText): void {
  const params = { ...(initialize as Record<string, unknown>), processId: null, workspaceFolders: null };
  connection.sendRequest('initialize', params).catch(() => undefined);
  // Building what it imports is the server's work.
  tellWorker(connection, 'textDocument/didOpen', { textDocument, dependencyBuildMode: 'never' });
}
