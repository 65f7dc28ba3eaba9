import { createMessageConnection, ErrorCodes, ResponseError, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { messageReader } from '../message-reader.ts';
import { serverSession, type ServerSession } from './server-session.ts';
import type { SupplyRequest } from './library-supply.ts';

/** What the embedded language server is started with. */
export interface EmbeddedServerRequest extends Pick<
  SupplyRequest,
  'environment' | 'home' | 'leanPackage' | 'leanPacked' | 'hostScript' | 'library'
> {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** Absolute folder of the Lean workspace, or null: then what `initialize` names. */
  readonly root: string | null;
  /** One line about what the server does, for whoever asked to see it. */
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
  /** Version of this program. */
  readonly version: string;
}

/** How often it is looked whether the client still lives, ms. */
const PARENT_INTERVAL = 3000;

/**
 * Serves Lean files over the language server protocol until the client says `exit`, closes the streams or dies.
 *
 * @returns the exit code that the protocol prescribes: 0 after `shutdown`, else 1
 */
export function serveEmbedded(request: EmbeddedServerRequest): Promise<0 | 1> {
  const connection = createMessageConnection(messageReader(request.input), new StreamMessageWriter(request.output));
  return new Promise((resolve) => {
    let session: ServerSession | null = null;
    let shutdown = false;
    let parentTimer: NodeJS.Timeout | undefined;
    let ended = false;
    const end = (): void => {
      if (ended) return;
      ended = true;
      clearInterval(parentTimer);
      request.signal.removeEventListener('abort', end);
      session?.end();
      connection.dispose();
      request.input.pause();
      resolve(shutdown ? 0 : 1);
    };
    request.signal.addEventListener('abort', end, { once: true });
    request.input.once('end', end);
    connection.onClose(end);
    connection.onError(([error]) => {
      request.log(`the client's stream: ${error.message}`);
      end();
    });
    connection.onRequest('initialize', (params: Record<string, unknown>) => {
      if (session !== null) throw new ResponseError(ErrorCodes.InvalidRequest, 'already initialized');
      const { processId } = params;
      if (typeof processId === 'number') parentTimer = setInterval(() => isAlive(processId) || end(), PARENT_INTERVAL);
      session = serverSession(request, params, connection);
      return session.result;
    });
    connection.onRequest((method, params, token) => {
      if (shutdown) throw new ResponseError(ErrorCodes.InvalidRequest, 'the server was shut down');
      if (session === null) throw new ResponseError(ErrorCodes.ServerNotInitialized, 'not initialized');
      if (method === 'shutdown') {
        shutdown = true;
        session.end();
        return null;
      }
      return session.request(method, params, token);
    });
    connection.onNotification((method, params) => {
      if (method === 'exit') end();
      else if (!shutdown) session?.notification(method, params);
    });
    connection.listen();
    if (request.signal.aborted) end();
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
