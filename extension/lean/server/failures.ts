import { ConnectionError, ErrorCodes, ResponseError } from 'vscode-jsonrpc/node';

/** Codes of the language server protocol beyond those of JSON-RPC. */
const CONTENT_MODIFIED = -32_801;
const REQUEST_FAILED = -32_803;
/** Lean's own. */
const RPC_NEEDS_RECONNECT = -32_900;

/** The document was changed or reloaded while its worker was at it; clients ask again by themselves. */
export const contentModified = (why: string): ResponseError => new ResponseError(CONTENT_MODIFIED, why);

/** There is no worker that could answer, and asking again does not help. */
export const requestFailed = (why: string): ResponseError => new ResponseError(REQUEST_FAILED, why);

/** The worker that was at it is gone. */
export const workerLost = (why: string): ResponseError => new ResponseError(ErrorCodes.InternalError, why);

/** The RPC session ended with its worker; clients of Lean connect again. */
export const sessionEnded = (): ResponseError => new ResponseError(RPC_NEEDS_RECONNECT, 'Outdated RPC session');

/**
 * Whether an error is the connection's own: a request whose answer will not come because the worker is gone, or one that
 * could not be sent any more.
 */
export const isLost = (error: unknown): boolean =>
  error instanceof ConnectionError ||
  (error instanceof ResponseError && error.code === ErrorCodes.PendingResponseRejected);
