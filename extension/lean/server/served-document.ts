import type { CancellationToken } from 'vscode-jsonrpc/node';
import type { EmbeddedLean } from '../embedded-session.ts';
import { STANDARD_LIBRARY } from '../embedded/host-request.ts';
import { applyChange, type TextChange } from '../native/open-documents.ts';
import { restartBudget } from '../native/restart-budget.ts';
import { MESSAGE_TYPE, reportError, reportProgress, type DocumentVersion } from './client-link.ts';
import { needsLibrary } from './library-supply.ts';
import { contentModified, isLost, requestFailed, sessionEnded, workerLost } from './failures.ts';
import { importHeader } from './import-header.ts';
import { isPassive } from './passive-requests.ts';
import type { DocumentRequest, ServedDocument } from './document-interface.ts';
import { uriMap, WORKSPACE_MOUNT } from './uri-map.ts';
import { openInWorker, tellWorker } from './worker-messages.ts';
import { startWorker, type WorkerProcess } from './worker-process.ts';
import { watchWorker } from './worker-watch.ts';
import type { SlotHolder } from './worker-slots.ts';

/** Restarts after crashes. */
const CRASHES = { most: 3, windowMs: 180_000 };
/** Imports are loaded anew when nothing more was typed for this long, ms. */
const HEADER_PAUSE = 300;
/** Changes that come faster than this are handed on together, ms; slower ones too, while the worker has not taken the last up. */
const CHANGE_PAUSE = 40;
const BUSY_PAUSE = 1000;
/** Where workers see the compiled library. */
const LIBRARY_MOUNT = '/library/0';
/** What workers tell the program that usually starts them, and no client. */
const internal = /^\$\/lean\/(ilean|importClosure)/;

/** A worker and what was told to it. */
interface Live {
  readonly process: WorkerProcess;
  readonly header: string;
  readonly libraryFolder: string | null;
  /** The version of which the client has seen all before, or null. */
  readonly seen: number | null;
  readonly idleFor: (heardAt: number) => Promise<number>;
}

