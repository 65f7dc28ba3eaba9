/** `initialize` with its workspace is a few kilobytes; bytes. */
const LONGEST = 16 << 20;

/** What a client began with. */
export type Opening =
  | { readonly kind: 'initialize'; readonly params: unknown }
  /** Something else, or nothing that can be understood. */
  | { readonly kind: 'else' }
  /** The client has gone, or we are to. */
  | { readonly kind: 'ended' };

type Found = Opening | { readonly kind: 'incomplete' };

/**
 * Reads a client's first message and leaves it to be read again, so that a server can be chosen by what the client says.
 *
 * @param input not read by anybody else yet
 */
export function peekInitialize(input: NodeJS.ReadableStream, signal: AbortSignal): Promise<Opening> {
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0);
    const done = (opening: Opening): void => {
      input.removeListener('readable', read);
      input.removeListener('end', gone);
      input.removeListener('error', gone);
      signal.removeEventListener('abort', gone);
      // At once: a stream that is found empty ends.
      if (opening.kind !== 'ended') input.unshift(bytes);
      resolve(opening);
    };
    const gone = (): void => done({ kind: 'ended' });
    const read = (): void => {
      // Its type keeps from us that there may be nothing to read.
      const next = (): string | Buffer | null => input.read();
      for (let chunk = next(); chunk !== null; chunk = next()) {
        bytes = Buffer.concat([bytes, typeof chunk === 'string' ? Buffer.from(chunk) : chunk]);
        const found: Found = bytes.length > LONGEST ? { kind: 'else' } : firstMessage(bytes);
        if (found.kind === 'incomplete') continue;
        done(found);
        return;
      }
    };
    input.on('readable', read);
    input.once('end', gone);
    input.once('error', gone);
    signal.addEventListener('abort', gone, { once: true });
    if (signal.aborted) gone();
  });
}

function firstMessage(bytes: Buffer): Found {
  const headerEnd = bytes.indexOf('\r\n\r\n');
  if (headerEnd < 0) return { kind: 'incomplete' };
  const length = /^content-length: *(\d{1,9})\s*$/im.exec(bytes.toString('latin1', 0, headerEnd))?.[1];
  if (length === undefined || Number(length) > LONGEST) return { kind: 'else' };
  const start = headerEnd + 4;
  if (bytes.length < start + Number(length)) return { kind: 'incomplete' };
  try {
    const message: unknown = JSON.parse(bytes.toString('utf8', start, start + Number(length)));
    if (typeof message !== 'object' || message === null || !('method' in message)) return { kind: 'else' };
    if (message.method !== 'initialize') return { kind: 'else' };
    return { kind: 'initialize', params: 'params' in message ? message.params : null };
  } catch {
    return { kind: 'else' };
  }
}
