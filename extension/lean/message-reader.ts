import { StreamMessageReader } from 'vscode-jsonrpc/node';

/**
 * Reads messages of the language server protocol. The reader as it comes arms a timer for every message that has arrived
 * in part, and arms it again for ever: where the other side is killed in the middle of one, this process would never end.
 */
export function messageReader(stream: NodeJS.ReadableStream): StreamMessageReader {
  const reader = new StreamMessageReader(stream);
  reader.partialMessageTimeout = 0;
  return reader;
}