export function serveDocument(request: DocumentRequest): ServedDocument {
  const { uri, workspace, supply, slots, settings, client, now } = request;
  const uris = uriMap(uri, workspace);
  const takeRestart = restartBudget(CRASHES);
  let { text, version } = request;
  let header = importHeader(text);
  let live: Live | null = null;
  let starting: Promise<Live> | null = null;
  /** A worker that gets ready while its library is made sure of. */
  let booting: WorkerProcess | null = null;
  /** Counts starts and stops, so that a start that was overtaken can tell. */
  let generation = 0;
  /** Why there is no worker and none is to be started; an edit lifts it. */
  let blocked: { readonly why: string; readonly header: string | null } | null = null;
  let sources: string | null = null;
  let settled = false;
  let seen = false;
  let asked = 0;
  let lastUse = now();
  let heardAt = now();
  let busySince = now();
  let unsent: TextChange[] = [];
  let lastSent = 0;
  /** The version that was sent last and of which the worker has said nothing yet, or null. */
  let unheard: number | null = null;
  let changeTimer: NodeJS.Timeout | null = null;
  let headerTimer: NodeJS.Timeout | null = null;
  const intended = new WeakSet<WorkerProcess>();

  const here = (): DocumentVersion => ({ uri, version, lines: text.split('\n').length });
  const holder: SlotHolder = {
    settled: () => settled && asked === 0,
    lastUse: () => lastUse,
    evict: () => {
      client.log(`${uri}: worker ended to make room for another document's`);
      stop();
    },
  };
  const clearTimers = (): void => {
    if (changeTimer !== null) clearTimeout(changeTimer);
    if (headerTimer !== null) clearTimeout(headerTimer);
    changeTimer = headerTimer = null;
  };

  function endBooting(): void {
    booting?.end();
    booting = null;
  }

  /** Ends the worker, if there is one; the document is as it was. */
  function stop(): void {
    generation++;
    starting = null;
    endBooting();
    clearTimers();
    unsent = [];
    unheard = null;
    if (live !== null) {
      intended.add(live.process);
      live.process.end();
      live = null;
    }
    slots.release(holder);
  }

  function block(why: string, line: number, untilHeader: string | null, state: 'fatal' | 'done'): void {
    stop();
    blocked = { why, header: untilHeader };
    client.log(`${uri}: ${why}`);
    reportError(client, here(), { line, message: why });
    reportProgress(client, here(), state);
  }

  function start(revival: boolean): Promise<Live> {
    const mine = ++generation;
    endBooting();
    // A start that was put off would start a second worker beside this one, which nobody would ever end.
    clearTimers();
    blocked = null;
    settled = false;
    busySince = heardAt = now();
    if (!revival) reportProgress(client, here(), 'processing');
    const run = bringUp(mine, revival);
    starting = run;
    const over = (): void => {
      if (starting === run) starting = null;
    };
    run.then(over, over);
    return run;
  }

  async function bringUp(mine: number, revival: boolean): Promise<Live> {
    const reloaded = (): Error => contentModified('The document was reloaded.');
    const refused = (reason: string): Error => {
      block(reason, header.line, header.key, 'done');
      return requestFailed(reason);
    };
    for (;;) {
      const wanted = header;
      const supplied = await supply.lean();
      if (mine !== generation) throw reloaded();
      if (supplied.kind === 'failed') throw refused(supplied.reason);
      if (!(await slots.take(holder)) || mine !== generation) throw reloaded();
      if (wanted.key !== header.key) continue;
      // It takes seconds to get ready, in which the library can be looked over.
      const process = bootWorker(supplied.lean, needsLibrary(wanted.imports));
      booting = process;
      const library = await supply.library(wanted.imports, workspace);
      if (mine !== generation) throw reloaded();
      if (library.kind === 'failed') throw refused(library.reason);
      if (wanted.key !== header.key) {
        endBooting();
        continue;
      }
      booting = null;
      sources = library.sources;
      process.mount([
        ...(workspace === null ? [] : [{ at: WORKSPACE_MOUNT, folder: workspace }]),
        ...(library.folder === null ? [] : [{ at: LIBRARY_MOUNT, folder: library.folder }]),
      ]);
      client.log(`${uri}: worker ${process.pid ?? '?'} started`);
      busySince = heardAt = now();
      const begun: Live = {
        process,
        header: wanted.key,
        libraryFolder: library.folder,
        seen: revival ? version : null,
        idleFor: watchWorker(process, now),
      };
      live = begun;
      unsent = [];
      connect(begun);
      return begun;
    }
  }

  function bootWorker(lean: EmbeddedLean, withLibrary: boolean): WorkerProcess {
    return startWorker({
      lean,
      // Lean's own library comes before the workspace, which could hold an Init.olean of somebody's making.
      libraryPaths: [
        ...(withLibrary ? [LIBRARY_MOUNT] : []),
        STANDARD_LIBRARY,
        ...(workspace === null ? [] : [WORKSPACE_MOUNT]),
      ],
      sourcePaths: workspace === null ? [] : [WORKSPACE_MOUNT],
      memoryBytes: settings.memoryBytes,
    });
  }

  /** Opens the document in a worker that was just started. */
  function connect(begun: Live): void {
    const { connection, ended } = begun.process;
    connection.onNotification((method, params) => {
      if (live === begun) hear(begun, method, params);
    });
    connection.onUnhandledProgress(({ token, value }) =>
      client.notify('$/progress', { token, value: uris.toClient(value) }),
    );
    connection.onRequest(async (method, params) => {
      if (/^workspace\/\w+\/refresh$/.test(method)) {
        if (begun.seen !== version) client.refresh(method);
        return null;
      }
      if (method === 'client/registerCapability') return null;
      return uris.toWorker(await client.request(method, uris.toClient(params)));
    });
    connection.listen();
    void ended.then((reason) => {
      if (live === begun) crashed(reason);
    });
    const open = { uri: uris.workerUri, languageId: request.languageId, version, text };
    openInWorker(connection, uris.toWorker(request.initialize), open);
  }

  function hear(from: Live, method: string, params: unknown): void {
    heardAt = now();
    if (internal.test(method)) return;
    const of = params as { version?: number; textDocument?: { version?: number }; processing?: unknown[] } | null;
    const spokenOf = of?.version ?? of?.textDocument?.version;
    if (spokenOf !== undefined && spokenOf === unheard) {
      unheard = null;
      if (changeTimer !== null) send();
    }
    const isState = method === 'textDocument/publishDiagnostics' || method === '$/lean/fileProgress';
    // What is said of a text that is no more would show in the wrong places.
    if (isState && spokenOf !== undefined && spokenOf !== version) return;
    // What the client knows already would only flicker.
    if (!isState || from.seen !== version) client.notify(method, uris.toClient(params));
    if (method === '$/lean/fileProgress' && of?.processing?.length === 0 && !settled) void settle(from, version);
  }

  async function settle(from: Live, finished: number): Promise<void> {
    const params = { uri: uris.workerUri, version: finished };
    try {
      await from.process.connection.sendRequest('textDocument/waitForDiagnostics', params);
    } catch {
      return;
    }
    if (live !== from || finished !== version || unsent.length > 0) return;
    settled = seen = true;
    slots.reconsider();
  }

  function crashed(reason: string): void {
    // What it was asked is lost, and not for a change of the document.
    live?.process.end();
    live = null;
    const attempt = takeRestart(now());
    const name = decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
    if (attempt === null) {
      const why = `Lean crashed on this file more than ${CRASHES.most} times within ${CRASHES.windowMs / 60_000} minutes and was not started again (${reason}). Change the file to try again later.`;
      block(why, 0, null, 'fatal');
      client.notify('window/showMessage', { type: MESSAGE_TYPE.error, message: `${name}: ${why}` });
      return;
    }
    stop();
    client.log(`${uri}: worker lost (${reason}); start ${attempt} of ${CRASHES.most}`);
    reportProgress(client, here(), 'fatal');
    const message = `Lean crashed on ${name} (${reason}) and was started again, ${attempt} of ${CRASHES.most} times.`;
    client.notify('window/showMessage', { type: MESSAGE_TYPE.warning, message });
    start(false).catch(() => undefined);
  }

  function send(): void {
    if (changeTimer !== null) clearTimeout(changeTimer);
    changeTimer = null;
    if (live === null || unsent.length === 0) return;
    const contentChanges = unsent;
    unsent = [];
    lastSent = now();
    unheard = version;
    const textDocument = { uri: uris.workerUri, version };
    tellWorker(live.process.connection, 'textDocument/didChange', { textDocument, contentChanges });
  }

  function change(newVersion: number, changes: readonly TextChange[]): void {
    text = changes.reduce(applyChange, text);
    version = newVersion;
    header = importHeader(text);
    lastUse = busySince = now();
    settled = seen = false;
    answers.clear();
    if (live === null) {
      if (starting !== null || blocked?.header === header.key) return;
      if (headerTimer !== null) clearTimeout(headerTimer);
      headerTimer = setTimeout(() => void start(false).catch(() => undefined), blocked === null ? 0 : HEADER_PAUSE);
      return;
    }
    if (header.key !== live.header) {
      unsent = [{ text }];
      if (headerTimer !== null) clearTimeout(headerTimer);
      headerTimer = setTimeout(() => restart('its imports were changed'), HEADER_PAUSE);
      return;
    }
    if (headerTimer !== null) {
      // The imports are again what they were: nothing of the detour was told to the worker.
      clearTimeout(headerTimer);
      headerTimer = null;
      unsent = [{ text }];
    } else unsent.push(...changes);
    const wait = lastSent + (unheard === null ? CHANGE_PAUSE : BUSY_PAUSE) - now();
    if (wait <= 0) send();
    else changeTimer ??= setTimeout(send, wait);
  }

  function restart(why: string): void {
    client.log(`${uri}: worker ends because ${why}`);
    stop();
    start(false).catch(() => undefined);
  }

  /** Answers to questions that editors ask of themselves, for when there is no worker. */
  const answers = new Map<string, unknown>();

  async function ask(method: string, params: unknown, token: CancellationToken): Promise<unknown> {
    const key = isPassive(method) ? `${method} ${JSON.stringify(params)}` : null;
    if (live === null && starting === null) {
      if (key !== null && seen && answers.has(key)) return answers.get(key);
      if (method === '$/lean/rpc/call') throw sessionEnded();
    }
    if (key === null) lastUse = now();
    if (blocked !== null) throw requestFailed(blocked.why);
    asked++;
    try {
      const worker = live ?? (await (starting ?? start(seen)));
      // A header that is being typed belongs to the next worker.
      if (headerTimer !== null) throw contentModified('The imports are being changed.');
      send();
      const at = version;
      const answer = await put(worker, method, params, token);
      if (key !== null && at === version) answers.set(key, answer);
      return answer;
    } finally {
      asked--;
      if (asked === 0) slots.reconsider();
    }
  }

  async function put(worker: Live, method: string, params: unknown, token: CancellationToken): Promise<unknown> {
    try {
      return uris.toClient(await worker.process.connection.sendRequest(method, uris.toWorker(params), token));
    } catch (error) {
      if (!isLost(error)) throw error;
      throw intended.has(worker.process)
        ? contentModified('The document was reloaded.')
        : workerLost('Lean crashed while it was at this.');
    }
  }

  async function tend(): Promise<void> {
    const worker = live;
    if (worker === null) return;
    const busy = !settled || asked > 0;
    if (!busy) {
      if (now() - lastUse > settings.idleMs) {
        client.log(`${uri}: idle worker ended`);
        stop();
      }
      return;
    }
    if (!settled && now() - busySince > settings.timeLimitMs) {
      const limit = settings.timeLimitMs / 1000;
      block(
        `Lean was not done with this file after ${limit} s and was stopped. Change the file to start it again.`,
        0,
        null,
        'fatal',
      );
      return;
    }
    const idle = await worker.idleFor(heardAt);
    if (live !== worker || idle < settings.stallMs) return;
    crashed(`it did nothing for ${Math.round(idle / 1000)} s`);
  }

  return {
    uri,
    names: [uri, `«external:${uri}»`, ...(uris.module === null ? [] : [uris.module])],
    version: () => version,
    imports: () => header.imports,
    sources: () => sources,
    open: () => void start(false).catch(() => undefined),
    change,
    ask,
    tell: (method, params) => {
      if (live !== null) tellWorker(live.process.connection, method, uris.toWorker(params));
    },
    async recheckLibrary() {
      if (blocked?.header === header.key) {
        start(false).catch(() => undefined);
        return;
      }
      const worker = live;
      if (worker === null || worker.libraryFolder === null) return;
      const library = await supply.library(header.imports, workspace);
      const folder = library.kind === 'ready' ? library.folder : null;
      if (live === worker && folder !== worker.libraryFolder) restart('the library was changed');
    },
    tend,
    close() {
      stop();
      reportError(client, here(), null);
      reportProgress(client, here(), 'done');
    },
  };
}
