import {
  ErrorCodes,
  Message,
  StreamMessageWriter,
  type NotificationMessage,
  type RequestMessage,
  type ResponseMessage,
} from 'vscode-jsonrpc/node';
import { messageReader } from '../message-reader.ts';
import { isAlive } from '../embedded/preparation-lock.ts';
import type { NativeTools } from '../native.ts';
import { startLakeServe, type LakeProcess } from './lake-process.ts';
import { openDocuments } from './open-documents.ts';
import { restartBudget, type RestartLimits } from './restart-budget.ts';
import { serverRequests } from './server-requests.ts';

export interface LakeServeRequest {
  readonly tools: NativeTools;
  /** Absolute folder of the Lake workspace. */
  readonly root: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** From and to the client. */
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
  readonly limits?: Partial<LakeServeLimits>;
}

export interface LakeServeLimits {
  readonly restarts: RestartLimits;
  /** For an answer to `initialize`, ms. */
  readonly handshakeMs: number;
  /** For an orderly end before everything is killed, ms. */
  readonly endMs: number;
}

const LIMITS: LakeServeLimits = {
  restarts: { most: 3, windowMs: 180_000 },
  handshakeMs: 60_000,
  endMs: 2_000,
};

/** The protocol's code for a request that failed for no fault of its own. */
const REQUEST_FAILED = -32803;
const REQUEST_CANCELLED = -32800;
/** Messages that wait for a server that is being started again. */
const MOST_WAITING = 10_000;
const WATCH_INTERVAL = 3_000;

type Phase =
  | { readonly kind: 'running'; readonly lake: LakeProcess }
  /** Started again, and not yet in the state that the client knows; what the client sends waits. */
  | {
      readonly kind: 'restoring';
      readonly lake: LakeProcess;
      readonly waiting: (RequestMessage | NotificationMessage)[];
    }
  /** Given up. */
  | { readonly kind: 'down'; readonly why: string }
  | { readonly kind: 'ending' };

/**
 * Relays the language server protocol between a client and `lake serve`, unchanged. When the server ends by itself, its
 * unanswered requests fail, the client is told, and a new server is given what the old one knew: `initialize`, and the
 * open documents with their current text. After too many ends in too short a time it stays down, and says so.
 *
 * @returns when the client has gone, or asked for the end, and no process is left: 0 after `shutdown` and `exit`, else 1
 */
