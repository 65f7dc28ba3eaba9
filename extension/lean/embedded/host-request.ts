/** What the process that runs the embedded Lean is started with: one JSON argument. Both ends are ours. */
export interface HostRequest {
  /** Folder of the prepared runtime. */
  readonly runtime: string;
  /**
   * Folders that Lean sees, and the absolute path under which it sees them; nothing else is visible to it. Null where they
   * are told later, by a {@link HostMounts} on the channel: Lean gets ready meanwhile, and begins when it knows them.
   */
  readonly mounts: readonly HostMount[] | null;
  /** `LEAN_PATH`, in the paths that Lean sees; the standard library is found without it. */
  readonly libraryPaths: readonly string[];
  /** `LEAN_SRC_PATH`: where files lie that have a module name of their own; nowhere by default. */
  readonly sourcePaths?: readonly string[];
  /** Arguments of `lean`, in the paths that Lean sees. */
  readonly arguments: readonly string[];
  /** Ceiling of the WebAssembly memory, bytes; at most 2 GiB. */
  readonly memoryBytes: number;
}

export interface HostMount {
  /** Absolute, as Lean sees it. */
  readonly at: string;
  readonly folder: string;
}

/** Tells a process that was started without mounts what they are. */
export interface HostMounts {
  readonly mounts: readonly HostMount[];
}

/** What the process answers to the message `usage` on its channel. */
export interface HostUsage {
  /** Processor time of all threads since the start, ms. */
  readonly processorMs: number;
  /** Resident memory, bytes. */
  readonly memoryBytes: number;
}

/** Exit code of the process when Lean crashed. Lean's own are 0 and 1. */
export const CRASH_EXIT_CODE = 70;

/** Line on standard error that precedes the reason of a crash. */
export const CRASH_MARK = 'lean-host: crashed: ';

/** Where Lean believes itself to be, and where the prepared runtime's library is mounted for it to find. */
export const LEAN_PROGRAM = '/lean/bin/lean';
export const STANDARD_LIBRARY = '/lean/lib/lean';
