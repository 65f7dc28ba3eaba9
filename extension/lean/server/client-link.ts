/** How the parts of the server speak to the client. */
export interface ClientLink {
  readonly notify: (method: string, params: unknown) => void;
  /** Resolves with null where the client does not answer as it should. */
  readonly request: (method: string, params: unknown) => Promise<unknown>;
  /** Asks the client to ask again for what `workspace/<what>/refresh` names, at most twice a second. */
  readonly refresh: (method: string) => void;
  /** A line for whoever asked to see what the server does. */
  readonly log: (line: string) => void;
}

/** Kinds of `$/lean/fileProgress`. */
const PROCESSING = 1;
const FATAL = 2;

/** Numbers of `window/showMessage`. */
export const MESSAGE_TYPE = { error: 1, warning: 2 } as const;

/** A document as its client has it now. */
export interface DocumentVersion {
  readonly uri: string;
  readonly version: number;
  readonly lines: number;
}

/** Says of a whole document that it is being worked on, is done with, or will not be. */
export function reportProgress(
  client: ClientLink,
  { uri, version, lines }: DocumentVersion,
  state: 'processing' | 'done' | 'fatal',
): void {
  const range = { start: { line: 0, character: 0 }, end: { line: lines, character: 0 } };
  client.notify('$/lean/fileProgress', {
    textDocument: { uri, version },
    processing: state === 'done' ? [] : [{ range, kind: state === 'fatal' ? FATAL : PROCESSING }],
  });
}

/** Replaces the diagnostics of a document by one error of the server's own, or by none. */
export function reportError(
  client: ClientLink,
  { uri, version }: DocumentVersion,
  error: { readonly line: number; readonly message: string } | null,
): void {
  const diagnostics =
    error === null
      ? []
      : [
          {
            range: { start: { line: error.line, character: 0 }, end: { line: error.line + 1, character: 0 } },
            severity: 1,
            source: 'Lean 4',
            message: error.message,
          },
        ];
  client.notify('textDocument/publishDiagnostics', { uri, version, diagnostics });
}
