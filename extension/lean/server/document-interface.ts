import type { CancellationToken } from 'vscode-jsonrpc/node';
import type { TextChange } from '../native/open-documents.ts';
import type { ClientLink } from './client-link.ts';
import type { LibrarySupply } from './library-supply.ts';
import type { ServerSettings } from './settings.ts';
import type { WorkerSlots } from './worker-slots.ts';

export interface DocumentRequest {
  readonly uri: string;
  readonly languageId: string;
  readonly version: number;
  readonly text: string;
  /** Absolute folder of its Lean workspace, or null. */
  readonly workspace: string | null;
  readonly supply: LibrarySupply;
  readonly slots: WorkerSlots;
  readonly settings: ServerSettings;
  readonly client: ClientLink;
  /** Parameters of the client's `initialize`. */
  readonly initialize: Readonly<Record<string, unknown>>;
  readonly now: () => number;
}

/** One open document and, while it needs one, its worker. */
export interface ServedDocument {
  readonly uri: string;
  /** Module name or URI by which its worker names it in data that it wants back. */
  readonly names: readonly string[];
  readonly version: () => number;
  readonly imports: () => readonly string[];
  /** Folder with the sources of the library that its worker imports, or null. */
  readonly sources: () => string | null;
  /** Starts the first worker. */
  readonly open: () => void;
  readonly change: (version: number, changes: readonly TextChange[]) => void;
  /** Has the worker answer, started again if need be. Rejects with a `ResponseError`; never waits for a dead worker. */
  readonly ask: (method: string, params: unknown, token: CancellationToken) => Promise<unknown>;
  /** Tells the worker, if there is one. */
  readonly tell: (method: string, params: unknown) => void;
  /** Starts the worker again with what lies on disk now, if anything of it has changed. */
  readonly recheckLibrary: () => Promise<void>;
  /** Looks after the worker; to be called every second or so. */
  readonly tend: () => Promise<void>;
  readonly close: () => void;
}
