import type { LeanMessage } from './messages.ts';

/** A file to be checked, and the limits within which. Paths are absolute. */
export interface CheckRequest {
  readonly file: string;
  /** Folder that module names are relative to; the file lies in it. A native check needs a Lake workspace here. */
  readonly root: string;
  /** Folders of compiled library modules (`PCM.olean` ...). A native check finds them through its workspace instead. */
  readonly libraryPaths: readonly string[];
  readonly timeLimitMs: number;
  /** Ceiling of Lean's memory, bytes; the embedded Lean never takes more than 2 GiB. */
  readonly memoryLimitBytes?: number;
  /** What to audit besides, where the backend can: the file's module, as named from `root`, and its theorems. */
  readonly audit?: { readonly module: string; readonly theorems: readonly string[] };
  readonly signal?: AbortSignal;
}

/**
 * How a check ended. Only `finished` says anything about the file: Lean ran to its end, its exit code agrees with its
 * messages, and it printed nothing else. Everything else carries the messages that came before.
 */
export type CheckOutcome =
  | {
      readonly kind: 'finished';
      readonly messages: readonly LeanMessage[];
      readonly exitCode: 0 | 1;
      readonly milliseconds: number;
      /** The audits that were asked for, done and passed. One that fails leaves the check unfinished. */
      readonly audits?: readonly string[];
    }
  | {
      /** `out-of-memory` is a crash that comes again however often the check is repeated. */
      readonly kind: 'timed-out' | 'crashed' | 'out-of-memory' | 'cancelled' | 'unavailable';
      readonly reason: string;
      readonly messages: readonly LeanMessage[];
      readonly milliseconds: number;
    };

export type BackendName = 'embedded' | 'native';

/** A Lean that checks files, one process each. */
export interface LeanSession {
  readonly backend: BackendName;
  /** As in a certificate's report: version and build. */
  readonly version: string;
  checkFile(request: CheckRequest): Promise<CheckOutcome>;
}

/** Output of Lean beyond this many bytes ends the check. */
export const OUTPUT_LIMIT = 64 << 20;