export function serveWithLake(request: LakeServeRequest): Promise<0 | 1> {
  const limits = { ...LIMITS, ...request.limits };
  const reader = messageReader(request.input);
  const writer = new StreamMessageWriter(request.output);
  const documents = openDocuments();
  const questions = serverRequests();
  const mayRestart = restartBudget(limits.restarts);
  /** Requests of the client that the present server has not answered. */
  const unanswered = new Map<string | number, RequestMessage>();
  let initialize: RequestMessage | null = null;
  let initialized: NotificationMessage | null = null;
  let shutdown = false;
  let life = 0;
  let handshake: NodeJS.Timeout | undefined;
  let watch: NodeJS.Timeout | undefined;
  let finish: (code: 0 | 1) => void;
  const finished = new Promise<0 | 1>((resolve) => (finish = resolve));

  const toClient = (message: Message): void => {
    writer.write(message).catch(() => void end(1));
  };
  const fail = ({ id }: RequestMessage, code: number, message: string): void =>
    toClient({ jsonrpc: '2.0', id, error: { code, message } } as ResponseMessage);
  /** Fails a request that no server can answer any more; what has ended can be asked to end. */
  const refuse = (asked: RequestMessage, why: string): void => {
    if (asked.method === 'shutdown') toClient({ jsonrpc: '2.0', id: asked.id, result: null } as ResponseMessage);
    else fail(asked, REQUEST_FAILED, why);
  };
  const tell = (type: 1 | 2, message: string): void => {
    request.log(message);
    toClient({ jsonrpc: '2.0', method: 'window/showMessage', params: { type, message } } as NotificationMessage);
  };

  const start = (): LakeProcess => {
    const mine = life;
    const lake = startLakeServe({
      tools: request.tools,
      root: request.root,
      environment: request.environment,
      log: request.log,
      onMessage: (message) => {
        if (mine === life) fromServer(message);
      },
      onEnd: (why) => {
        if (mine === life) serverEnded(why);
      },
    });
    return lake;
  };
  let phase: Phase = { kind: 'running', lake: start() };

  const expectHandshake = (lake: LakeProcess): void => {
    clearTimeout(handshake);
    handshake = setTimeout(
      () => lake.kill(`did not answer "initialize" within ${limits.handshakeMs / 1000} s`),
      limits.handshakeMs,
    );
  };

  function fromServer(message: Message): void {
    if (Message.isResponse(message)) {
      const { id } = message;
      if (phase.kind === 'restoring' && id === restoreId(life)) {
        restored(phase, message);
        return;
      }
      const asked = id === null ? undefined : unanswered.get(id);
      if (id !== null) unanswered.delete(id);
      if (asked !== undefined && asked === initialize) clearTimeout(handshake);
      toClient(message);
      return;
    }
    if (Message.isRequest(message)) {
      questions.note(message);
      toClient(
        message.id === null ? message : ({ ...message, id: questions.idForClient(life, message.id) } as Message),
      );
      return;
    }
    toClient(message);
  }

  /** The new server knows the client; it is given the documents, then what has waited. */
  function restored(restoring: Phase & { kind: 'restoring' }, response: ResponseMessage): void {
    clearTimeout(handshake);
    if (response.error !== undefined) {
      restoring.lake.kill(`refused "initialize": ${response.error.message}`);
      return;
    }
    phase = { kind: 'running', lake: restoring.lake };
    if (initialized !== null) restoring.lake.send(initialized);
    documents.reopen().forEach(restoring.lake.send);
    restoring.waiting.forEach(fromClient);
  }

  function serverEnded(why: string): void {
    if (phase.kind === 'ending' || phase.kind === 'down') return;
    clearTimeout(handshake);
    const waiting = phase.kind === 'restoring' ? phase.waiting : [];
    const starting = initialize !== null && unanswered.get(initialize.id!) === initialize;
    for (const asked of unanswered.values()) {
      if (asked !== initialize) refuse(asked, `Lean's server ${why}.`);
    }
    unanswered.clear();
    const unregister = questions.takeBack(life);
    if (unregister !== null) toClient(unregister);
    const attempt = shutdown ? null : mayRestart(performance.now());
    life++;
    if (attempt === null) {
      giveUp(why, waiting, starting);
      return;
    }
    markStopped();
    tell(2, `Lean's server ${why}. It is started again (${attempt} of ${limits.restarts.most}).`);
    const lake = start();
    if (initialize === null || starting) {
      phase = { kind: 'running', lake };
      if (initialize !== null) forward(lake, initialize);
      return;
    }
    phase = { kind: 'restoring', lake, waiting };
    expectHandshake(lake);
    lake.send({ ...initialize, id: restoreId(life) } as RequestMessage);
  }

  function giveUp(why: string, waiting: readonly Message[], starting: boolean): void {
    const { most, windowMs } = limits.restarts;
    const reason =
      `Lean's server ${why}. It ended ${most + 1} times within ${windowMs / 60_000} minutes and stays down. ` +
      `Run "lake build" in ${request.root} to see what is wrong, then restart the server; or use the embedded Lean.`;
    phase = { kind: 'down', why: reason };
    if (!shutdown) {
      markStopped();
      tell(1, reason);
    }
    for (const message of waiting) if (Message.isRequest(message)) refuse(message, reason);
    if (starting && initialize !== null) fail(initialize, ErrorCodes.InternalError, reason);
  }

  /** Editors show a document's progress until the server says otherwise; a dead one never does. */
  function markStopped(): void {
    for (const { params } of documents.reopen()) {
      const { textDocument } = params as { textDocument: { uri: string; version: number; text: string } };
      const lines = textDocument.text.split('\n').length;
      const range = { start: { line: 0, character: 0 }, end: { line: lines, character: 0 } };
      const { uri, version } = textDocument;
      const progress = { textDocument: { uri, version }, processing: [{ range, kind: 2 }] };
      toClient({ jsonrpc: '2.0', method: '$/lean/fileProgress', params: progress } as NotificationMessage);
    }
  }

  function forward(lake: LakeProcess, message: RequestMessage): void {
    unanswered.set(message.id!, message);
    if (message === initialize) expectHandshake(lake);
    lake.send(message);
  }

  function fromClient(message: Message): void {
    if (Message.isRequest(message)) requestFromClient(message);
    else if (Message.isNotification(message)) notificationFromClient(message);
    else if (Message.isResponse(message) && phase.kind === 'running') {
      const id = questions.idForServer(life, message.id);
      if (id !== null) phase.lake.send({ ...message, id } as ResponseMessage);
    }
  }

  function requestFromClient(message: RequestMessage): void {
    if (message.method === 'initialize' && initialize === null) {
      initialize = message;
      watchClient(message);
    }
    if (message.method === 'shutdown') shutdown = true;
    switch (phase.kind) {
      case 'running':
        forward(phase.lake, message);
        return;
      case 'restoring':
        if (phase.waiting.length < MOST_WAITING) phase.waiting.push(message);
        else fail(message, REQUEST_FAILED, "Lean's server is being started again.");
        return;
      case 'down':
        refuse(message, phase.why);
        return;
      case 'ending':
        return;
    }
  }

  function notificationFromClient(message: NotificationMessage): void {
    const { method } = message;
    if (method === 'initialized') initialized = message;
    if (method === 'exit') {
      if (phase.kind === 'running') phase.lake.send(message);
      void end(shutdown ? 0 : 1);
      return;
    }
    documents.note(message);
    if (phase.kind === 'running') phase.lake.send(message);
    // Documents are handed over as they are by then, and `initialized` with them.
    if (phase.kind !== 'restoring' || method.startsWith('textDocument/did') || method === 'initialized') return;
    if (method === '$/cancelRequest') cancelWaiting(phase.waiting, message);
    else if (phase.waiting.length < MOST_WAITING) phase.waiting.push(message);
  }

  function cancelWaiting(waiting: (RequestMessage | NotificationMessage)[], message: NotificationMessage): void {
    const id = (message.params as { id?: unknown } | undefined)?.id;
    const at = waiting.findIndex((waits) => Message.isRequest(waits) && waits.id === id);
    const [cancelled] = at < 0 ? [] : waiting.splice(at, 1);
    if (cancelled !== undefined && Message.isRequest(cancelled)) fail(cancelled, REQUEST_CANCELLED, 'Cancelled.');
  }

  /** Some clients die without closing the pipe, which others have inherited. */
  function watchClient({ params }: RequestMessage): void {
    const pid = (params as { processId?: unknown } | undefined)?.processId;
    if (typeof pid !== 'number' || pid <= 0) return;
    watch = setInterval(() => {
      if (!isAlive(pid)) void end(1);
    }, WATCH_INTERVAL);
    watch.unref();
  }

  async function end(code: 0 | 1): Promise<void> {
    if (phase.kind === 'ending') return;
    const lake = phase.kind === 'down' ? null : phase.lake;
    phase = { kind: 'ending' };
    clearTimeout(handshake);
    clearInterval(watch);
    request.signal.removeEventListener('abort', stop);
    await lake?.close(limits.endMs);
    reader.dispose();
    writer.dispose();
    // A client that keeps the pipe open must not keep this process.
    request.input.pause();
    finish(code);
  }

  const stop = (): void => void end(1);
  request.signal.addEventListener('abort', stop, { once: true });
  reader.onClose(stop);
  reader.onError((error) => {
    request.log(`The client sent what is no message of the protocol: ${error.message}`);
    stop();
  });
  request.input.once('end', stop);
  writer.onError(stop);
  reader.listen(fromClient);
  if (request.signal.aborted) stop();
  return finished;
}

const restoreId = (life: number): string => `pcm-restore-${life}`;
