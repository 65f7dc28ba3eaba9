import { ErrorCodes, Message, StreamMessageWriter, type ResponseMessage } from 'vscode-jsonrpc/node';
import { messageReader } from '../message-reader.ts';

export interface RefusalRequest {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
  /** What is wrong, and what mends it. */
  readonly message: string;
}

/**
 * A language server that cannot serve: it answers `initialize` with the reason, so that the editor shows that instead of
 * a process that ended.
 *
 * @returns when the client has gone or asked for the end: 0 after `shutdown` and `exit`, else 1
 */
export function serveRefusal({ input, output, signal, message }: RefusalRequest): Promise<0 | 1> {
  const reader = messageReader(input);
  const writer = new StreamMessageWriter(output);
  return new Promise((resolve) => {
    let shutdown = false;
    const end = (): void => {
      signal.removeEventListener('abort', end);
      reader.dispose();
      writer.dispose();
      input.pause();
      resolve(shutdown ? 0 : 1);
    };
    signal.addEventListener('abort', end, { once: true });
    reader.onClose(end);
    reader.onError(end);
    writer.onError(end);
    input.once('end', end);
    reader.listen((received) => {
      if (Message.isNotification(received) && received.method === 'exit') end();
      if (!Message.isRequest(received)) return;
      const { id, method } = received;
      shutdown ||= method === 'shutdown';
      // `retry` is what the protocol has editors offer after a refusal.
      const error =
        method === 'initialize'
          ? { code: ErrorCodes.InternalError, message, data: { retry: false } }
          : { code: ErrorCodes.ServerNotInitialized, message };
      const response = method === 'shutdown' ? { result: null } : { error };
      writer.write({ jsonrpc: '2.0', id, ...response } as ResponseMessage).catch(end);
    });
    if (signal.aborted) end();
  });
}
