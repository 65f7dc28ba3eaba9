import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type Diagnostic,
  type MessageConnection,
  type PublishDiagnosticsParams,
} from 'vscode-languageserver-protocol/node';

/** What the client was told of one document. */
export interface Told {
  readonly diagnostics: readonly Diagnostic[];
  readonly version: number | undefined;
}

/** An ordinary LSP client, and `pcm lean-server --stdio` as its child. */
export interface LeanClient {
  readonly server: ChildProcess;
  readonly connection: MessageConnection;
  /** Last diagnostics by URI. */
  readonly told: ReadonlyMap<string, Told>;
  /** Every notification so far, as `method` and parameters. */
  readonly heard: readonly { readonly method: string; readonly params: unknown }[];
  readonly open: (uri: string, text: string) => void;
  /** Replaces the whole text, or the part between two offsets of the text as the server has it. */
  readonly edit: (uri: string, inserted: string, range?: { readonly from: number; readonly to: number }) => void;
  readonly text: (uri: string) => string;
  readonly close: (uri: string) => void;
  /** Resolves with the diagnostics of the current text once the server says that there will be no others. */
  readonly finished: (uri: string) => Promise<readonly Diagnostic[]>;
  /** Process ids of the workers, by the parent that each process names. */
  readonly workers: () => number[];
  /** `shutdown`, `exit`; resolves with the exit code. */
  readonly stop: () => Promise<number | null>;
}

export interface ClientOptions {
  /** Folder that the client opens. */
  readonly root: string;
  /** `initializationOptions.pcm` */
  readonly settings?: Readonly<Record<string, number>>;
  readonly capabilities?: Readonly<Record<string, unknown>>;
}

export const uriOf = (file: string): string => pathToFileURL(file).href;

/** Starts a server and initializes it. */
export async function startLeanClient({ root, settings, capabilities = {} }: ClientOptions): Promise<LeanClient> {
  const program = path.resolve('dist/pcm.cjs');
  const server = spawn(process.execPath, [program, 'lean-server', '--stdio', '--backend', 'embedded'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const connection = createMessageConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  const told = new Map<string, Told>();
  const heard: { method: string; params: unknown }[] = [];
  const documents = new Map<string, { version: number; text: string }>();
  connection.onNotification((method: string, params: unknown) => {
    heard.push({ method, params });
    if (method !== 'textDocument/publishDiagnostics') return;
    const { uri, diagnostics, version } = params as PublishDiagnosticsParams;
    told.set(uri, { diagnostics, version });
  });
  connection.onRequest(() => null);
  connection.listen();
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: uriOf(root),
    capabilities,
    ...(settings === undefined ? {} : { initializationOptions: { pcm: settings } }),
  });
  void connection.sendNotification('initialized', {});
  const current = (uri: string): { version: number; text: string } => {
    const document = documents.get(uri);
    if (document === undefined) throw new Error(`${uri} is not open`);
    return document;
  };
  const positionOf = (text: string, offset: number): { line: number; character: number } => {
    const before = text.slice(0, offset).split('\n');
    return { line: before.length - 1, character: before.at(-1)!.length };
  };
  return {
    server,
    connection,
    told,
    heard,
    open(uri, text) {
      documents.set(uri, { version: 1, text });
      const textDocument = { uri, languageId: 'lean4', version: 1, text };
      void connection.sendNotification('textDocument/didOpen', { textDocument });
    },
    edit(uri, inserted, range) {
      const document = current(uri);
      const { text } = document;
      document.version++;
      document.text = range === undefined ? inserted : text.slice(0, range.from) + inserted + text.slice(range.to);
      const change =
        range === undefined
          ? { text: inserted }
          : { range: { start: positionOf(text, range.from), end: positionOf(text, range.to) }, text: inserted };
      const textDocument = { uri, version: document.version };
      void connection.sendNotification('textDocument/didChange', { textDocument, contentChanges: [change] });
    },
    text: (uri) => current(uri).text,
    close(uri) {
      documents.delete(uri);
      void connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
    },
    async finished(uri) {
      for (;;) {
        const { version } = current(uri);
        try {
          await connection.sendRequest('textDocument/waitForDiagnostics', { uri, version });
          return told.get(uri)?.diagnostics ?? [];
        } catch (error) {
          // The worker was restarted meanwhile; there is nobody else who could be asked.
          if (!/reloaded|crashed|being changed/.test((error as Error).message)) throw error;
        }
      }
    },
    workers: () => childrenOf(server.pid!),
    stop() {
      const ended = new Promise<number | null>((resolve) => server.once('exit', resolve));
      void connection
        .sendRequest('shutdown')
        .then(() => connection.sendNotification('exit'))
        .catch(() => undefined);
      return ended;
    },
  };
}

/** Living children of a process. */
export function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);
}

function parentOf(pid: number): number | null {
  try {
    // The name, in parentheses, may hold anything; the parent is the second field after it.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? null : Number(parent);
  } catch {
    return null;
  }
}

/** Resident memory of a process, bytes; 0 when it is gone. */
export function memoryOf(pid: number): number {
  try {
    return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
