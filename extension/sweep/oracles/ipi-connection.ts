import { chmodSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { OracleError } from './oracle-source.ts';

/** Where we listen: a Unix socket /tmp/ipi_NAME, as clients look for it, or a port of the loopback interface (0: any). */
export type IpiAddress =
  { readonly kind: 'unix'; readonly name: string } | { readonly kind: 'tcp'; readonly port: number };

/** A client that does not keep the protocol, or is gone. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
  constructor(
    what: string,
    /** Whether the client hung up, so that its end may say why. */
    readonly gone = false,
  ) {
    super(what);
  }
}

/** What may lie unread beyond what was asked for; a client that sends more does not keep the protocol. */
const MOST_UNASKED = 65_536;
/** The only interface we listen on. */
const LOOPBACK = '127.0.0.1';

/** Bytes of a socket, as many as asked for at a time. */
export class ByteReader {
  private chunks: Buffer[] = [];
  private held = 0;
  private over: ConnectionLost | null = null;
  private wanted: { bytes: number; resolve: (bytes: Buffer) => void; reject: (error: ConnectionLost) => void } | null =
    null;

  constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => {
      this.chunks.push(chunk);
      this.held += chunk.length;
      this.serve();
      if (this.held > (this.wanted?.bytes ?? 0) + MOST_UNASKED) this.fail('sent more than it was asked for');
    });
    socket.on('error', (error: NodeJS.ErrnoException) =>
      this.fail(`lost the connection (${error.code ?? 'error'})`, true),
    );
    socket.on('close', () => this.fail('closed the connection', true));
  }

  fail(what: string, gone = false): void {
    this.over ??= new ConnectionLost(what, gone);
    this.socket.destroy();
    this.wanted?.reject(this.over);
    this.wanted = null;
    this.chunks = [];
  }

  private serve(): void {
    if (this.wanted === null || this.held < this.wanted.bytes) return;
    const all = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks);
    const { bytes, resolve } = this.wanted;
    this.chunks = all.length > bytes ? [all.subarray(bytes)] : [];
    this.held -= bytes;
    this.wanted = null;
    resolve(all.subarray(0, bytes));
  }

  /** The next bytes. @throws ConnectionLost */
  read(bytes: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (this.over !== null) {
        reject(this.over);
        return;
      }
      this.wanted = { bytes, resolve, reject };
      this.serve();
    });
  }
}

/** A place where one client may connect, once. */
export interface Listener {
  /** The Unix socket's path, or null. */
  readonly socketPath: string | null;
  /** The port that was given, or 0. */
  readonly port: number;
  readonly connected: Promise<Socket>;
  close(): Promise<void>;
}

export function socketPath(name: string): string {
  return `/tmp/ipi_${name}`;
}

/** Listens. @throws OracleError where the address is taken. */
export async function listen(address: IpiAddress): Promise<Listener> {
  let taken = false;
  let connect!: (socket: Socket) => void;
  const connected = new Promise<Socket>((resolve) => (connect = resolve));
  const server: Server = createServer((socket) => {
    // Whoever comes second is sent away: one client, one composition.
    if (taken) socket.destroy();
    else {
      taken = true;
      socket.setNoDelay(true);
      connect(socket);
    }
  });
  const where = address.kind === 'unix' ? socketPath(address.name) : `${LOOPBACK}:${address.port}`;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const fix =
        address.kind === 'unix'
          ? 'End the program that listens there, or delete the socket if there is none, or choose another name.'
          : 'Choose another port, or 0 for any that is free.';
      reject(new OracleError(`Cannot listen on ${where} (${error.code ?? error.message}).`, fix));
    });
    if (address.kind === 'unix') server.listen({ path: where }, resolve);
    else server.listen({ host: LOOPBACK, port: address.port }, resolve);
  });
  // Other users of this machine have no business here.
  if (address.kind === 'unix') chmodSync(where, 0o600);
  return {
    socketPath: address.kind === 'unix' ? where : null,
    port: address.kind === 'tcp' ? (server.address() as AddressInfo).port : 0,
    connected,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          if (address.kind === 'unix') rmSync(where, { force: true });
          resolve();
        });
      }),
  };
}
