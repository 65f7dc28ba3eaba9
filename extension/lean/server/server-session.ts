import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc/node';
import type { InitializeResult } from 'vscode-languageserver-protocol';
import * as z from 'zod';
import { findWorkspaceRoot } from '../native/workspace-root.ts';
import { initializeResult } from './capabilities.ts';
import type { ClientLink } from './client-link.ts';
import { contentModified } from './failures.ts';
import { findWorkspace, librarySupply } from './library-supply.ts';
import { answerRequest, documentOf } from './requests.ts';
import type { EmbeddedServerRequest } from './serve.ts';
import type { ServedDocument } from './document-interface.ts';
import { serveDocument } from './served-document.ts';
import { readSettings } from './settings.ts';
import { filePath } from './uri-map.ts';
import { workProgress } from './work-progress.ts';
import { workerSlots } from './worker-slots.ts';

/** Everything between `initialize` and the end. */
export interface ServerSession {
  readonly result: InitializeResult;
  readonly request: (method: string, params: unknown, token: CancellationToken) => Promise<unknown>;
  readonly notification: (method: string, params: unknown) => void;
  /** Ends all workers at once. */
  readonly end: () => void;
}

const position = z.object({ line: z.number().int().nonnegative(), character: z.number().int().nonnegative() });
const openSchema = z.object({
  textDocument: z.object({ uri: z.string(), languageId: z.string(), version: z.number(), text: z.string() }),
});
const changeSchema = z.object({
  textDocument: z.object({ uri: z.string(), version: z.number() }),
  contentChanges: z.array(
    z.object({ range: z.object({ start: position, end: position }).optional(), text: z.string() }),
  ),
});
const namedSchema = z.object({ textDocument: z.object({ uri: z.string() }) });

/** What of a client's abilities matters here. */
const capabilitiesSchema = z.object({
  window: z.object({ workDoneProgress: z.boolean().optional() }).optional(),
  workspace: z
    .looseObject({ didChangeWatchedFiles: z.object({ dynamicRegistration: z.boolean().optional() }).optional() })
    .optional(),
});

const TEND_INTERVAL = 1000;
const REFRESH_INTERVAL = 500;
/** Files that were saved together are looked at together, ms. */
const SAVE_PAUSE = 200;

export function serverSession(
  request: EmbeddedServerRequest,
  initialize: Readonly<Record<string, unknown>>,
  connection: MessageConnection,
): ServerSession {
  const settings = readSettings(initialize['initializationOptions']);
  const parsed = capabilitiesSchema.safeParse(initialize['capabilities']);
  const capabilities = parsed.success ? parsed.data : {};
  const client = clientLink(connection, request.log, capabilities.workspace ?? {});
  const controller = new AbortController();
  const supply = librarySupply({
    ...request,
    timeLimitMs: settings.timeLimitMs,
    signal: controller.signal,
    onProgress: workProgress(client, capabilities.window?.workDoneProgress === true),
  });
  const slots = workerSlots(settings.workers);
  const root = request.root === null ? findWorkspaceRoot(initialize) : Promise.resolve(request.root);
  const documents = new Map<string, ServedDocument>();
  /** Messages are handled one after another while a document is being opened. */
  let opening: Promise<unknown> = Promise.resolve();
  let openings = 0;
  let ended = false;
  let saveTimer: NodeJS.Timeout | undefined;
  const tending = setInterval(() => {
    for (const document of documents.values()) void document.tend();
  }, TEND_INTERVAL);

  const inOrder = (act: () => void | Promise<void>): void => {
    if (openings === 0) {
      const done = act();
      if (done === undefined) return;
      opening = done;
    } else opening = opening.then(act);
    openings++;
    const over = (): void => {
      openings--;
    };
    opening.then(over, over);
  };

  async function open(params: unknown): Promise<void> {
    const message = openSchema.safeParse(params);
    if (!message.success || ended) return;
    const { textDocument } = message.data;
    const file = filePath(textDocument.uri);
    const workspace = file === null ? null : await findWorkspace(file, await root);
    documents.get(textDocument.uri)?.close();
    const now = (): number => performance.now();
    const document = serveDocument({ ...textDocument, workspace, supply, slots, settings, client, initialize, now });
    documents.set(textDocument.uri, document);
    document.open();
  }

  function change(params: unknown): void {
    const message = changeSchema.safeParse(params);
    if (!message.success) return;
    const { textDocument, contentChanges } = message.data;
    documents.get(textDocument.uri)?.change(textDocument.version, contentChanges);
  }

  function close(params: unknown): void {
    const message = namedSchema.safeParse(params);
    if (!message.success) return;
    const { uri } = message.data.textDocument;
    documents.get(uri)?.close();
    documents.delete(uri);
  }

  function recheck(): void {
    clearTimeout(saveTimer);
    saveTimer = setTimeout(() => {
      for (const document of documents.values()) void document.recheckLibrary();
    }, SAVE_PAUSE);
  }

  const watchFiles = (): void => {
    if (capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration !== true) return;
    const registerOptions = { watchers: [{ globPattern: '**/*.lean' }] };
    const registrations = [{ id: 'pcm-lean-files', method: 'workspace/didChangeWatchedFiles', registerOptions }];
    void client.request('client/registerCapability', { registrations });
  };

  return {
    result: initializeResult(request.version),
    async request(method, params, token) {
      while (openings > 0) await opening.catch(() => undefined);
      const document = documentOf(documents, params);
      if (document === undefined) throw contentModified('The document is not open.');
      return await answerRequest(document, method, params, token);
    },
    notification(method, params) {
      switch (method) {
        case 'initialized':
          watchFiles();
          return;
        case 'textDocument/didOpen':
          inOrder(() => open(params));
          return;
        case 'textDocument/didChange':
          inOrder(() => change(params));
          return;
        case 'textDocument/didClose':
          inOrder(() => close(params));
          return;
        case 'textDocument/didSave':
        case 'workspace/didChangeWatchedFiles':
          recheck();
          return;
        default:
          if (method.startsWith('$/lean/')) inOrder(() => documentOf(documents, params)?.tell(method, params));
      }
    },
    end() {
      ended = true;
      clearInterval(tending);
      clearTimeout(saveTimer);
      controller.abort();
      for (const document of documents.values()) document.close();
      documents.clear();
    },
  };
}

/** Speaks to the client; what cannot be delivered is lost with the client. */
function clientLink(
  connection: MessageConnection,
  log: (line: string) => void,
  workspace: Readonly<Record<string, unknown>>,
): ClientLink {
  const refreshed = new Map<string, NodeJS.Timeout>();
  const ask = (method: string, params: unknown): Promise<unknown> =>
    connection.sendRequest(method, params).catch(() => null);
  return {
    notify: (method, params) => void connection.sendNotification(method, params).catch(() => undefined),
    request: ask,
    refresh(method) {
      const kind = method.split('/')[1] ?? '';
      const support = (workspace[kind] as { refreshSupport?: unknown } | undefined)?.refreshSupport;
      if (support !== true || refreshed.has(method)) return;
      const timer = setTimeout(() => {
        refreshed.delete(method);
        void ask(method, undefined);
      }, REFRESH_INTERVAL);
      timer.unref();
      refreshed.set(method, timer);
    },
    log,
  };
}
