import { chooseCacheFolder } from '../embedded/cache-folder.ts';
import { chooseBackend, discoverNative, leanPathSetting, type BackendSetting } from '../native.ts';
import { serveWithLake, type LakeServeLimits } from './lake-serve.ts';
import { prepareLibraryWorkspace } from './library-workspace.ts';
import { peekInitialize } from './peek-initialize.ts';
import { serveRefusal } from './refusal.ts';
import { findWorkspaceRoot } from './workspace-root.ts';

export interface NativeServerRequest {
  readonly setting: Exclude<BackendSetting, 'embedded'>;
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** Absolute folder of the Lake workspace, or null: then what `initialize` names. */
  readonly root: string | null;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
  /** Passed on to the toolchain; also says where it is, if the user has set that (`PCM_LEAN_PATH`). */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Folder of the library that comes with this program. */
  readonly library: string;
  readonly limits?: Partial<LakeServeLimits>;
}

export type NativeServerOutcome =
  | { readonly kind: 'ended'; readonly code: 0 | 1 }
  /** Nothing was served, and the input is as it was: the embedded Lean is to serve. `note` is for the user, null where there is nothing to tell. */
  | { readonly kind: 'embedded'; readonly note: string | null };

/**
 * Serves a client with `lake serve` where there is a fit toolchain for its workspace. Where there is none, hands the
 * untouched streams back (`auto`) or answers `initialize` with the reason and the fix (`native`).
 */
export async function serveNative(request: NativeServerRequest): Promise<NativeServerOutcome> {
  const { setting, environment, home, library, signal, input, output, log } = request;
  const opening = await peekInitialize(input, signal);
  if (opening.kind === 'ended') return { kind: 'ended', code: 1 };
  const root = request.root ?? (await findWorkspaceRoot(opening.kind === 'initialize' ? opening.params : null));
  const search = { setting: leanPathSetting(environment), environment, home, folder: root ?? library, signal };
  const choice = chooseBackend(setting, await discoverNative(search));
  if (choice.kind === 'embedded') {
    const { note } = choice;
    return { kind: 'embedded', note: note === null ? null : `${note.message} ${note.fix}` };
  }
  const refuse = async (message: string): Promise<NativeServerOutcome> => ({
    kind: 'ended',
    code: await serveRefusal({ input, output, signal, message }),
  });
  if (choice.kind === 'impossible') return await refuse(`${choice.why}. ${choice.fix}`);
  const { tools } = choice;
  log(`Lean ${tools.version} serves (${choice.why}).`);
  const served = { tools, environment, input, output, log, signal };
  const limits = request.limits === undefined ? {} : { limits: request.limits };
  if (root !== null) return { kind: 'ended', code: await serveWithLake({ ...served, ...limits, root }) };
  const cacheFolder = chooseCacheFolder(environment, home);
  const own = await prepareLibraryWorkspace({ library, cacheFolder, version: tools.version, signal });
  if (own.kind === 'failed') return await refuse(`${own.problem.message} ${own.problem.fix}`);
  return { kind: 'ended', code: await serveWithLake({ ...served, ...limits, root: own.folder }) };
}
